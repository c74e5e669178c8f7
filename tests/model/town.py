"""The people and accounts that the state machine plays with, and what is to be found of them in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from zenhub_sync.planning.marks import mark_of
from zenhub_sync.sandbox.world import World

_DAY = 86_400.0
# Ratings younger than this at the end must have been seen in time (`rules.max_rating_age` is seven days).
_FRESH = 6 * _DAY
_STAGES = {
    "new": "zenhub_new",
    "open": "zenhub_open",
    "pending": "zenhub_pending",
    "hold": "zenhub_hold",
    "solved": "zenhub_solved",
    "closed": "zenhub_closed",
    "deleted": "zenhub_closed",
}
FALLBACK = "plantao@nuvemsoft.example"


@dataclass(slots=True)
class Town:
    """Three customers: one with a company and an owner, one whose company nobody owns, one that HubSpot learns of late.

    `moved` are tickets that a person moved in HubSpot: their stage is theirs. `rated` is when each was rated first.
    """

    world: World
    organizations: list[int] = field(default_factory=list)
    requesters: list[int] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    company: str = ""
    tickets: list[int] = field(default_factory=list)
    moved: set[int] = field(default_factory=set)
    rated: dict[int, float] = field(default_factory=dict)

    def settle(self) -> None:
        """Furnish both accounts."""
        portal, desk = self.world.portal, self.world.desk
        portal.add_owner(FALLBACK, "Plantão", "CS")
        self.owners = [portal.add_owner(f"{name}@nuvemsoft.example", name, "Prado") for name in ("ana", "bia")]
        acme = {"name": "Acme", "domain": "acme.com.br", "hubspot_owner_id": self.owners[0]}
        self.company = portal.create("companies", acme)
        links = [("companies", self.company, 279), ("companies", self.company, 1)]
        portal.create("contacts", {"email": "rui@acme.com.br"}, links)
        portal.create("companies", {"name": "Sem Dono", "domain": "semdono.com.br"})
        for name in ("acme", "semdono", "tarde"):
            organization = desk.add_organization(name, domain_names=(f"{name}.com.br",))
            self.organizations.append(organization)
            self.requesters.append(desk.add_user("Rui", f"rui@{name}.com.br", organization_id=organization))

    def arrive(self, customer: int, status: str) -> None:
        """Let a customer open a ticket and be asked for a rating."""
        number = self.world.desk.add_ticket(
            subject="Caso",
            description="…",
            status=status,
            requester_id=self.requesters[customer],
            organization_id=self.organizations[customer],
        )
        self.world.desk.offer_survey(number)
        self.tickets.append(number)

    def rate(self, number: int, points: int) -> None:
        self.world.desk.rate(number, points=points, comment=f"{points} pontos")
        self.rated.setdefault(number, self.world.clock.epoch())

    def hubspot_ids(self, number: int) -> tuple[str, ...]:
        return self.world.portal.find("tickets", "zendesk_ticket_id", str(number))

    def open_tasks(self) -> dict[str, str]:
        """Return the live tasks that nobody has completed, with their keys."""
        portal = self.world.portal
        bodies = {task: portal.properties_of("tasks", task) for task in portal.ids("tasks")}
        return {
            task: mark_of(said["hs_task_body"]) or ""
            for task, said in bodies.items()
            if said["hs_task_status"] != "COMPLETED"
        }

    def made_twice(self) -> Iterator[str]:
        """Name what the worker made more than once, ever."""
        made = self.world.ledger.writes(action="create", by="api")
        tickets = Counter(write.values.get("zendesk_ticket_id") for write in made if write.kind == "tickets")
        tasks = Counter(mark_of(write.values["hs_task_body"]) for write in made if write.kind == "tasks")
        yield from (f"ticket {number} was made {times} times" for number, times in tickets.items() if times > 1)
        yield from (f"task {key} was made {times} times" for key, times in tasks.items() if times > 1)

    def amiss(self) -> Iterator[str]:
        """Name what HubSpot does not say as Zendesk does."""
        tasks = self.open_tasks()
        escalated = {key.split(":")[1] for key in tasks.values()}
        for number in self.tickets:
            ids = self.hubspot_ids(number)
            if len(ids) != 1:
                yield f"{len(ids)} HubSpot tickets for ticket {number}"
                continue
            mirrored = self.world.portal.properties_of("tickets", ids[0])
            yield from self._mirror(number, mirrored, escalated=str(number) in escalated)
        for task, key in tasks.items():
            if not set(self.world.portal.associated("tasks", task, "tickets")) & set(self.hubspot_ids(_number(key))):
                yield f"task {task} hangs on no ticket"

    def _mirror(self, number: int, mirrored: Mapping[str, str], *, escalated: bool) -> Iterator[str]:
        source = self.world.desk.ticket(number)
        status, score = source["status"], source["satisfaction_rating"]["score"]
        if (mirrored["zendesk_status"], mirrored["zendesk_csat"]) != (status, score):
            yield f"ticket {number} is {status}, {score}, in HubSpot {mirrored}"
        ended = status == "deleted" or "closed_by_merge" in source["tags"]
        expected = "zenhub_contato_cs" if escalated and not ended else _STAGES[status]
        if number not in self.moved and mirrored["hs_pipeline_stage"] != expected:
            yield f"ticket {number} stands in {mirrored['hs_pipeline_stage']}, not in {expected}"
        fresh = self.world.clock.epoch() - self.rated.get(number, 0.0) < _FRESH
        if score == "bad" and not ended and fresh and not self._ever_escalated(number):
            yield f"ticket {number} is rated badly, and no task was made"

    def _ever_escalated(self, number: int) -> bool:
        made = self.world.ledger.writes(action="create", kind="tasks")
        return any(_number(mark_of(write.values["hs_task_body"]) or "") == number for write in made)


def _number(key: str) -> int:
    parts = key.split(":")
    return int(parts[1]) if len(parts) == 3 else 0
