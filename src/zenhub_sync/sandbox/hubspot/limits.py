"""How many requests an app and an account may make.

developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
"""

from __future__ import annotations

from collections import deque
from datetime import date, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from zenhub_sync.sandbox.hubspot.options import PortalOptions
from zenhub_sync.sandbox.hubspot.refusals import RefusalError

_TEN_SECONDS = timedelta(seconds=10)


class Bucket(Enum):
    """Associations have allowances of their own; search has one of its own and shows no headers."""

    GENERAL = "general"
    ASSOCIATIONS = "associations"
    SEARCH = "search"
    NONE = "none"


class Rolling:
    """So many requests in any span of this length; refused ones are not counted."""

    def __init__(self, most: int, span: timedelta) -> None:
        self.most = most
        self._span = span
        self._taken: deque[datetime] = deque()

    def left(self, now: datetime) -> int:
        while self._taken and self._taken[0] <= now - self._span:
            self._taken.popleft()
        return max(0, self.most - len(self._taken))

    def take(self, now: datetime) -> None:
        self._taken.append(now)


class Daily:
    """So many requests until midnight of the portal's time zone."""

    def __init__(self, most: int, zone: ZoneInfo) -> None:
        self.most = most
        self._zone = zone
        self._day: date | None = None
        self._taken = 0

    def left(self, now: datetime) -> int:
        today = now.astimezone(self._zone).date()
        if today != self._day:
            self._day, self._taken = today, 0
        return max(0, self.most - self._taken)

    def take(self) -> None:
        self._taken += 1

    def used(self, now: datetime) -> int:
        return self.most - self.left(now)


class Meter:
    """All allowances of one portal and its one app."""

    def __init__(self, options: PortalOptions) -> None:
        zone = ZoneInfo(options.time_zone)
        self._enforced = options.enforce_limits
        self._bursts = {
            Bucket.GENERAL: Rolling(options.burst, _TEN_SECONDS),
            Bucket.ASSOCIATIONS: Rolling(options.association_burst, _TEN_SECONDS),
            Bucket.SEARCH: Rolling(options.search_per_second, timedelta(seconds=1)),
        }
        account = Daily(options.daily, zone)
        self._days = {
            Bucket.GENERAL: account,
            Bucket.ASSOCIATIONS: Daily(options.association_daily, zone),
            Bucket.SEARCH: account,
        }

    def admit(self, bucket: Bucket, now: datetime) -> None:
        """Count one request or refuse it."""
        if bucket is Bucket.NONE:
            return
        burst, day = self._bursts[bucket], self._days[bucket]
        if self._enforced and not day.left(now):
            raise _exceeded("DAILY", "daily")
        if self._enforced and not burst.left(now):
            policy = "SECONDLY" if bucket is Bucket.SEARCH else "TEN_SECONDLY_ROLLING"
            raise _exceeded(policy, policy.lower())
        burst.left(now)
        day.left(now)
        burst.take(now)
        day.take()

    def headers(self, bucket: Bucket, now: datetime) -> dict[str, str]:
        """Tell what is left, as every answer but that of a search does."""
        if bucket in (Bucket.SEARCH, Bucket.NONE):
            return {}
        burst, day = self._bursts[bucket], self._days[bucket]
        return {
            "X-HubSpot-RateLimit-Max": str(burst.most),
            "X-HubSpot-RateLimit-Remaining": str(burst.left(now)),
            "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
            "X-HubSpot-RateLimit-Daily": str(day.most),
            "X-HubSpot-RateLimit-Daily-Remaining": str(day.left(now)),
        }


def _exceeded(policy: str, named: str) -> RefusalError:
    """Refuse one request too many; body of a live answer, 2026. Whether there is a Retry-After is not established."""
    extra = {"errorType": "RATE_LIMIT", "policyName": policy, "requestId": "0" * 32}
    return RefusalError(429, f"You have reached your {named} limit.", category=None, extra=extra)
