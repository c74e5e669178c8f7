"""What a batch did, record by record: 200 and 207 say the same thing once read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zenhub_sync.hubspot.models import CrmObject, Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why HubSpot refused one record; `message` is fit for a log: codes and property names, no values.

    `category` is HubSpot's class of error (`VALIDATION_ERROR`, `OBJECT_NOT_FOUND`, `RATE_LIMITS`, ...).
    """

    code: str | None
    property_name: str | None
    message: str
    category: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenObject:
    """A record as it is after the write; `new` is None where the endpoint does not say."""

    object: CrmObject
    new: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteResult:
    """The fate of each input, by its trace. Nothing is known of the `unaccounted`: never take them for written."""

    written: Mapping[str, WrittenObject]
    refused: Mapping[str, Refusal]
    unaccounted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """What a batch read found, in no order.

    `missing` are ids that HubSpot says do not exist. `unaccounted` were neither returned under that id nor called
    missing: most likely merged away, the survivor being among `found`; read them one by one.
    """

    found: tuple[CrmObject, ...]
    missing: tuple[str, ...] = ()
    unaccounted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectPage:
    """A page of a list; `after` is None on the last one. Lists lag behind writes."""

    results: tuple[CrmObject, ...]
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerPage:
    """A page of owners; `after` is None on the last one."""

    owners: tuple[Owner, ...]
    after: str | None


Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairResult:
    """Which (from, to) pairs are linked now. Nothing is known of the `unaccounted`."""

    linked: frozenset[Pair]
    refused: Mapping[Pair, Refusal]
    unaccounted: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """A link to another record, with all its type ids (26 and 339 for a ticket's primary company)."""

    to_id: str
    type_ids: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationResult:
    """The links of each record asked for; a record without any, or that does not exist, has `()`.

    `more` says after which cursor a record's links go on. `unread` are records whose links HubSpot failed to read:
    they are in `links` too only if it gave some, and "none" must not be concluded for them.
    """

    links: Mapping[str, tuple[Association, ...]]
    more: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
