"""The tales that fate interferes with."""

from __future__ import annotations

from collections.abc import Sequence

from tests.model.life import Tale

from zenhub_sync.config import Config
from zenhub_sync.sandbox.seed import seed_company
from zenhub_sync.sandbox.world import World


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


SMALL = Tale(begin=_small, act=_small_day)
"""Three tickets: one rated badly before the first import, one after it, one well."""


def _changing_day(world: World, numbers: Sequence[int]) -> None:
    world.clock.advance(3600)
    world.desk.rate(numbers[1], points=2)
    world.desk.set_status(numbers[2], "pending")


def _before_the_import_runs_again(world: World, numbers: Sequence[int]) -> None:
    world.desk.edit(numbers[0], subject="Ainda ruim")
    world.desk.set_status(numbers[2], "open")


def _before_the_refresh_runs_again(world: World, numbers: Sequence[int]) -> None:
    world.desk.set_status(numbers[1], "open")
    world.desk.set_status(numbers[2], "solved")


CHANGING = Tale(
    begin=_small,
    act=_changing_day,
    meanwhile={"import": _before_the_import_runs_again, "refresh": _before_the_refresh_runs_again},
)
"""The same three tickets, and each changes between a run that was struck and the next one."""


def _s0(world: World) -> Sequence[int]:
    seeded = seed_company(world, tickets=60)
    return (
        *seeded.offered[:6],
        seeded.ownerless,
        seeded.owner_left,
        seeded.pending,
        seeded.hold,
        seeded.unknown_company,
    )


def _s0_day(world: World, numbers: Sequence[int]) -> None:
    world.clock.advance(3600)
    desk = world.desk
    for number in numbers[:6]:
        desk.rate(number, points=1, comment="Não resolveu")
    desk.rate(numbers[5], points=5)
    desk.rate(numbers[5], points=1)
    for number in numbers[6:8]:
        desk.rate(number, points=1)
    desk.set_status(numbers[8], "open")
    desk.delete(numbers[9])
    desk.touch(numbers[10])


S0 = Tale(
    begin=_s0,
    act=_s0_day,
    config=Config.model_validate(
        {"zendesk": {"per_page": 20}, "owners": {"fallback": "camila.rocha@nuvemsoft.example"}}
    ),
)
"""Three pages, sixty tickets, every odd case, eight bad ratings, one flip bad -> good -> bad, one deletion."""
