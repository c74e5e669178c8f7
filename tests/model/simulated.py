"""A HubSpot on a virtual clock that does to each task POST what fate has in store for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tests.fakes.clock import FakeClock
from tests.fakes.hubspot import FakeHubSpot
from tests.fakes.portal import PORTAL

from zenhub_sync.delivery.portal import NEEDED
from zenhub_sync.delivery.tasks import TASK_KEY_PROPERTY
from zenhub_sync.hubspot.inputs import AssociationInput, UpdateInput
from zenhub_sync.hubspot.models import CrmObject, Pipeline, PropertyDefinition, PropertyOption, Stage
from zenhub_sync.hubspot.results import AssociationResult, ReadResult, WriteResult
from zenhub_sync.planning.marks import mark_of
from zenhub_sync.transport.errors import OutcomeUnknown, Rejected, Throttled, Unavailable

# Search was seen to show a write up to half a minute late (live portal reports, 2026-05 to 2026-10).
SEARCH_LAG = 30.0


class Turn(StrEnum):
    """What becomes of one writing request."""

    WELL = "well"
    REPLY_LOST = "reply lost"
    NEVER_APPLIED = "never applied"
    LATE_5 = "applied 5 s late"
    LATE_20 = "applied 20 s late"
    LATE_90 = "applied 90 s late"
    REFUSED = "refused"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"


LATE: Mapping[Turn, float] = {Turn.LATE_5: 5.0, Turn.LATE_20: 20.0, Turn.LATE_90: 90.0}
_NOT_APPLIED: Mapping[Turn, type[Rejected | Throttled | Unavailable]] = {
    Turn.REFUSED: Rejected,
    Turn.THROTTLED: Throttled,
    Turn.UNAVAILABLE: Unavailable,
}


@dataclass(slots=True, kw_only=True)
class SimulatedHubSpot(FakeHubSpot):
    """`turns` are used up by task POSTs, `ticket_turns` by ticket writes; once used up, all goes well.

    `keyed` makes HubSpot refuse a second task with the same key. `refuses` are tickets whose task it never takes.
    `step` is called at every effect point, and may end the process there.
    """

    clock: FakeClock
    step: Callable[[], None]
    keyed: bool = False
    turns: list[Turn] = field(default_factory=list)
    ticket_turns: list[Turn] = field(default_factory=list)
    refuses: frozenset[str] = frozenset()
    posts: int = 0
    conflicts: int = 0
    seen_since: dict[str, float] = field(default_factory=dict)
    _late: list[tuple[float, Mapping[str, str], Sequence[AssociationInput]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.definitions["tasks", TASK_KEY_PROPERTY] = self.keyed

    def pipelines(self, kind: str) -> tuple[Pipeline, ...]:
        stages = tuple(Stage(id=stage_id, label=role.value) for role, stage_id in PORTAL.stages.items())
        return (Pipeline(id=PORTAL.pipeline_id, label="Suporte", stages=stages),)

    def properties(self, kind: str) -> tuple[PropertyDefinition, ...]:
        priorities = tuple(PropertyOption(value=each) for each in PORTAL.priorities)
        return tuple(
            PropertyDefinition(name=name, type="string", has_unique_value=True, options=priorities) for name in NEEDED
        )

    def create(
        self, kind: str, properties: Mapping[str, str], associations: Sequence[AssociationInput] = ()
    ) -> CrmObject:
        self._take_time()
        self.posts += 1
        self.step()
        turn = self._turn(associations)
        if turn in _NOT_APPLIED:
            raise _NOT_APPLIED[turn](turn)
        task: CrmObject | None = None
        refused: Rejected | None = None
        try:
            task = self._carry_out(turn, properties, associations)
        except Rejected as conflict:
            refused = conflict
        self.step()
        if turn is not Turn.WELL:
            raise OutcomeUnknown(turn)
        if task is None:
            raise refused or AssertionError
        return task

    def update(self, kind: str, inputs: Sequence[UpdateInput]) -> WriteResult:
        return self._write_tickets(lambda: FakeHubSpot.update(self, kind, inputs))

    def upsert(self, kind: str, id_property: str, inputs: Sequence[UpdateInput]) -> WriteResult:
        return self._write_tickets(lambda: FakeHubSpot.upsert(self, kind, id_property, inputs))

    def read(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, id_property: str | None = None
    ) -> ReadResult:
        self._take_time()
        return FakeHubSpot.read(self, kind, ids, properties, id_property=id_property)

    def associations(
        self, from_kind: str, to_kind: str, ids: Sequence[str], *, after: Mapping[str, str] | None = None
    ) -> AssociationResult:
        self._take_time()
        return FakeHubSpot.associations(self, from_kind, to_kind, ids, after=after)

    def search_mark(self, key: str) -> str | None:
        """Find a task by its mark as search does: it lags. The program never asks this; one wrong rule does."""
        self._take_time()
        seen = (task for task, since in self.seen_since.items() if since + SEARCH_LAG <= self.clock.monotonic())
        return next((task for task in seen if mark_of(self.records["tasks"][task]["hs_task_body"]) == key), None)

    def _turn(self, associations: Sequence[AssociationInput]) -> Turn:
        if self.refuses & {link.to_id for link in associations}:
            return Turn.REFUSED
        return self.turns.pop(0) if self.turns else Turn.WELL

    def _carry_out(
        self, turn: Turn, properties: Mapping[str, str], associations: Sequence[AssociationInput]
    ) -> CrmObject | None:
        if turn in LATE:
            self._late.append((self.clock.monotonic() + LATE[turn], properties, associations))
        elif turn is not Turn.NEVER_APPLIED:
            return self._make(properties, associations)
        return None

    def _make(self, properties: Mapping[str, str], associations: Sequence[AssociationInput]) -> CrmObject:
        key = properties.get(TASK_KEY_PROPERTY)
        if self.keyed and any(said.get(TASK_KEY_PROPERTY) == key for said in self.records["tasks"].values()):
            self.conflicts += 1
            raise Rejected("hubspot: 409 another task has this zenhub_key", status=409)
        task = FakeHubSpot.create(self, "tasks", properties, associations)
        self.seen_since[task.id] = self.clock.monotonic()
        return task

    def land(self) -> None:
        """Apply the writes that have arrived by now; one that HubSpot refuses then is refused unheard."""
        now = self.clock.monotonic()
        for late in [late for late in self._late if late[0] <= now]:
            self._late.remove(late)
            try:
                self._make(late[1], late[2])
            except Rejected:
                continue

    def _take_time(self) -> None:
        self.clock.advance(0.1)
        self.land()

    def _write_tickets(self, write: Callable[[], WriteResult]) -> WriteResult:
        self._take_time()
        self.step()
        turn = self.ticket_turns.pop(0) if self.ticket_turns else Turn.WELL
        answer = write() if turn is not Turn.NEVER_APPLIED else None
        self.step()
        if turn is not Turn.WELL or answer is None:
            raise Unavailable(turn)
        return answer
