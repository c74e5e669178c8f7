"""The endpoints: which path is answered by what, and what it takes to be let in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zenhub_sync.sandbox.zendesk import csat_reads, exports, limits, reads, search
from zenhub_sync.sandbox.zendesk.reads import Handler


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`scopes` is spelled as the refusal spells it; any of them lets the request in. `open` needs nobody."""

    pattern: re.Pattern[str]
    handler: Handler
    scopes: str | None
    admin: bool = False
    bucket: str | None = None
    anonymous: bool = False

    @property
    def guide(self) -> bool:
        """Say whether the Help Center service answers, with its own pool and headers."""
        return self.pattern.pattern.startswith("/api/v2/guide/")


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Return the route of a path and the ids in it; every path may end in `.json`. Only GET is answered here."""
    if method != "GET":
        return None
    for route in ROUTES:
        if match := route.pattern.fullmatch(path.removesuffix(".json")):
            return route, match.groupdict()
    return None


def _route(
    path: str,
    handler: Handler,
    resource: str | None,
    *,
    admin: bool = False,
    bucket: str | None = None,
    anonymous: bool = False,
) -> Route:
    pattern = re.sub(r"\{(id)\}", r"(?P<\1>\\d+)", path)
    pattern = re.sub(r"\{(\w+)!\}", r"(?P<\1>[^/]+)", pattern)
    return Route(
        pattern=re.compile(f"/api/v2/{pattern}"),
        handler=handler,
        scopes=None if resource is None else f"{resource}:read, read",
        admin=admin,
        bucket=bucket,
        anonymous=anonymous,
    )


# Exports, ratings and survey responses are for admins (developer.zendesk.com, "Allowed for").
# The scopes of satisfaction_ratings, custom_statuses, search and guide are not documented one by one: the tickets'
# scope was enough for statuses and guide on a live account (2026-10-09); ratings are taken to need their own.
ROUTES = (
    _route("oauth/tokens/current", reads.current_token, None),
    _route("users/me", reads.me, "users", anonymous=True),
    _route("incremental/tickets/cursor", exports.tickets_by_cursor, "tickets", admin=True, bucket=limits.EXPORTS),
    _route("incremental/tickets", exports.tickets_by_time, "tickets", admin=True, bucket=limits.EXPORTS),
    _route("incremental/users/cursor", exports.users_by_cursor, "users", admin=True, bucket=limits.USERS_EXPORT),
    _route(
        "incremental/organizations",
        exports.organizations_by_time,
        "organizations",
        admin=True,
        bucket=limits.EXPORTS,
    ),
    _route("tickets/show_many", reads.tickets_show_many, "tickets"),
    _route("tickets/count", reads.tickets_count, "tickets"),
    _route("tickets/{id}/audits", reads.audits, "tickets"),
    _route("tickets/{id}", reads.ticket, "tickets"),
    _route("tickets", reads.tickets, "tickets", bucket=limits.TICKETS_INDEX),
    _route("users/show_many", reads.users_show_many, "users"),
    _route("users/{id}", reads.user, "users"),
    _route("organizations/show_many", reads.organizations_show_many, "organizations"),
    _route("organizations/{id}", reads.organization, "organizations"),
    _route("satisfaction_ratings/count", csat_reads.ratings_count, "satisfaction_ratings", admin=True),
    _route("satisfaction_ratings/{id}", csat_reads.rating, "satisfaction_ratings", admin=True),
    _route("satisfaction_ratings", csat_reads.ratings, "satisfaction_ratings", admin=True),
    _route("satisfaction_reasons", csat_reads.reasons, "satisfaction_ratings"),
    _route("guide/survey_responses", csat_reads.responses, "tickets", admin=True),
    _route("guide/{locale!}/survey_responses/{id!}", csat_reads.response, "tickets", admin=True),
    _route("guide/{locale!}/surveys/{id!}/{version!}", csat_reads.survey, "tickets"),
    _route("guide/{locale!}/surveys", csat_reads.surveys, "tickets"),
    _route("custom_statuses", reads.custom_statuses, "tickets"),
    _route("account/settings", reads.account_settings, "account_settings"),
    _route("groups", reads.groups, "groups"),
    _route("brands", reads.brands, "brands"),
    _route("search", search.search, "tickets"),
)
