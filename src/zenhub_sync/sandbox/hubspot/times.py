"""Moments as HubSpot writes and reads them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MILLISECONDS = re.compile(r"-?\d{1,16}")


def stamp(moment: datetime) -> str:
    """Write milliseconds and a Z, as every HubSpot answer does."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


def read_milliseconds(text: str) -> datetime | None:
    if not _MILLISECONDS.fullmatch(text):
        return None
    try:
        return EPOCH + timedelta(milliseconds=int(text))
    except OverflowError:
        return None


def read_iso(text: str) -> datetime | None:
    """Read an ISO 8601 date and time that names its zone."""
    return _parse(text) if _ISO.fullmatch(text) else None


def read_day(text: str) -> datetime | None:
    """Read a calendar day as its midnight in UTC."""
    return _parse(f"{text}T00:00:00Z") if _DAY.fullmatch(text) else None


def read_moment(text: str) -> datetime | None:
    return read_milliseconds(text) or read_iso(text) or read_day(text)


def _parse(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
