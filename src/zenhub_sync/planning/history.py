"""What is known of a company beyond the one ticket: numbers and times, for whoever is to call it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

HISTORY_DAYS = 90
REPEAT_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyHistory:
    """Tickets and bad ratings of the last `HISTORY_DAYS`, bad ones also of the last `REPEAT_DAYS`."""

    tickets: int
    bad_ratings: int
    bad_lately: int
    oldest_open: int | None = None
    oldest_open_at: datetime | None = None
