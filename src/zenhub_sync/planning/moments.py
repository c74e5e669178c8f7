"""How a moment is written."""

from __future__ import annotations

from datetime import UTC, datetime

_LAST_YEAR = 9998


def moment(at: datetime) -> str:
    """Write a moment as HubSpot reads it: ISO 8601 in UTC, whole seconds; nothing for one that nobody can mean.

    The first and the last years of the calendar have no room for another time zone: converting them fails.
    """
    if not 2 <= at.year <= _LAST_YEAR:
        return ""
    utc = at.astimezone(UTC)
    return f"{utc.isoformat()[:19]}Z" if 1000 <= utc.year <= _LAST_YEAR else ""
