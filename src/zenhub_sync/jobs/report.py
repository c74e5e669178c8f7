"""What a run did: the JSON document of the contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from zenhub_sync.jobs.worker import Requests
from zenhub_sync.planning.guard import Tally
from zenhub_sync.planning.moments import moment


class Outcome(StrEnum):
    """`partial`: done, but some records are parked, or wait for an outcome that is still unknown."""

    OK = "ok"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """One ticket of a dry run: what would be written, and why (or why not)."""

    zendesk_id: int
    change: str
    stage: str | None
    escalates: bool
    properties: Sequence[str]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanReport:
    """The span of history that a backfill was about, and whether its end was reached."""

    since: datetime
    until: datetime | None
    ended: bool

    def document(self) -> dict[str, Any]:
        until = moment(self.until) if self.until is not None else None
        return {"since": moment(self.since), "until": until, "finished": self.ended}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of one run."""

    run_id: str
    job: str
    outcome: Outcome
    dry_run: bool
    started_at: datetime
    finished_at: datetime
    tally: Tally
    parked: int
    waiting: int
    requests: Requests
    plan: Sequence[PlannedChange] = field(default_factory=tuple)
    span: SpanReport | None = None

    def document(self) -> dict[str, Any]:
        """Return the job's JSON document; a dry run adds its `plan`."""
        document: dict[str, Any] = {
            "run_id": self.run_id,
            "job": self.job,
            "outcome": self.outcome.value,
            "dry_run": self.dry_run,
            "started_at": moment(self.started_at),
            "finished_at": moment(self.finished_at),
            "tickets": {
                "read": self.tally.read,
                "created": self.tally.created,
                "updated": self.tally.updated,
                "unchanged": self.tally.unchanged,
                "parked": self.parked,
            },
            "escalations": {
                "opened": self.tally.opened,
                "closed": self.tally.closed,
                "suppressed": self.tally.suppressed,
            },
            "requests": {"zendesk": self.requests.zendesk, "hubspot": self.requests.hubspot},
        }
        if self.span is not None:
            document["range"] = self.span.document()
        if self.dry_run:
            document["plan"] = [
                {
                    "ticket": change.zendesk_id,
                    "change": change.change,
                    "stage": change.stage,
                    "escalates": change.escalates,
                    "properties": list(change.properties),
                    "notes": list(change.notes),
                }
                for change in self.plan
            ]
        return document


def unbegun(job: str, run_id: str, started: datetime, finished: datetime, *, dry_run: bool) -> Report:
    """Say of a run that something kept from beginning that it failed, and that it did nothing."""
    return Report(
        run_id=run_id,
        job=job,
        outcome=Outcome.FAILED,
        dry_run=dry_run,
        started_at=started,
        finished_at=finished,
        tally=Tally(),
        parked=0,
        waiting=0,
        requests=Requests(zendesk=0, hubspot=0),
    )
