"""The rate limits of the two vendors, and the headers in which their answers tell of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from zenhub_sync.clock import Clock
from zenhub_sync.transport.limiter import Limiter, Limiters, Reading, ReadLimits

# (calls, seconds) until headers tell. Zendesk: https://developer.zendesk.com/api-reference/introduction/rate-limits/
# (200 a minute on the smallest plan of today, 10 exports a minute). HubSpot: developers.hubspot.com/docs/
# developer-tooling/platform/usage-guidelines (100 in 10 s on the smallest plan, 5 searches a second; associations
# are counted apart).
_ZENDESK = {"zendesk": (200, 60.0), "zendesk.exports": (10, 60.0), "zendesk.guide": (200, 60.0)}
_HUBSPOT = {"hubspot": (100, 10.0), "hubspot.search": (5, 1.0), "hubspot.associations": (100, 10.0)}

_TRIPLE = re.compile(r"total=(\d{1,9});\s*remaining=(\d{1,9});\s*resets=(\d{1,9})")

# The spelling of 2026 and that of 2023, seen in recordings of real accounts.
_OWN_LIMIT = ("zendesk-ratelimit-", "zendesk-rate-limit-")
_ACCOUNT_LIMIT = ("ratelimit-limit", "rate-limit", "x-rate-limit")
_ACCOUNT_REMAINING = ("ratelimit-remaining", "rate-limit-remaining", "x-rate-limit-remaining")
_ACCOUNT_RESET = ("ratelimit-reset", "rate-limit-reset")


def zendesk_limiters(*, clock: Clock, share: float) -> Limiters:
    """Return the limits of one Zendesk account; an export counts in its own and in the account's."""
    chains = {
        "zendesk": ("zendesk",),
        "zendesk.exports": ("zendesk.exports", "zendesk"),
        "zendesk.guide": ("zendesk.guide",),
    }
    return _limiters(_ZENDESK, chains, read_zendesk, clock, share)


def hubspot_limiters(*, clock: Clock, share: float) -> Limiters:
    """Return the limits of one app in one HubSpot portal."""
    return _limiters(_HUBSPOT, {bucket: (bucket,) for bucket in _HUBSPOT}, read_hubspot, clock, share)


# Real headers, 2026-10-09: `ratelimit-limit: 400`, `ratelimit-remaining: 399`, `ratelimit-reset: 45` (seconds to the
# end of a fixed minute), `zendesk-ratelimit-incremental-exports: total=10; remaining=9; resets=45`. The guide service
# sends only `x-rate-limit` and `x-rate-limit-remaining`, of a pool of its own.
def read_zendesk(bucket: str, headers: Mapping[str, str]) -> Mapping[str, Reading]:
    """Find the account's limit, and an endpoint's own where the bucket stands for one."""
    found: dict[str, Reading] = {}
    limit, remaining = _number(headers, _ACCOUNT_LIMIT), _number(headers, _ACCOUNT_REMAINING)
    if limit is not None and remaining is not None:
        pool = "zendesk.guide" if bucket == "zendesk.guide" else "zendesk"
        found[pool] = Reading(limit=limit, remaining=remaining, reset=_number(headers, _ACCOUNT_RESET))
    own = next(_own_limits(headers), None) if bucket == "zendesk.exports" else None
    return found | ({bucket: own} if own else {})


# developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines: a rolling window; searches tell nothing, and
# associations have a bucket of their own that these headers do not describe.
def read_hubspot(bucket: str, headers: Mapping[str, str]) -> Mapping[str, Reading]:
    """Find the burst limit of the app."""
    limit = _number(headers, ("x-hubspot-ratelimit-max",))
    remaining = _number(headers, ("x-hubspot-ratelimit-remaining",))
    if bucket != "hubspot" or limit is None or remaining is None:
        return {}
    return {bucket: Reading(limit=limit, remaining=remaining, reset=None)}


def _limiters(
    limits: Mapping[str, tuple[int, float]],
    chains: Mapping[str, tuple[str, ...]],
    read: ReadLimits,
    clock: Clock,
    share: float,
) -> Limiters:
    built = {
        bucket: Limiter(clock=clock, limit=limit, window=window, share=share)
        for bucket, (limit, window) in limits.items()
    }
    return Limiters(chains, built, read)


def _own_limits(headers: Mapping[str, str]) -> Iterator[Reading]:
    for name, text in headers.items():
        triple = _TRIPLE.match(text) if name.startswith(_OWN_LIMIT) else None
        if triple:
            total, remaining, resets = (int(number) for number in triple.groups())
            yield Reading(limit=total, remaining=remaining, reset=float(resets))


def _number(headers: Mapping[str, str], names: tuple[str, ...]) -> int | None:
    texts = (headers.get(name, "").strip() for name in names)
    return next((int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 10), None)
