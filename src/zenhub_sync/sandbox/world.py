"""Both accounts, the clock they share, and what was asked of them."""

from __future__ import annotations

import re
import threading
import traceback
from collections import Counter, deque
from collections.abc import Callable, Mapping

from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.faults import Delivery, Faults, carry_out
from zenhub_sync.sandbox.http import Request, Response, json_response
from zenhub_sync.sandbox.hubspot import Portal, PortalOptions
from zenhub_sync.sandbox.ledger import Ledger
from zenhub_sync.sandbox.quotas import Quotas
from zenhub_sync.sandbox.zendesk import Desk, DeskOptions

# One port serves both vendors: their paths do not meet.
_SERVICES = {
    "zendesk": ("/api/v2/", "/oauth/tokens"),
    "hubspot": ("/crm/", "/account-info/", "/oauth/v2/"),
}

DROPPED = 0

# A kind of request: service, method, path without ids, status.
Counted = tuple[str, str, str, int]
_NUMBER = re.compile(r"/\d+(?=/|\.|$)")


class World:
    """A Zendesk account and a HubSpot portal in memory, with their faults and the record of their requests.

    `on_request` is called before a request is handled, for tests that change the world at that moment. `pause` is how
    many seconds an answer takes. With `keep`, for a world of very many tickets, only the latest so many requests and
    writes are remembered, though all are counted, and about so many of HubSpot's records are kept in memory.
    """

    def __init__(
        self,
        *,
        clock: SandboxClock | None = None,
        desk_options: DeskOptions | None = None,
        portal_options: PortalOptions | None = None,
        keep: int | None = None,
    ) -> None:
        self.clock = clock or SandboxClock()
        self.faults = Faults()
        self.on_request: Callable[[Request], None] | None = None
        self.crashes: list[str] = []
        self.pause = 0.0
        self._desk_options, self._portal_options = desk_options or DeskOptions(), portal_options or PortalOptions()
        self._keep = keep
        self._lock = threading.Lock()
        self._requests: deque[tuple[str, str, str, int]] = deque(maxlen=keep)
        self._counts: Counter[Counted] = Counter()
        self._furnish()

    @property
    def requests(self) -> list[tuple[str, str, str, int]]:
        """Return (service, method, path, status) of every request so far; status 0 means it got no answer."""
        with self._lock:
            return list(self._requests)

    def counts(self) -> Mapping[Counted, int]:
        """Return how many requests there were of each kind, also of those that are not remembered."""
        with self._lock:
            return dict(self._counts)

    def forget_requests(self) -> None:
        with self._lock:
            self._requests.clear()
            self._counts.clear()

    def allow(self, quotas: Quotas) -> None:
        """Change what both vendors allow, and how long they take to answer; HubSpot counts from nothing."""
        self._desk_options = self.desk.options = quotas.of_desk(self.desk.options)
        self._portal_options = quotas.of_portal(self.portal.options)
        self.portal.change_options(self._portal_options)
        self.pause = quotas.pause

    def reset(self) -> None:
        """Start over with empty accounts; only the clock goes on."""
        base_url = self.desk.base_url
        self.faults.clear()
        self.forget_requests()
        self._furnish()
        self.desk.base_url = base_url

    def exchange(self, service: str, request: Request, wait: Callable[[float], object]) -> Delivery:
        """Answer one request of a vendor's API, struck by whatever fault is due."""
        begun = self.clock.monotonic()
        if self.on_request is not None:
            self.on_request(request)
        fault = self.faults.strike(service, request)
        if fault is None:
            delivery = Delivery(response=self._handle(service, request))
        else:
            delivery = carry_out(fault, request, lambda: self._handle(service, request), wait)
        status = delivery.response.status if delivery.response else DROPPED
        with self._lock:
            self._requests.append((service, request.method, request.path, status))
            self._counts[service, request.method, _NUMBER.sub("/{id}", request.path), status] += 1
        rest = self.pause - (self.clock.monotonic() - begun)
        if self.pause and rest > 0:
            wait(rest)
        return delivery

    def _furnish(self) -> None:
        self.ledger = Ledger(self._keep)
        self.desk = Desk(self.clock, self._desk_options)
        self.portal = Portal(self.clock, self.ledger, self._portal_options, keep=self._keep)

    def _handle(self, service: str, request: Request) -> Response:
        """Let the account answer; a bug of the sandbox itself is kept in `crashes` and answered as its 500."""
        account = self.desk if service == "zendesk" else self.portal
        try:
            return account.handle(request)
        except Exception:
            self.crashes.append(traceback.format_exc())
            return json_response(500, {"sandbox_crashed": self.crashes[-1].splitlines()[-1]})


def service_of(path: str) -> str | None:
    """Return which vendor a path belongs to, None for neither."""
    return next((name for name, prefixes in _SERVICES.items() if path.startswith(prefixes)), None)
