"""Fixed one-minute windows: the account's, the Help Center's, and those of single endpoints."""

from __future__ import annotations

from dataclasses import dataclass

from zenhub_sync.sandbox.http import Response
from zenhub_sync.sandbox.zendesk import refusals
from zenhub_sync.sandbox.zendesk.records import Records

EXPORTS = "incremental-exports"
USERS_EXPORT = "incremental-exports-cursor"
TICKETS_INDEX = "tickets-index"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What is left of one window after this request."""

    total: int
    remaining: int
    resets: int
    refused: bool


class Windows:
    """Count requests; a full window refuses until the minute is over.

    https://developer.zendesk.com/api-reference/introduction/rate-limits/
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._minute = 0
        self._used: dict[str, int] = {}

    def charge(self, bucket: str | None, *, guide: bool) -> dict[str, str]:
        """Count one request and return the headers that tell of it; refuse it if a window is full.

        A request that its endpoint refuses has still used up one of the account's.
        """
        pool = self._take("guide" if guide else "account", self._records.options.account_limit)
        headers = _pool_headers(pool, guide=guide)
        if pool.refused:
            raise _with(refusals.account_limit(pool.resets), headers)
        if bucket is None:
            return headers
        own = self._take(bucket, self._limit(bucket))
        text = f"total={own.total}; remaining={own.remaining}; resets={own.resets}"
        headers[f"zendesk-ratelimit-{bucket}"] = text
        if own.refused:
            refusal = refusals.endpoint_limit(own.resets, export=bucket != TICKETS_INDEX)
            raise _with(refusal, headers)
        return headers

    def _limit(self, bucket: str) -> int:
        options = self._records.options
        return {EXPORTS: options.export_limit, USERS_EXPORT: options.users_export_limit, TICKETS_INDEX: 100}[bucket]

    def _take(self, bucket: str, limit: int) -> Use:
        now = self._records.epoch()
        if now // 60 != self._minute:
            self._minute, self._used = now // 60, {}
        used = self._used.get(bucket, 0) + 1
        if not self._records.options.enforce_limits:
            used = 1
        refused = used > limit
        self._used[bucket] = min(used, limit)
        return Use(total=limit, remaining=max(0, limit - used), resets=60 - now % 60, refused=refused)


def _pool_headers(pool: Use, *, guide: bool) -> dict[str, str]:
    """Write the pool's headers; the Help Center service sends only two of the five."""
    headers = {"x-rate-limit": str(pool.total), "x-rate-limit-remaining": str(pool.remaining)}
    if not guide:
        headers |= {
            "ratelimit-limit": str(pool.total),
            "ratelimit-remaining": str(pool.remaining),
            "ratelimit-reset": str(pool.resets),
        }
    return headers


def _with(refusal: refusals.Refusal, headers: dict[str, str]) -> refusals.Refusal:
    response: Response = refusal.response
    response.headers.update(headers)
    return refusal
