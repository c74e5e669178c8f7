"""What Zendesk's refusals mean, in any of its four JSON envelopes, plain text, HTML or nothing.

https://developer.zendesk.com/api-reference/introduction/requests/ ,
https://developer.zendesk.com/api-reference/introduction/rate-limits/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from zenhub_sync.transport.call import Answer, Call
from zenhub_sync.transport.errors import (
    Malformed,
    Missing,
    Rejected,
    ServiceError,
    Throttled,
    Unauthorized,
)
from zenhub_sync.transport.reading import read_json
from zenhub_sync.transport.statuses import is_outage, outage, retry_after

# Two simultaneous writes collided; Zendesk's own connectors wait about this long (PyPI tap-zendesk 2.8.2).
_CONFLICT_SECONDS = 10.0

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}")
_REQUEST = re.compile(r"[A-Za-z0-9-]{1,64}")
_SCOPES = re.compile(r"missing the following required scopes: ([a-z_:, ]{1,500})")
_NO_HELP_DESK = "No help desk at"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Complaint:
    code: str | None = None
    field: str | None = None
    scopes: tuple[str, ...] = ()
    no_help_desk: bool = False


def decipher(call: Call[Any], answer: Answer) -> ServiceError:
    """Name the reader's next move; the message holds Zendesk's codes and field names, never its free text."""
    if is_outage(answer.status):
        return outage(call, answer)
    complaint = _complaint(answer)
    found = _REQUEST.fullmatch(answer.headers.get("x-request-id", ""))
    correlation = found[0] if found else None
    message = _line(call, answer, complaint, correlation)
    if answer.status in {401, 403} or complaint.no_help_desk:
        return Unauthorized(
            message + _advice(answer, complaint),
            call=call.name,
            status=answer.status,
            correlation_id=correlation,
            missing_scopes=complaint.scopes,
        )
    if answer.status in {409, 423, 429}:
        wait = retry_after(answer)
        return Throttled(
            message,
            call=call.name,
            status=answer.status,
            correlation_id=correlation,
            retry_after=_CONFLICT_SECONDS if wait is None and answer.status == 409 else wait,
        )
    refused = Missing if answer.status == 404 else Rejected
    return refused(
        message,
        call=call.name,
        status=answer.status,
        correlation_id=correlation,
        code=complaint.code,
        property_name=complaint.field,
    )


def _complaint(answer: Answer) -> _Complaint:
    try:
        body = read_json(answer.body)
    except Malformed:
        return _Complaint(no_help_desk=answer.status == 404 and _NO_HELP_DESK.encode() in answer.body)
    if not isinstance(body, dict):
        return _Complaint()
    error, details = body.get("error"), body.get("details")
    titled = error if isinstance(error, dict) else {}
    text = " ".join(each for each in (body.get("description"), titled.get("title")) if isinstance(each, str))
    scopes = _SCOPES.search(text)
    return _Complaint(
        code=_word(error) or _word(titled.get("title")) or _first_code(body.get("errors")),
        field=next((name for name in details if _word(name)), None) if isinstance(details, dict) else None,
        scopes=tuple(scopes[1].replace(",", " ").split()) if scopes else (),
        no_help_desk=_NO_HELP_DESK in text,
    )


def _first_code(errors: object) -> str | None:
    first = errors[0] if isinstance(errors, list) and errors else None
    return _word(first.get("code")) if isinstance(first, dict) else None


def _word(found: object) -> str | None:
    return found if isinstance(found, str) and _WORD.fullmatch(found) else None


def _line(call: Call[Any], answer: Answer, complaint: _Complaint, correlation: str | None) -> str:
    words = [str(answer.status), complaint.code or "", f"on {complaint.field}" if complaint.field else ""]
    request = f" (request {correlation})" if correlation else ""
    return f"{call.name}: {' '.join(word for word in words if word)}{request}"


def _advice(answer: Answer, complaint: _Complaint) -> str:
    if complaint.no_help_desk:
        return "; there is no help desk at this address, check ZENDESK_SUBDOMAIN"
    if complaint.scopes:
        return f"; the credential lacks the scopes {', '.join(complaint.scopes)}, add them to the OAuth client"
    if answer.status == 401:
        return "; Zendesk does not accept the credential, check ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET"
    return "; the credential's user may not do this, it must be an admin of the account"
