"""How a small world ended: what HubSpot holds against what is owed, and what the store still has to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.fakes.portal import PORTAL
from tests.model.scripts import Script
from tests.model.shelves import Shelf
from tests.model.simulated import SimulatedHubSpot

from zenhub_sync.planning.effects import escalation_key
from zenhub_sync.planning.marks import mark_of
from zenhub_sync.planning.tickets import StageRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most task POSTs, and the most ticket writes beyond one for each effect."""

    posts: int
    repeated_writes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Escalations without a task, those with more than one, and all else that should not be."""

    lost: int
    duplicated: int
    problems: Sequence[str]

    @property
    def sound(self) -> bool:
        return not (self.lost or self.duplicated or self.problems)


def judge(script: Script, hubspot: SimulatedHubSpot, shelf: Shelf, problems: list[str], bounds: Bounds) -> Verdict:
    """Hold the end of a world against its script."""
    made = Counter(mark_of(task["hs_task_body"]) for task in hubspot.records["tasks"].values())
    owed = {escalation_key(ticket, 1) for ticket in script.owed - script.refused}
    refused = {escalation_key(ticket, 1) for ticket in script.owed & script.refused}
    problems += [f"a task for {key}, which is owed none" for key in made.keys() - owed]
    problems += _mirrored(script, hubspot)
    problems += _left(shelf, refused)
    repeated = len(hubspot.written) - shelf.ticket_writes()
    if hubspot.posts > bounds.posts:
        problems.append(f"{hubspot.posts} task POSTs, at most {bounds.posts} are needed")
    if repeated > bounds.repeated_writes:
        problems.append(f"{repeated} ticket writes were repeated, at most {bounds.repeated_writes} are needed")
    return Verdict(
        lost=sum(made[key] == 0 for key in owed), duplicated=sum(made[key] > 1 for key in owed), problems=problems
    )


def _left(shelf: Shelf, refused: set[str]) -> Iterator[str]:
    if live := shelf.live_count():
        yield f"{live} effects are still live"
    parked = shelf.parked_reasons()
    if parked.keys() != refused:
        yield f"parked: {sorted(parked)}, refused: {sorted(refused)}"
    if not all(reason.startswith("hubspot:") for reason in parked.values()):
        yield f"parked without the vendor's reason: {parked}"


def _mirrored(script: Script, hubspot: SimulatedHubSpot) -> Iterator[str]:
    for number, ticket in script.latest.items():
        said = hubspot.records["tickets"].get(f"9{number}", {})
        if said.get("zendesk_status") != ticket.raw_status:
            yield f"ticket {number} is {said.get('zendesk_status')} in HubSpot, {ticket.raw_status} in Zendesk"
        if number not in script.owed:
            continue
        if said.get("hs_pipeline_stage") != PORTAL.stages[StageRole.CONTATO_CS]:
            yield f"ticket {number} is not in contato CS"
        if number not in script.refused and said.get("zenhub_task_id") not in hubspot.records["tasks"]:
            yield f"ticket {number} does not name its task"
