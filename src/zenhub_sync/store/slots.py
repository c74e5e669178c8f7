"""The slot that each job's service claimed last: compare-and-set, so that no slot is run twice."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from zenhub_sync.errors import LeaseHeld
from zenhub_sync.planning.slots import Attempt, Claim
from zenhub_sync.store.statements import insert_into
from zenhub_sync.store.tables import runs, slots


class SlotTaken(LeaseHeld):
    """Another instance was faster: this slot is claimed, or even done."""


def every(connection: Connection) -> dict[str, Claim]:
    """Return the latest claim of each job, with what is known of its run."""
    claims = select(slots, runs.c.finished_at.label("ended_at"), runs.c.outcome, runs.c.exit_code)
    rows = connection.execute(claims.outerjoin(runs, runs.c.run_id == slots.c.run_id)).mappings()
    return {row["job"]: Claim(**{name: value for name, value in row.items() if name != "job"}) for row in rows}


def claim(connection: Connection, job: str, seen: Claim | None, attempt: Attempt, run_id: str, now: float) -> None:
    """Claim a slot for a run, or raise `SlotTaken` if the job's claim is no longer the one that was seen.

    The run's end counts as well: whoever waited for the lease while another one did the work must not do it again.
    """
    values = {
        "slot": attempt.slot,
        "due_at": attempt.due_at,
        "run_id": run_id,
        "attempts": attempt.number,
        "claimed_at": now,
    }
    if every(connection).get(job) != seen:
        raise SlotTaken(f"another instance has taken {job} of {attempt.slot}")
    if seen is None:
        first = insert_into(connection, slots).values(job=job, **values).on_conflict_do_nothing()
        claimed = connection.execute(first.returning(slots.c.job)).one_or_none()
    else:
        same = (slots.c.job == job) & (slots.c.run_id == seen.run_id)
        claimed = connection.execute(update(slots).where(same).values(**values).returning(slots.c.job)).one_or_none()
    if claimed is None:
        raise SlotTaken(f"another instance has taken {job} of {attempt.slot}")
