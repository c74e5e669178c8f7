"""Rule 14 of the house: a plan that is surprisingly large asks first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from zenhub_sync.errors import SafetyLimit
from zenhub_sync.planning.planner import Change, Plan
from zenhub_sync.planning.policy import Safety


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a run's plans come to, so far."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    opened: int = 0
    closed: int = 0
    suppressed: int = 0
    moved: int = 0

    def plus(self, plans: Iterable[Plan]) -> Tally:
        """Return the tally with these plans counted in."""
        plans = tuple(plans)
        by_change = {change: sum(plan.change is change for plan in plans) for change in Change}
        return Tally(
            read=self.read + len(plans),
            created=self.created + by_change[Change.CREATED],
            updated=self.updated + by_change[Change.UPDATED],
            unchanged=self.unchanged + by_change[Change.UNCHANGED],
            opened=self.opened + sum(plan.opens for plan in plans),
            closed=self.closed + sum(plan.closes for plan in plans),
            suppressed=self.suppressed + sum(plan.suppresses for plan in plans),
            moved=self.moved + sum(plan.moves for plan in plans),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a sweep had applied before it was refused: running it again must not get around the limit."""

    opened: int = 0
    moved: int = 0

    @classmethod
    def of(cls, tally: Tally) -> Carried:
        return cls(opened=tally.opened, moved=tally.moved)

    @classmethod
    def load(cls, stored: str | None) -> Carried:
        opened, _, moved = (stored or "").partition(" ")
        return cls(opened=int(opened), moved=int(moved)) if opened and moved else cls()

    def dump(self) -> str:
        return f"{self.opened} {self.moved}"

    def added_to(self, tally: Tally) -> Tally:
        return replace(tally, opened=tally.opened + self.opened, moved=tally.moved + self.moved)


def check_size(tally: Tally, known_tickets: int, safety: Safety) -> None:
    """Raise `SafetyLimit` if the run with its next page counted in would do more than is sane unasked."""
    if tally.opened > safety.max_escalations:
        raise SafetyLimit(
            f"this run would open {tally.opened} escalations, more than safety.max_escalations_per_run "
            f"({safety.max_escalations}); nothing of this page was applied. Look at the ratings in Zendesk; "
            "if they are real, raise the limit or run again with --force"
        )
    if tally.moved >= safety.min_moves and tally.moved > known_tickets * safety.max_move_share:
        raise SafetyLimit(
            f"this run would move {tally.moved} of {known_tickets} HubSpot tickets to another stage, more than "
            f"safety.max_move_share ({safety.max_move_share:.0%}); nothing of this page was applied. Check the "
            "stages in the configuration; if the moves are right, run again with --force"
        )
