"""What `explain` tells: the same facts as a document and as a page for a terminal.

Neither holds a name, an address or a customer's words: those stand in Zendesk and HubSpot, where the links lead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from zenhub_sync.jobs.explain_ticket import Explanation
from zenhub_sync.planning.effects import WriteTicket, write_key
from zenhub_sync.planning.explain import Verdict
from zenhub_sync.planning.moments import moment
from zenhub_sync.planning.planner import Change, Plan
from zenhub_sync.planning.tickets import EscalationState, SourceTicket
from zenhub_sync.store.history import EffectRecord, TicketRecord
from zenhub_sync.store.outbox_states import EffectState

_KEPT = (
    "hubspot_id", "status", "score", "low", "stage", "stage_id", "stage_owner", "escalation", "episode", "rearmed",
    "task_id", "company_id", "contact_id", "organization_id", "requester_id", "revision", "delivered_revision",
    "forgotten",
)  # fmt: skip

_OF_AN_EFFECT = ("key", "kind", "state", "attempts", "reason", "staged_at", "sent_at", "due_at", "settled_at")


def describe(told: Explanation, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Return all that is known as one JSON document; moments are ISO 8601 in UTC."""
    record = told.record
    return {
        "ticket": told.zendesk_id,
        "zendesk": _zendesk(told.source) if told.source is not None else None,
        "hidden": told.hidden,
        "store": {name: getattr(record.mirrored, name) for name in _KEPT} if record.mirrored is not None else None,
        "unreadable": record.unreadable.reason if record.unreadable is not None else None,
        "hubspot": asdict(told.hubspot) if told.hubspot is not None else None,
        "rules": [asdict(verdict) for verdict in verdicts],
        "effects": [*_delivered(record), *(_effect(effect) for effect in record.effects)],
        "next": list(_next(told)),
        "troubles": list(told.troubles),
    }


def _zendesk(source: SourceTicket) -> dict[str, Any]:
    rating = source.rating
    return {
        "url": source.url,
        "status": source.raw_status,
        "custom_status_id": source.custom_status_id,
        "merged": source.merged,
        "created_at": moment(source.created_at),
        "updated_at": moment(source.updated_at),
        "organization_id": source.organization_id,
        "requester_id": source.requester.id if source.requester is not None else None,
        "rating": {
            "score": rating.score.value,
            "points": rating.points,
            "scale": rating.scale,
            "commented": rating.comment is not None,
            "at": moment(rating.at) if rating.at is not None else None,
        },
    }


def _delivered(record: TicketRecord) -> list[dict[str, Any]]:
    """Return the last write that HubSpot has: of it the store keeps the number alone, not when, nor how often tried."""
    mirrored = record.mirrored
    if mirrored is None or not mirrored.delivered_revision:
        return []
    key = write_key(mirrored.zendesk_id, mirrored.delivered_revision)
    if any(effect.key == key for effect in record.effects):
        return []
    return [dict.fromkeys(_OF_AN_EFFECT) | {"key": key, "kind": "write_ticket", "state": EffectState.DONE.value}]


def _effect(effect: EffectRecord) -> dict[str, Any]:
    return {
        "key": effect.key,
        "kind": effect.kind,
        "state": effect.state.value,
        "attempts": effect.attempts,
        "reason": effect.reason,
        "staged_at": _iso(effect.created_at),
        "sent_at": _iso(effect.sent_at),
        "due_at": _iso(effect.due_at) if effect.settled_at is None else None,
        "settled_at": _iso(effect.settled_at),
    }


def _next(told: Explanation) -> list[str]:
    """Say what happens next, and what a person can do about it."""
    steps = [step for effect in told.record.effects if (step := _next_of(effect, told.zendesk_id))]
    if told.record.unreadable is not None:
        steps.append(f"the next import asks Zendesk for it again; now: zenhub-sync parked retry {told.zendesk_id}")
    if told.plan is not None:
        steps += _planned(told.plan)
    mirrored = told.record.mirrored
    if mirrored is not None and mirrored.escalation is EscalationState.OPEN and mirrored.task_id is not None:
        steps.append(f"each refresh looks whether task {mirrored.task_id} is completed")
    return steps or ["nothing: HubSpot has what it should have"]


def _next_of(effect: EffectRecord, zendesk_id: int) -> str | None:
    due = _iso(effect.due_at)
    match effect.state:
        case EffectState.PARKED:
            return f"{effect.key} is parked: tried again from {due} on; now: zenhub-sync parked retry {zendesk_id}"
        case EffectState.PENDING | EffectState.SENDING:
            return f"the next run delivers {effect.key}"
        case EffectState.UNCERTAIN:
            return f"the next run from {due} on looks whether {effect.key} is in HubSpot already, and makes it if not"
        case EffectState.VERIFYING:
            return f"the next run reads back what was made for {effect.key}"
        case _:
            return None


def _planned(plan: Plan) -> list[str]:
    if plan.change is Change.CREATED:
        return ["the next import makes its HubSpot ticket" + (" and opens an escalation" if plan.opens else "")]
    steps = [f"the next refresh opens escalation {plan.mirror.episode}"] if plan.opens else []
    for effect in plan.effects:
        if isinstance(effect, WriteTicket):
            stage = f", and moves it to {effect.stage.value}" if effect.stage is not None else ""
            names = ", ".join(effect.properties)
            steps.append(f"the next refresh writes {names or 'nothing but the stage'}{stage}")
    return steps


def show(document: Mapping[str, Any], notes: Sequence[str], console: Console) -> None:
    """Print the document for a person."""
    console.print(f"ticket {document['ticket']}", highlight=False, style="bold")
    for title in ("zendesk", "store", "hubspot"):
        _section(title, document[title], console)
    if document["hidden"]:
        _line(console, "Zendesk shows no such ticket: it was deleted, or never there")
    if document["unreadable"]:
        _line(console, f"it came in a form that could not be read: {document['unreadable']}")
    _table(console, "rules", document["rules"], ("rule", "applies", "because"))
    effects = [
        {**each, **{name: _brief(each[name]) for name in ("staged_at", "settled_at")}} for each in document["effects"]
    ]
    _table(console, "effects (times are UTC)", effects, ("key", "state", "attempts", "staged_at", "settled_at"))
    for effect in document["effects"]:
        if effect["reason"]:
            _line(console, f"{effect['key']}: {effect['reason']}")
    for title, lines in (("now", notes), ("next", document["next"]), ("troubles", document["troubles"])):
        for line in lines:
            _line(console, f"{title}: {line}")


def _section(title: str, found: Mapping[str, Any] | None, console: Console) -> None:
    if found is None:
        _line(console, f"{title}: nothing")
        return
    table = Table("fact", "value", title=title, title_justify="left", box=None, pad_edge=False, show_header=False)
    for name, value in found.items():
        for each in value if isinstance(value, list | tuple) else [value]:
            if each not in (None, "", False):
                table.add_row(name, Text(_word(each)))
    console.print(table)


def _word(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_word(each)}" for name, each in value.items() if each is not None)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _table(console: Console, title: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    if not rows:
        return
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if row[column] is None else _word(row[column])) for column in columns))
    console.print(table)


def _line(console: Console, text: str) -> None:
    console.print(text, highlight=False, soft_wrap=True, markup=False)


def _brief(at: str | None) -> str | None:
    """Shorten a moment to what tells the effects of one ticket apart: month, day and minute."""
    return at[5:16].replace("T", " ") if at is not None else None


def _iso(seconds: float | None) -> str | None:
    return moment(datetime.fromtimestamp(seconds, UTC)) if seconds is not None else None
