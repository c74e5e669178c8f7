"""The tickets as they were last staged, and what HubSpot confirmed of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    Update,
    case,
    literal_column,
    select,
    update,
)

from zenhub_sync.planning.properties import shortened, whole
from zenhub_sync.planning.tickets import (
    EscalationState,
    HubSpotId,
    MirroredTicket,
    Score,
    StageOwner,
    StageRole,
    Status,
    ZendeskTicketId,
)
from zenhub_sync.store.statements import among, chunks, execute_rows, insert_rows, listed, of_row
from zenhub_sync.store.tables import ESCALATED, LOST, tickets

_NAMES = tuple(field.name for field in fields(MirroredTicket))
_ASKED, _DIGESTS = _NAMES.index("asked"), _NAMES.index("digests")
_values_of = attrgetter(*_NAMES)
_ROLE = {role.value: role for role in StageRole}
_ROLE_OR_NONE: Mapping[str | None, StageRole | None] = {None: None, **{role.value: role for role in StageRole}}
_WORDS: Mapping[str, Mapping[str | None, StrEnum | None]] = {
    "status": {word.value: word for word in Status},
    "score": {word.value: word for word in Score},
    "stage": _ROLE_OR_NONE,
    "stage_owner": {word.value: word for word in StageOwner},
    "escalation": {word.value: word for word in EscalationState},
    "status_stage": _ROLE_OR_NONE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What HubSpot confirmed of one ticket; None says nothing of that part."""

    zendesk_id: ZendeskTicketId
    hubspot_id: HubSpotId | None = None
    delivered_revision: int | None = None
    stage_id: str | None = None
    stage_owner: StageOwner | None = None
    task_id: HubSpotId | None = None
    company_id: HubSpotId | None = None
    contact_id: HubSpotId | None = None
    task_owner: str | None = None
    ownerless: str | None = None
    taken_from: str | None = None


def load(connection: Connection, ids: Iterable[int]) -> dict[ZendeskTicketId, MirroredTicket]:
    """Return the known ones among these tickets."""
    asked = _among(connection.dialect.name, tickets)
    mirrored = map(read_row, connection.execute(asked, listed(connection, ids)))
    return {ticket.zendesk_id: ticket for ticket in mirrored}


def known_ids(connection: Connection, ids: Iterable[int]) -> set[int]:
    """Return which of these tickets are known."""
    asked = _among(connection.dialect.name, tickets.c.zendesk_id)
    return set(connection.execute(asked, listed(connection, ids)).scalars())


@cache
def _among(dialect: str, wanted: Table | Column[Any]) -> Select[Any]:
    return select(wanted).where(among(dialect, tickets.c.zendesk_id))


def save(connection: Connection, mirrored: Sequence[MirroredTicket]) -> None:
    """Remember these tickets as staged."""
    insert_rows(connection, tickets, _NAMES, [_write(ticket) for ticket in mirrored], key=None)


def confirm(connection: Connection, confirmations: Iterable[Confirmation]) -> None:
    """Remember what HubSpot confirmed; a delivered revision never goes back."""
    alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for confirmation in confirmations:
        said = [(name, value) for name in Confirmation.__slots__ if (value := getattr(confirmation, name)) is not None]
        names, values = zip(*said, strict=True)
        alike.setdefault(names, []).append(values)
    for names, rows in alike.items():
        if names != ("zendesk_id",):
            execute_rows(connection, _confirming(names), tuple(map(_said, names)), rows, apart=(_said("zendesk_id"),))


@cache
def _confirming(names: tuple[str, ...]) -> Update:
    """Say these columns of a ticket; the others, which may be in an index, are not touched."""
    said = {name: of_row(_said(name), tickets.c[name]) for name in names}
    values: dict[str, ColumnElement[Any]] = {name: said[name] for name in names if name != "zendesk_id"}
    if "delivered_revision" in values:
        ahead = tickets.c.delivered_revision < said["delivered_revision"]
        values["delivered_revision"] = case((ahead, said["delivered_revision"]), else_=tickets.c.delivered_revision)
    return update(tickets).where(tickets.c.zendesk_id == said["zendesk_id"]).values(**values)


def _said(name: str) -> str:
    return f"said_{name}"


def escalated(connection: Connection) -> list[MirroredTicket]:
    """Return the tickets whose escalation is open and whose task is known."""
    rows = connection.execute(
        select(tickets).where(literal_column(ESCALATED), tickets.c.task_id.is_not(None)).order_by(tickets.c.zendesk_id)
    )
    return [read_row(row) for row in rows]


def lose(connection: Connection, ids: Iterable[int]) -> None:
    """Know no HubSpot ticket of these any more, nor what was said of them: all of it is to be planned again."""
    for chunk in chunks(ids):
        connection.execute(
            update(tickets)
            .where(tickets.c.zendesk_id.in_(chunk))
            .values(
                hubspot_id=None,
                digests=b"",
                stage=None,
                stage_id=None,
                asked="",
                stage_owner=StageOwner.WORKER.value,
                company_id=None,
                contact_id=None,
                delivered_revision=tickets.c.revision,
            )
        )


def lost(connection: Connection) -> list[int]:
    """Return the tickets whose HubSpot ticket is to be made again."""
    gone = select(tickets.c.zendesk_id).where(literal_column(LOST), tickets.c.revision > 0)
    return list(connection.execute(gone.order_by(tickets.c.zendesk_id)).scalars())


def of_requester(connection: Connection, requester_id: int) -> list[int]:
    return list(
        connection.execute(select(tickets.c.zendesk_id).where(tickets.c.requester_id == requester_id)).scalars()
    )


def forget(connection: Connection, ids: Iterable[int]) -> None:
    """Keep of these tickets only what prevents a second HubSpot ticket or task, and write them no more."""
    for chunk in chunks(ids):
        connection.execute(
            update(tickets)
            .where(tickets.c.zendesk_id.in_(chunk))
            .values(
                forgotten=True,
                digests=b"",
                requester_id=None,
                organization_id=None,
                contact_id=None,
                opened_at=0,
                rated_at=0,
                delivered_revision=tickets.c.revision,
            )
        )


def _write(ticket: MirroredTicket) -> tuple[Any, ...]:
    values = list(_values_of(ticket))
    values[_ASKED], values[_DIGESTS] = " ".join(ticket.asked), shortened(ticket.digests)
    return tuple(values)


def read_row(row: Row[Any] | Mapping[str, Any]) -> MirroredTicket:
    """Return the ticket of a row of the table."""
    values = dict(zip(_NAMES, row, strict=True)) if isinstance(row, Row) else dict(row)
    for name, words in _WORDS.items():
        values[name] = words[values[name]]
    values["asked"] = tuple(_ROLE[role] for role in values["asked"].split())
    values["digests"] = whole(values["digests"])
    return MirroredTicket(**values)
