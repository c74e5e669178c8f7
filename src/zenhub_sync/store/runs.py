"""The record of runs: what was started, how it ended, and its report."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from zenhub_sync.store.tables import runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`finished_at` None: running, or killed. `report` is the job's JSON document."""

    run_id: str
    job: str
    started_at: float
    finished_at: float | None = None
    outcome: str | None = None
    report: str | None = None


def begin(connection: Connection, run: Run) -> None:
    connection.execute(runs.insert().values(run_id=run.run_id, job=run.job, started_at=run.started_at))


def finish(connection: Connection, run: Run) -> None:
    connection.execute(
        update(runs)
        .where(runs.c.run_id == run.run_id)
        .values(finished_at=run.finished_at, outcome=run.outcome, report=run.report)
    )


def latest(connection: Connection, limit: int = 20) -> list[Run]:
    """Return the newest runs first."""
    rows = connection.execute(select(runs).order_by(runs.c.started_at.desc()).limit(limit))
    return [Run(**row._mapping) for row in rows]
