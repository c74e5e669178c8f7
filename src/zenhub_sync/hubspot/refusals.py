"""What HubSpot's refusals mean.

developers.hubspot.com/docs/api-reference/error-handling
"""

from __future__ import annotations

import re
from typing import Any

from zenhub_sync.hubspot.complaints import Complaint, read_complaint
from zenhub_sync.transport.call import Answer, Call
from zenhub_sync.transport.errors import (
    Missing,
    QuotaExhausted,
    Rejected,
    ServiceError,
    Throttled,
    Unauthorized,
)
from zenhub_sync.transport.statuses import is_outage, outage, retry_after

_MIGRATION = 477  # the account is being moved between data centres; Retry-After is up to 24 hours
_LOCK_SECONDS = 2.0  # how long a record stays locked (423)

# What HubSpot's own Node client waits; `Retry-After` on a 429 is not documented. It waits ten seconds for
# TEN_SECONDLY_ROLLING, too; but places come free there all the time, and when, the limiter knows.
_POLICY_SECONDS = {"SECONDLY": 1.0}

_CORRELATION = re.compile(r"[A-Za-z0-9-]{1,64}")


def decipher(call: Call[Any], answer: Answer) -> ServiceError:
    """Name the reader's next move; the message holds HubSpot's codes and property names, never its free text."""
    if answer.status == _MIGRATION:
        return QuotaExhausted(
            f"{call.name}: 477, HubSpot is moving this account to another data centre; run again later",
            call=call.name,
            status=answer.status,
            retry_after=retry_after(answer),
        )
    if is_outage(answer.status):
        return outage(call, answer)
    complaint = read_complaint(answer.body)
    correlation = complaint.correlation_id or _header_correlation(answer)
    message = _line(call, answer, complaint, correlation)
    if answer.status in {401, 403}:
        return Unauthorized(
            message + _credential_advice(answer, complaint),
            call=call.name,
            status=answer.status,
            correlation_id=correlation,
            missing_scopes=complaint.scopes,
        )
    if answer.status in {423, 429}:
        return _throttled(message, call, answer, complaint, correlation)
    refused = Missing if answer.status == 404 else Rejected
    return refused(
        message,
        call=call.name,
        status=answer.status,
        correlation_id=correlation,
        code=complaint.code,
        property_name=complaint.property_name,
    )


def _throttled(
    message: str, call: Call[Any], answer: Answer, complaint: Complaint, correlation: str | None
) -> Throttled:
    asked = retry_after(answer)
    if answer.status == 423:
        wait: float | None = max(_LOCK_SECONDS, asked or 0.0)
    else:
        wait = asked if asked is not None else _POLICY_SECONDS.get(complaint.policy or "")
    daily = complaint.policy == "DAILY"
    advice = "; the portal's daily limit is used up, run again after its midnight" if daily else ""
    kind = QuotaExhausted if daily else Throttled
    return kind(
        message + advice,
        call=call.name,
        status=answer.status,
        correlation_id=correlation,
        retry_after=wait,
    )


def _line(call: Call[Any], answer: Answer, complaint: Complaint, correlation: str | None) -> str:
    words = " ".join(part for part in (str(answer.status), complaint.summary(), complaint.policy or "") if part)
    return f"{call.name}: {words}" + (f" (correlation {correlation})" if correlation else "")


def _credential_advice(answer: Answer, complaint: Complaint) -> str:
    if answer.status == 401:
        return "; HubSpot does not accept the token, set HUBSPOT_ACCESS_TOKEN to a working service key"
    if complaint.scopes:
        return f"; the token lacks {', '.join(complaint.scopes)}, add it to the service key in HubSpot"
    return "; the token may not do this, compare the service key's scopes with those in the README"


def _header_correlation(answer: Answer) -> str | None:
    found = _CORRELATION.fullmatch(answer.headers.get("x-hubspot-correlation-id", ""))
    return found[0] if found else None
