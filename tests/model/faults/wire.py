"""The wire on which a fault strikes chosen calls, and which sees whether the worker keeps its manners after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import httpx
from tests.model.fate import as_seen
from tests.model.faults.answers import Struck
from tests.model.faults.endpoints import TASK_CREATE, Endpoint, endpoint_of
from tests.model.faults.kinds import Kind

from zenhub_sync.sandbox.http import Request, Response
from zenhub_sync.sandbox.world import World, service_of

# No run of these small worlds comes near it: whoever does would go on for ever.
_STORM = 400


class StormError(BaseException):
    """The worker asks and asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Which of the calls that match are struck: from the `nth` on, `times` of them (None: all, until it ends)."""

    nth: int
    times: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of fault at one endpoint, placed."""

    kind: Kind
    endpoint: Endpoint
    placement: Placement


@dataclass(slots=True, kw_only=True)
class Manners:
    """What was asked in one run, and what should not have been."""

    requests: int = 0
    strikes: int = 0
    since_strike: int = 0
    cursors: Mapping[str, object] | None = None
    asked_too_soon: list[str] = field(default_factory=list)


class FaultyWire(httpx.BaseTransport):
    """Carry requests into the sandbox; strike those of one endpoint as one kind of fault does."""

    def __init__(
        self,
        world: World,
        fault: Fault | None,
        cursors: Callable[[], Mapping[str, object]],
        *,
        lose_first_task: bool = False,
    ) -> None:
        self._world = world
        self.manners = Manners()
        self.calls: Counter[str] = Counter()
        self.fired = 0
        self._fault = fault
        self._cursors = cursors
        self._lose_first_task = lose_first_task
        self._aliases: dict[str, Mapping[str, tuple[str, ...]]] = {}
        self._closed: dict[str, float] = {}

    def new_run(self) -> None:
        """Begin to count anew: another run is another process, and knows of no window."""
        self.manners = Manners()
        self._closed.clear()

    def end(self) -> None:
        """Let the fault be over."""
        self._fault = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        seen = as_seen(request)
        self._count(seen)
        endpoint = endpoint_of(seen)
        sent = seen.param(endpoint.pages.param) if endpoint is not None and endpoint.pages is not None else None
        meant = replace(seen, query=self._aliases.get(sent or "", seen.query))
        if endpoint is not None:
            self.calls[endpoint.name] += 1
        fault = self._fault
        if fault is not None and endpoint is fault.endpoint and self._due(fault):
            return self._strike(fault, meant, sent)
        response = _on_the_wire(self._apply(meant))
        if endpoint is TASK_CREATE and self._lose_first_task:
            self._lose_first_task = False
            raise httpx.ReadTimeout("the answer got lost")
        return response

    def _count(self, seen: Request) -> None:
        self.manners.requests += 1
        self.manners.since_strike += 1
        if self.manners.requests > _STORM:
            raise StormError(f"more than {_STORM} requests in a run")
        service = service_of(seen.path) or ""
        if self._world.clock.monotonic() < self._closed.get(service, 0.0):
            self.manners.asked_too_soon.append(f"{seen.method} {seen.path}")

    def _due(self, fault: Fault) -> bool:
        place = fault.placement
        reached = self.calls[fault.endpoint.name] >= place.nth
        return reached and (place.times is None or self.fired < place.times)

    def _strike(self, fault: Fault, request: Request, sent: str | None) -> httpx.Response:
        self.fired += 1
        self.manners.strikes += 1
        self.manners.since_strike = 0
        self.manners.cursors = self._cursors()
        try:
            return fault.kind.answer(
                Struck(
                    request=request,
                    sent=sent,
                    endpoint=fault.endpoint,
                    clock=self._world.clock,
                    apply=lambda: self._apply(request),
                    aliases=self._aliases,
                    revoke=self._world.desk.revoke_tokens,
                    nth=self.fired,
                )
            )
        finally:
            self._closed[fault.endpoint.service] = self._world.clock.monotonic() + fault.kind.window

    def _apply(self, request: Request) -> Response:
        service = service_of(request.path)
        assert service is not None
        response = self._world.exchange(service, request, lambda _: None).response
        assert response is not None
        return response


def _on_the_wire(response: Response) -> httpx.Response:
    return httpx.Response(response.status, headers=response.headers, content=response.body)
