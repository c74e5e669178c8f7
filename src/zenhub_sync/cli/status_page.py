"""What `status` tells: the same facts as a document and as a page for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from zenhub_sync.cli.table import table
from zenhub_sync.jobs.spans import span_of
from zenhub_sync.planning.moments import moment
from zenhub_sync.store.overview import Overview
from zenhub_sync.store.parking import ParkedEffect
from zenhub_sync.store.runs import Run
from zenhub_sync.store.unreadable import UnreadableTicket

_DEGRADED = {
    "surveys_unreadable": (
        "Zendesk does not let us read survey answers (403 or 404): tasks have neither points nor late comments; the "
        "client's user must be an admin, and the plan must have the survey"
    ),
    "ratings_unreadable": (
        "Zendesk does not let us read satisfaction ratings (403 or 404): the ticket's last update stands for the time "
        "of a rating; zendesk.scopes with `read` may help"
    ),
}


def describe(overview: Overview, due: Mapping[str, datetime], now: datetime) -> dict[str, Any]:
    """Return the state of the worker as one JSON document; moments are ISO 8601 in UTC, spans whole seconds."""
    return {
        "tickets": overview.tickets,
        "unmatched": overview.unmatched,
        "escalations": {
            "open": overview.escalations.get("open", 0),
            "closed": overview.escalations.get("closed", 0),
            "suppressed": overview.escalations.get("suppressed", 0),
        },
        "waiting_effects": overview.live_effects,
        "degraded": [_DEGRADED[name] for name in overview.unreadable_lists],
        "parked": describe_parked(overview),
        "companies_without_owner": [
            {"company_id": each.company_id, "reason": each.reason, "escalations": each.escalations}
            for each in overview.ownerless
        ],
        "cursors": {
            cursor.name: {
                "moved_at": _iso(cursor.moved_at),
                "lag_seconds": round(now.timestamp() - cursor.moved_at),
            }
            for cursor in overview.cursors
        },
        "last_runs": [describe_run(run) for run in overview.runs],
        "next_runs": {job: moment(at) for job, at in due.items()},
    }


def describe_parked(overview: Overview) -> list[dict[str, Any]]:
    """Return the records that wait; a ticket without a readable id is shown under a negative stand-in."""
    return [*map(_parked, overview.parked), *map(_unreadable, overview.unreadable)]


def parked_lines(records: list[dict[str, Any]]) -> Iterator[str]:
    return table("parked", ("ticket", "what", "since", "attempts", "reason"), records)


def _parked(effect: ParkedEffect) -> dict[str, Any]:
    return {
        "ticket": effect.lane,
        "what": effect.kind,
        "reason": effect.reason,
        "since": _iso(effect.since),
        "attempts": effect.attempts,
    }


def _unreadable(ticket: UnreadableTicket) -> dict[str, Any]:
    return {
        "ticket": ticket.zendesk_id,
        "what": "unreadable",
        "reason": ticket.reason,
        "since": _iso(ticket.since),
        "attempts": ticket.attempts,
    }


def describe_run(run: Run) -> dict[str, Any]:
    """Return a run as a document; one without an end is running, or was killed."""
    return {
        "run_id": run.run_id,
        "job": run.job,
        "started_at": _iso(run.started_at),
        "finished_at": _iso(run.finished_at) if run.finished_at is not None else None,
        "outcome": run.outcome or "running or killed",
        "exit_code": run.exit_code,
        "error": run.error,
        "report": json.loads(run.report) if run.report else None,
    }


def _cursor(name: str, lag: int, zone: tzinfo) -> str:
    """Say when a cursor moved; that of a backfill is there only as long as its span is unfinished."""
    span = span_of(name, zone)
    if span is None:
        return f"cursor {name}: moved {lag} s ago"
    return f"unfinished, moved {lag} s ago: zenhub-sync backfill {span.options()} goes on"


def lines(document: Mapping[str, Any], zone: tzinfo) -> Iterator[str]:
    """Yield the document as lines for a person."""
    escalations = document["escalations"]
    yield f"{document['tickets']} tickets mirrored, {document['unmatched']} without a company"
    yield (
        f"escalations: {escalations['open']} open, {escalations['closed']} closed, "
        f"{escalations['suppressed']} suppressed because the rating was old at first sight"
    )
    yield f"{document['waiting_effects']} effects wait for delivery, {len(document['parked'])} records are parked"
    yield from (f"degraded: {what}" for what in document["degraded"])
    yield from (_cursor(name, spot["lag_seconds"], zone) for name, spot in document["cursors"].items())
    yield from (f"next {job}: {at}" for job, at in document["next_runs"].items())
    if document["companies_without_owner"]:
        of_companies = ("company_id", "reason", "escalations")
        yield from table("open escalations, and no valid owner", of_companies, document["companies_without_owner"])
    if document["parked"]:
        yield from parked_lines(document["parked"])
    if document["last_runs"]:
        yield from table("last runs", ("job", "started_at", "finished_at", "outcome"), document["last_runs"])


def _iso(seconds: float) -> str:
    return moment(datetime.fromtimestamp(seconds, UTC))
