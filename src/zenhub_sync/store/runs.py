"""The record of runs: what was started, how it ended, and its report."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select, update

from zenhub_sync.store.tables import runs

_ASKED_TO_END = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`finished_at` None: running, or killed. `report` is the job's JSON document, `error` what ended it early."""

    run_id: str
    job: str
    started_at: float
    finished_at: float | None = None
    outcome: str | None = None
    exit_code: int | None = None
    error: str | None = None
    report: str | None = None


def begin(connection: Connection, run: Run) -> None:
    connection.execute(runs.insert().values(run_id=run.run_id, job=run.job, started_at=run.started_at))


def finish(connection: Connection, run: Run) -> None:
    connection.execute(
        update(runs)
        .where(runs.c.run_id == run.run_id)
        .values(
            finished_at=run.finished_at,
            outcome=run.outcome,
            exit_code=run.exit_code,
            error=run.error[:500] if run.error is not None else None,
            report=run.report,
        )
    )


def latest(connection: Connection, limit: int = 20, job: str | None = None) -> list[Run]:
    """Return the newest runs first, of one job or of all."""
    newest = select(runs).order_by(runs.c.started_at.desc()).limit(limit)
    rows = connection.execute(newest if job is None else newest.where(runs.c.job == job))
    return [Run(**row._mapping) for row in rows]


def latest_of_each(connection: Connection) -> dict[str, Run]:
    """Return the newest run of each job."""
    newest = select(runs.c.job, func.max(runs.c.started_at).label("started_at")).group_by(runs.c.job).subquery()
    both = (runs.c.job == newest.c.job) & (runs.c.started_at == newest.c.started_at)
    return {row.job: Run(**row._mapping) for row in connection.execute(select(runs).join(newest, both))}


def last_ends(connection: Connection) -> dict[str, Run]:
    """Return the run of each job that ended last by itself: well or failed, not because it was asked to."""
    by_itself = runs.c.finished_at.is_not(None) & or_(runs.c.exit_code.is_(None), runs.c.exit_code != _ASKED_TO_END)
    newest = (
        select(runs.c.job, func.max(runs.c.finished_at).label("at")).where(by_itself).group_by(runs.c.job).subquery()
    )
    both = (runs.c.job == newest.c.job) & (runs.c.finished_at == newest.c.at) & by_itself
    rows = connection.execute(select(runs).join(newest, both).order_by(runs.c.started_at))
    return {row.job: Run(**row._mapping) for row in rows}


def last_successes(connection: Connection) -> dict[str, float]:
    """Return when each job last ended well."""
    ended_well = runs.c.outcome.in_(("ok", "partial"))
    rows = connection.execute(
        select(runs.c.job, func.max(runs.c.finished_at).label("finished_at")).where(ended_well).group_by(runs.c.job)
    )
    return {row.job: row.finished_at for row in rows}
