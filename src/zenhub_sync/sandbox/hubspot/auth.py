"""Who is asking, and whether their scopes let them.

developers.hubspot.com … objects/tickets/guide, activities/tasks/guide, using-object-apis (2026-09); live portal reports
of service keys, 2026-09 and 2026-10
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from zenhub_sync.sandbox.http import Request
from zenhub_sync.sandbox.hubspot.kinds import DEALS, TICKETS, Kind
from zenhub_sync.sandbox.hubspot.options import PortalOptions
from zenhub_sync.sandbox.hubspot.refusals import RefusalError

_SCOPES_PAGE = "https://developers.hubspot.com/scopes"
# Tasks and notes go by the scopes of contacts: a token without any scope of tasks read them (live report, 2026-10-06).
_FAMILY = {"tasks": "contacts", "notes": "contacts"}


class Access(Enum):
    """What an endpoint does, as far as scopes go."""

    OPEN = "open"
    READ = "read"
    WRITE = "write"
    ASSOCIATE = "associate"
    ASSOCIATIONS_READ = "associations read"
    SCHEMA_READ = "schema read"
    SCHEMA_WRITE = "schema write"
    PIPELINES_READ = "pipelines read"
    PIPELINES_WRITE = "pipelines write"
    OWNERS = "owners"
    LIMITS = "limits"


def check_token(options: PortalOptions, request: Request) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or token != options.token:
        message = (
            "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more "
            "details at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
        )
        raise RefusalError(401, message, category="INVALID_AUTHENTICATION")


def check_scopes(options: PortalOptions, access: Access, kinds: list[Kind]) -> None:
    """Refuse unless, of each set of scopes that the endpoint asks for, one at least is granted."""
    for any_of in _required(access, kinds):
        if not any_of & options.scopes:
            # A schema read with a write-only key is refused in a body that names no scope (live report, 2026-10).
            raise missing_scopes(() if access is Access.SCHEMA_READ else any_of)


def check_readable(options: PortalOptions, kinds: Iterable[Kind]) -> None:
    """Refuse to associate with, or to show associations to, an object type that may not be read."""
    check_scopes(options, Access.ASSOCIATIONS_READ, list(kinds))


def missing_scopes(any_of: Iterable[str]) -> RefusalError:
    named = sorted(any_of)
    message = (
        "This app hasn't been granted all required scopes to make this call. "
        f"Read more about required scopes here: {_SCOPES_PAGE}."
    )
    error = {
        "message": "One or more of the following scopes are required.",
        "context": {"requiredGranularScopes": named},
    }
    extra = {"links": {"scopes": _SCOPES_PAGE}}
    return RefusalError(403, message, category="MISSING_SCOPES", errors=[error] if named else [], extra=extra)


def _required(access: Access, kinds: list[Kind]) -> list[frozenset[str]]:
    match access:
        case Access.READ | Access.ASSOCIATIONS_READ:
            return [_object(kind, "read") for kind in kinds]
        case Access.WRITE:
            return [_object(kind, "write") for kind in kinds]
        case Access.ASSOCIATE:
            # No scope of their own: the object scopes count.
            return [_object(kinds[0], "write"), *(_object(kind, "read") for kind in kinds[1:])]
        case Access.SCHEMA_READ:
            return [_schema(kind, "read") | _object(kind, "read") for kind in kinds]
        case Access.SCHEMA_WRITE | Access.PIPELINES_WRITE:
            return [_schema(kind, "write") for kind in kinds]
        case Access.PIPELINES_READ:
            return [_any_read() | _schema(TICKETS, "read") | {"crm.schemas.deals.read"}]
        case Access.OWNERS:
            return [frozenset({"crm.objects.owners.read"})]
        case Access.LIMITS:
            return [_any_read() - {"crm.objects.owners.read"}]
        case Access.OPEN:
            return []


def _object(kind: Kind, verb: str) -> frozenset[str]:
    granular = f"crm.objects.{_FAMILY.get(kind.name, kind.name)}.{verb}"
    return frozenset({granular, "tickets"} if kind is TICKETS else {granular})


def _schema(kind: Kind, verb: str) -> frozenset[str]:
    granular = f"crm.schemas.{kind.name}.{verb}"
    return frozenset({granular, "tickets"} if kind is TICKETS else {granular})


def _any_read() -> frozenset[str]:
    names = ("contacts", "companies", "tickets", "owners", DEALS.name)
    return frozenset({"tickets", *(f"crm.objects.{name}.read" for name in names)})
