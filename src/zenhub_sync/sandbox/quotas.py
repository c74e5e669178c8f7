"""What both vendors allow and how long they take to answer, and the same in scaled time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zenhub_sync.sandbox.hubspot import PortalOptions
from zenhub_sync.sandbox.zendesk import DeskOptions

# developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines: associations have an allowance of their own,
# smaller than the other on the larger plans.
_ASSOCIATIONS = {190: 150, 250: 200}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """Requests a minute of a Zendesk account, exports a minute, requests of a HubSpot app in 10 s; latency in seconds.

    In scaled time `speed` times as many requests fit into the same windows, and answers take that much less time. The
    rate is that of `speed` real seconds in one; but a first burst is larger, too, and `Retry-After` stays as it is. So
    a program needs to know nothing of it: it keeps to the limits that the answers announce.
    """

    zendesk: int = 400
    exports: int = 10
    hubspot: int = 190
    latency: float = 0.0
    speed: float = 1.0

    def __post_init__(self) -> None:
        if min(self.zendesk, self.exports, self.hubspot) < 1 or self.latency < 0 or self.speed <= 0:
            raise ValueError("quotas are 1 or more, the latency 0 or more and the speed above 0")

    @property
    def pause(self) -> float:
        """Return the real seconds that an answer takes."""
        return self.latency / self.speed

    def of_desk(self, options: DeskOptions) -> DeskOptions:
        """Let the account allow this much; the export of users has twice what the others share."""
        return replace(
            options,
            account_limit=self._scaled(self.zendesk),
            export_limit=self._scaled(self.exports),
            users_export_limit=self._scaled(2 * self.exports),
        )

    def of_portal(self, options: PortalOptions) -> PortalOptions:
        return replace(
            options,
            burst=self._scaled(self.hubspot),
            association_burst=self._scaled(_ASSOCIATIONS.get(self.hubspot, self.hubspot)),
            search_per_second=self._scaled(PortalOptions().search_per_second),
            daily=self._scaled(PortalOptions().daily),
            association_daily=self._scaled(PortalOptions().association_daily),
        )

    def _scaled(self, limit: int) -> int:
        return max(1, round(limit * self.speed))
