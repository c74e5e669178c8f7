"""What is known of the way from organizations and requesters to companies and contacts, with its age.

An answer of "nobody" is kept too, so that it is not asked for again with every ticket.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Column, Connection, Select, delete, select

from zenhub_sync.store.statements import among, chunks, insert_rows, listed, upsert
from zenhub_sync.store.tables import company_domains, facts, organizations, requesters

_INDEXED_AT = "company_domains"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationLink:
    """`how` names the rule that found the company (`hand`, `property`, `domain`, ...), or None with no company."""

    organization_id: int
    company_id: str | None
    how: str | None
    checked_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RequesterLink:
    """The HubSpot contact with the requester's address, and that contact's primary company."""

    requester_id: int
    contact_id: str | None
    company_id: str | None
    checked_at: float


_ORGANIZATION = tuple(field.name for field in fields(OrganizationLink))
_REQUESTER = tuple(field.name for field in fields(RequesterLink))


def organization_links(connection: Connection, ids: Iterable[int]) -> dict[int, OrganizationLink]:
    asked = connection.execute(
        _among(connection.dialect.name, organizations.c.organization_id), listed(connection, ids)
    )
    return {
        number: OrganizationLink(organization_id=number, company_id=company, how=how, checked_at=at)
        for number, company, how, at in asked
    }


def requester_links(connection: Connection, ids: Iterable[int]) -> dict[int, RequesterLink]:
    asked = connection.execute(_among(connection.dialect.name, requesters.c.requester_id), listed(connection, ids))
    return {
        number: RequesterLink(requester_id=number, contact_id=contact, company_id=company, checked_at=at)
        for number, contact, company, at in asked
    }


@cache
def _among(dialect: str, key: Column[int]) -> Select[Any]:
    return select(key.table).where(among(dialect, key))


def save_links(connection: Connection, found: Sequence[OrganizationLink], people: Sequence[RequesterLink]) -> None:
    insert_rows(connection, organizations, _ORGANIZATION, list(map(attrgetter(*_ORGANIZATION), found)), key=None)
    insert_rows(connection, requesters, _REQUESTER, list(map(attrgetter(*_REQUESTER), people)), key=None)


def expect_requesters(connection: Connection, ids: Iterable[int]) -> None:
    """Let everyone who opened a ticket be known, though never asked for, so that they are asked for in the end."""
    rows = [(i, 0.0) for i in sorted(ids)]
    insert_rows(connection, requesters, ("requester_id", "checked_at"), rows, key="requester_id")


def forget_requester(connection: Connection, requester_id: int) -> None:
    connection.execute(delete(requesters).where(requesters.c.requester_id == requester_id))


def companies_of(connection: Connection, domains: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the companies of each domain; more than one means that the domain decides nothing."""
    found: dict[str, frozenset[str]] = {}
    for chunk in chunks(domains):
        for row in connection.execute(select(company_domains).where(company_domains.c.domain.in_(chunk))):
            found[row.domain] = found.get(row.domain, frozenset()) | {row.company_id}
    return found


def replace_domains(
    connection: Connection, index: Mapping[str, frozenset[str]], now: float, note: str | None = None
) -> None:
    """Put a freshly read company index in the place of the old one; `note` is what tells it from another."""
    connection.execute(delete(company_domains))
    rows = [{"domain": domain, "company_id": company} for domain, ids in index.items() for company in sorted(ids)]
    for chunk in chunks(rows):
        connection.execute(company_domains.insert(), chunk)
    note_fact(connection, _INDEXED_AT, note or "", now)


def domains_indexed_at(connection: Connection) -> float | None:
    """Return when the company index was read, None if never."""
    return fact_noted_at(connection, _INDEXED_AT)


def index_note(connection: Connection) -> str | None:
    """Return the note of the stored company index, None if there is none."""
    return fact(connection, _INDEXED_AT)


def note_fact(connection: Connection, name: str, value: str, now: float) -> None:
    """Remember something that was found out about the accounts."""
    upsert(connection, facts, [{"name": name, "value": value, "noted_at": now}])


def fact(connection: Connection, name: str) -> str | None:
    return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar_one_or_none()


def fact_noted_at(connection: Connection, name: str) -> float | None:
    return connection.execute(select(facts.c.noted_at).where(facts.c.name == name)).scalar_one_or_none()
