"""What the vendors' answers tell beside their bodies: the time of day, and what is left of the limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from zenhub_sync.clock import Clock
from zenhub_sync.doctor.findings import Finding, failure, fine, warning
from zenhub_sync.transport.call import Answer, Call

# Answers travel, and `Date` has whole seconds: less than this says nothing.
_NOTICEABLE = timedelta(seconds=30)
# From here on "two minutes before now", where an export may begin, can lie in the vendor's future.
_HARMFUL = timedelta(seconds=90)
_SET_CLOCK = "set this machine's clock by NTP"
_SCARCE = 0.1
# developer.zendesk.com … rate-limits (headers as recorded, 2026-10-09); developers.hubspot.com … usage-guidelines
_QUOTAS = {
    "zendesk": (("x-rate-limit", "x-rate-limit-remaining", "a minute"),),
    "hubspot": (
        ("x-hubspot-ratelimit-max", "x-hubspot-ratelimit-remaining", "in ten seconds"),
        ("x-hubspot-ratelimit-daily", "x-hubspot-ratelimit-daily-remaining", "a day"),
    ),
}


@dataclass(slots=True, kw_only=True)
class Hearing:
    """Listen to every answer of one vendor."""

    vendor: str
    clock: Clock
    skew: timedelta | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, call: Call[Any], answer: Answer) -> None:
        del call
        self.headers.update(answer.headers)
        at = _date(answer.headers.get("date", ""))
        if at is not None:
            self.skew = self.clock.now() - at

    def findings(self) -> list[Finding]:
        """Say what was heard; of a vendor that never answered, nothing."""
        return [*clock_skew(self.vendor, self.skew), *quota(self.vendor, self.headers)] if self.headers else []


def clock_skew(vendor: str, skew: timedelta | None) -> list[Finding]:
    """Judge how far our clock is from the vendor's: the age of a rating and the start of an export hang on it."""
    check = f"clock.{vendor}"
    if skew is None:
        return [warning(check, f"{vendor} sent no date", "look at what stands between this machine and the vendor")]
    seconds = round(abs(skew).total_seconds())
    if abs(skew) < _NOTICEABLE:
        return [fine(check, f"agrees with {vendor}'s to {seconds} s")]
    message = f"this machine's clock is {seconds} s {'ahead of' if skew > timedelta() else 'behind'} {vendor}'s"
    return [(failure if abs(skew) >= _HARMFUL else warning)(check, message, _SET_CLOCK)]


def quota(vendor: str, headers: Mapping[str, str]) -> list[Finding]:
    """Say what is left of each limit that the answers told of."""
    return [
        finding
        for limit, remaining, per in _QUOTAS[vendor]
        for finding in _quota(vendor, headers.get(limit, ""), headers.get(remaining, ""), per)
    ]


def _quota(vendor: str, limit: str, remaining: str, per: str) -> list[Finding]:
    if not (limit.isdecimal() and remaining.isdecimal()):
        return []
    check, message = f"quota.{vendor}", f"{remaining} of {limit} requests {per} left"
    if int(remaining) < _SCARCE * int(limit):
        return [warning(check, message, f"other tools use them up; find them, or lower {vendor}.rate_share")]
    return [fine(check, message)]


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else None
