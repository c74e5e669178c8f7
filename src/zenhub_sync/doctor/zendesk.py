"""The Zendesk account: who we are there, what we may read, and how its customers rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zenhub_sync.clock import Clock
from zenhub_sync.doctor.findings import Finding, failure, fine, made, warning
from zenhub_sync.transport.errors import Rejected, Unauthorized
from zenhub_sync.zendesk.client import Zendesk
from zenhub_sync.zendesk.models import TicketPage, User

_ADMIN = "make the OAuth client as an admin; it acts as the user who made it"
# Far enough back that a desk in use shows tickets; one call, a tenth of a page.
_LOOKBACK, _ROWS = 30 * 24 * 3600, 100


def examine(zendesk: Zendesk, clock: Clock, scopes: Sequence[str], *, by_api_token: bool) -> Iterator[Finding]:
    """Make every check of the account; one whose credential is refused is asked nothing more."""
    first = list(made("zendesk.credential", lambda: check_role(zendesk.me())))
    yield from first
    if first[0].check == "zendesk.credential":
        yield warning("zendesk", "its other checks were not made", "mend the credential first, then ask again")
        return
    if not by_api_token:
        yield from made("zendesk.scopes", lambda: check_scopes(_granted(zendesk), scopes))
    yield from made("zendesk.export", lambda: _reading(zendesk, clock))


def check_role(user: User) -> list[Finding]:
    """The export and the ratings are for admins alone (developer.zendesk.com, incremental exports: Allowed For)."""
    who = f"the credential is good; it acts as user {user.id}"
    if user.role == "admin":
        return [fine("zendesk.role", f"{who}, an admin")]
    return [failure("zendesk.role", f"{who}, who is no admin ({user.role or 'role unknown'})", _ADMIN)]


def check_scopes(granted: frozenset[str] | None, needed: Sequence[str]) -> list[Finding]:
    """Compare what the token got with what was asked: a misspelt scope is dropped in silence."""
    check = "zendesk.scopes"
    if granted is None:
        return [warning(check, "Zendesk does not tell the token's scopes", "the other checks show what it may do")]
    missing = [scope for scope in needed if scope not in granted and "read" not in granted]
    if missing:
        return [failure(check, f"the token lacks {', '.join(missing)}", "add them to the OAuth client's scopes")]
    return [fine(check, ", ".join(sorted(granted)))]


def check_export(page: TicketPage) -> list[Finding]:
    count = f"{len(page.tickets)}{'' if page.end_of_stream else ' or more'}"
    return [fine("zendesk.export", f"the ticket export can be read; {count} tickets changed in the last 30 days")]


def check_csat(page: TicketPage, *, survey: bool, legacy: bool) -> list[Finding]:
    """Say which of the two CSAT systems is on; a ticket that can be rated has a rating, if only `unoffered`."""
    check = "zendesk.csat"
    if survey:
        return [fine(check, "a survey is on and its answers can be read: points, reasons and times")]
    if page.tickets and all(ticket.satisfaction_rating is None for ticket in page.tickets):
        return [
            warning(check, "no ticket can be rated, so nothing will be escalated", "turn CSAT on in the Admin Center")
        ]
    if legacy:
        return [fine(check, "good/bad ratings (legacy CSAT) are on and can be read")]
    return [
        warning(
            check,
            "no survey is on, and the list of good/bad ratings may not be read: the time of a rating is its ticket's",
            "nothing is missed, but an old rating on a ticket changed this week may open a task; surveys tell exactly",
        )
    ]


def _granted(zendesk: Zendesk) -> frozenset[str] | None:
    try:
        return frozenset(zendesk.current_token().scopes)
    except (Rejected, Unauthorized):
        return None


def _reading(zendesk: Zendesk, clock: Clock) -> Iterator[Finding]:
    """Read the export as every job does; it costs one of the account's ten exports a minute."""
    page = zendesk.export_tickets(start_time=int(clock.now().timestamp()) - _LOOKBACK, per_page=_ROWS)
    yield from check_export(page)
    yield from check_csat(page, survey=_survey(zendesk), legacy=_legacy(zendesk))


def _survey(zendesk: Zendesk) -> bool:
    try:
        return any(survey.state == "enabled" for survey in zendesk.surveys())
    except (Rejected, Unauthorized):
        return False


def _legacy(zendesk: Zendesk) -> bool:
    try:
        zendesk.satisfaction_ratings(score="bad", start_time=0)
    except (Rejected, Unauthorized):
        return False
    return True
