"""What a status code means whoever the vendor is, and how long an answer asks to wait."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from zenhub_sync.transport.call import Answer, Call
from zenhub_sync.transport.errors import OutcomeUnknown, ServiceError, Throttled, Unavailable


class Decipher(Protocol):
    """Say what an answer that is neither a success nor a redirect means, without a word of its free text."""

    def __call__(self, call: Call[Any], answer: Answer, /) -> ServiceError: ...


# developers.hubspot.com/docs/api-reference/error-handling and Cloudflare, which stands before both vendors: on
# 522, 525 and 526 there was no connection to the origin, so the request never got there; 521 and 523 say less.
_NEVER_ARRIVED = frozenset({522, 525, 526})
_REQUEST_TIMEOUT = 408


def is_outage(status: int) -> bool:
    """Say whether a status tells of the server's condition, not of the request."""
    return status >= 500 or status == _REQUEST_TIMEOUT


def outage(call: Call[Any], answer: Answer) -> ServiceError:
    """Turn an outage into "try again", or into "look first" where trying again could do it twice."""
    message = f"{call.name}: {answer.status}"
    if answer.status in _NEVER_ARRIVED:
        return Unavailable(f"{message}, the request did not arrive", call=call.name, status=answer.status)
    if not call.repeatable:
        return OutcomeUnknown(f"{message}, it may have been applied", call=call.name, status=answer.status)
    wait = retry_after(answer)
    if wait is not None:
        return Throttled(message, call=call.name, status=answer.status, retry_after=wait)
    return Unavailable(message, call=call.name, status=answer.status)


def retry_after(answer: Answer) -> float | None:
    """Return the seconds that `Retry-After` asks for; a date counts from the answer's own `Date`."""
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdecimal() and len(asked) < 10:
        return float(asked)
    until, sent = _date(asked), _date(answer.headers.get("date", ""))
    return max(0.0, (until - sent).total_seconds()) if until and sent else None


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else None
