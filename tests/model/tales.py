"""The tales that fate interferes with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from zenhub_sync.config import Config
from zenhub_sync.sandbox.http import Request, Response
from zenhub_sync.sandbox.hubspot import DEFAULT_SCOPES, PortalOptions
from zenhub_sync.sandbox.seed import seed_company
from zenhub_sync.sandbox.world import World

_EXPORT = "/api/v2/incremental/tickets/cursor.json"


def _as_it_is(_: Request, response: Response) -> Response:
    return response


@dataclass(frozen=True, slots=True, kw_only=True)
class Tale:
    """What happens: `begin` furnishes the world, `act` lives a day in it with the tickets that `begin` named.

    `meanwhile` is what customers do, by the job, between the first run of it, struck or not, and the next one.
    `meddle` is called once, when the second page is asked for; `retell` may change an answer.
    """

    name: str
    begin: Callable[[World], Sequence[int]]
    act: Callable[[World, Sequence[int]], None]
    config: Config = field(default_factory=Config)
    meanwhile: Mapping[str, Callable[[World, Sequence[int]], None]] = field(default_factory=dict)
    portal: PortalOptions = field(default_factory=PortalOptions)
    meddle: Callable[[World, Sequence[int]], None] | None = None
    retell: Callable[[Request, Response], Response] = _as_it_is


def _small(world: World) -> Sequence[int]:
    desk, portal = world.desk, world.portal
    owner = portal.add_owner("ana@nuvemsoft.example", "Ana", "Prado")
    company = portal.create("companies", {"name": "Acme", "domain": "acme.com.br", "hubspot_owner_id": owner})
    portal.create("contacts", {"email": "rui@acme.com.br"}, [("companies", company, 279), ("companies", company, 1)])
    organization = desk.add_organization("Acme", domain_names=("acme.com.br",))
    requester = desk.add_user("Rui", "rui@acme.com.br", organization_id=organization)
    numbers = [
        desk.add_ticket(
            subject=f"Caso {n}", requester_id=requester, organization_id=organization, status="solved", description="…"
        )
        for n in range(3)
    ]
    for number in numbers:
        desk.offer_survey(number)
    desk.rate(numbers[0], points=1, comment="Ruim já na chegada")
    return numbers


def _small_day(world: World, numbers: Sequence[int]) -> None:
    world.clock.advance(3600)
    world.desk.rate(numbers[1], points=2, comment="Piorou", reason="Demora")
    world.desk.rate(numbers[2], points=5)
    world.desk.edit(numbers[2], subject="Caso resolvido")


SMALL = Tale(name="SMALL", begin=_small, act=_small_day)
"""Three tickets: one rated badly before the first import, one after it, one well."""


def _changing_day(world: World, numbers: Sequence[int]) -> None:
    world.clock.advance(3600)
    owner = world.portal.add_owner("bruno@nuvemsoft.example", "Bruno", "Sá")
    (company,) = world.portal.ids("companies")
    world.portal.update("companies", company, {"hubspot_owner_id": owner})
    world.desk.rate(numbers[1], points=2)
    world.desk.set_status(numbers[2], "pending")


def _before_the_import_runs_again(world: World, numbers: Sequence[int]) -> None:
    world.desk.edit(numbers[0], subject="Ainda ruim")
    world.desk.set_status(numbers[2], "open")


def _before_the_refresh_runs_again(world: World, numbers: Sequence[int]) -> None:
    world.desk.set_status(numbers[1], "open")
    world.desk.set_status(numbers[2], "solved")


CHANGING = Tale(
    name="CHANGING",
    begin=_small,
    act=_changing_day,
    meanwhile={"import": _before_the_import_runs_again, "refresh": _before_the_refresh_runs_again},
)
"""The same three tickets, and each changes between a run that was struck and the next one; their company gets another
owner, whom the open task follows."""


def _late(world: World) -> Sequence[int]:
    numbers = _small(world)
    world.desk.rate(numbers[2], points=1)
    return numbers


def _late_day(world: World, numbers: Sequence[int]) -> None:
    world.clock.advance(3600)
    world.desk.rate(numbers[0], points=1, comment="Ruim, e ninguém respondeu")
    world.desk.merge(numbers[2], numbers[1])


LATE = Tale(name="LATE", begin=_late, act=_late_day)
"""Two of the same three tickets have their task when one customer says more, and the other ticket is merged away."""


def _s0(world: World) -> Sequence[int]:
    seeded = seed_company(world, tickets=60)
    plain = [ticket for ticket in seeded.tickets if ticket > seeded.merged_target]
    solved = [ticket for ticket in plain if world.desk.ticket(ticket)["status"] == "solved"]
    oldest = min(plain, key=lambda ticket: world.desk.ticket(ticket)["generated_timestamp"])
    return (
        *[ticket for ticket in solved if ticket != oldest][:6],
        seeded.ownerless,
        seeded.owner_left,
        seeded.unknown_company,
        seeded.pending,
        seeded.hold,
        seeded.without_organization,
        oldest,
    )


def _s0_day(world: World, numbers: Sequence[int]) -> None:
    world.clock.advance(3600)
    desk = world.desk
    flips, badly, pending, hold, touched = numbers[0], numbers[:9], *numbers[9:12]
    for number in badly:
        desk.rate(number, points=1, comment="Não resolveu")
    desk.rate(flips, points=5)
    desk.rate(flips, points=1)
    desk.set_status(pending, "open")
    desk.delete(hold)
    desk.touch(touched)


def _between_pages(world: World, numbers: Sequence[int]) -> None:
    """Edit a ticket of the first page while the second is asked for, so that it is on the last one too."""
    world.desk.edit(numbers[-1], tags=["mudou"])
    world.clock.advance(61)


def _doubled(request: Request, response: Response) -> Response:
    """Let each page of the export hold its first ticket twice, as Zendesk says it may."""
    if request.path != _EXPORT or response.status != 200:
        return response
    page = json.loads(response.body)
    page["tickets"] = page["tickets"][:1] + page["tickets"]
    return replace(response, body=json.dumps(page).encode())


S0 = Tale(
    name="S0",
    begin=_s0,
    act=_s0_day,
    config=Config.model_validate(
        {"zendesk": {"per_page": 20}, "owners": {"fallback": "camila.rocha@nuvemsoft.example"}}
    ),
    meddle=_between_pages,
    retell=_doubled,
)
"""Three pages, sixty tickets and their oddities: nine bad ratings, one of them bad -> good -> bad, one of a company
without an owner, one whose owner has left, one without company; a deletion; an update by the system; a ticket twice on
every page; a ticket on two pages."""


def _keyed(tale: Tale) -> Tale:
    """Tell it in a portal that takes a unique property on tasks."""
    scopes = DEFAULT_SCOPES | {"crm.schemas.tasks.write"}
    options = PortalOptions(scopes=scopes, task_custom_properties=True, task_unique_properties=True)
    return replace(tale, name=f"{tale.name}, keyed", portal=options)


TALES: Mapping[str, Tale] = {tale.name: tale for tale in (SMALL, _keyed(SMALL), CHANGING, LATE, S0, _keyed(S0))}
