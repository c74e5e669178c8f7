"""Independent clients, pointed at the sandbox.

None of HubSpot's own knows version 2026-09, so their requests get today's path on the way out; what they are asked
with and how they read the answer stays theirs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import httpx
import urllib3
from hubspot import HubSpot  # type: ignore[import-untyped]  # the client has no types

from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.hubspot import PortalOptions
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions

# Loaded by name: its thousands of generated modules would cost the type checker two minutes.
hubspot_sdk: Any = import_module("hubspot_sdk")

# In the past of any clock that is right: zenpy holds the ends of exports against the machine's own time.
NOON = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
TOKEN = PortalOptions().token


@contextmanager
def frozen_sandbox(desk: DeskOptions | None = None, portal: PortalOptions | None = None) -> Iterator[Sandbox]:
    """Open a sandbox whose time only the test moves; at the end, it must not have crashed."""
    clock = SandboxClock(NOON, frozen=True)
    with Sandbox(clock=clock, desk_options=desk, portal_options=portal) as sandbox:
        yield sandbox
        assert sandbox.crashes == []


# developers.hubspot.com/docs/api-reference/legacy/migration-guide: the version moved behind the name of the API.
def todays(path: str) -> str:
    """Return the 2026-09 path of an endpoint that a client knows as v3, v4 or 2026-03."""
    path = re.sub(r"^/crm/v[34]/([a-z-]+)", r"/crm/\1/2026-09", path.rstrip("/"))
    return re.sub(r"^(/crm/[a-z-]+|/account-info)/2026-03", r"\1/2026-09", path)


def as_specified(answer: Any) -> Any:
    """Spell an answer as the published specification does where live answers are known to differ from it.

    A property without a value is null in live answers and absent in the specification; the ends of associations are
    numbers there and strings here (live recordings of 2025; developers.hubspot.com … associate-records/guide).
    """
    if isinstance(answer, list):
        return [as_specified(one) for one in answer]
    if not isinstance(answer, dict):
        return answer
    spelled = {key: as_specified(one) for key, one in answer.items()}
    if isinstance(spelled.get("properties"), dict):
        spelled["properties"] = {key: one for key, one in spelled["properties"].items() if one is not None}
    ends = {key: spelled.get(key) for key in ("fromObjectId", "toObjectId")}
    return spelled | {key: str(end) for key, end in ends.items() if isinstance(end, int)}


class TodaysTransport(httpx.BaseTransport):
    """Send requests to today's paths; `respell` their answers as specified."""

    def __init__(self, *, respell: bool) -> None:
        self._inner = httpx.HTTPTransport()
        self._respell = respell

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path, mark, query = request.url.raw_path.decode().partition("?")
        request.url = request.url.copy_with(raw_path=f"{todays(path)}{mark}{query}".encode())
        response = self._inner.handle_request(request)
        if not self._respell:
            return response
        body = response.read()
        body = json.dumps(as_specified(json.loads(body))).encode() if body and response.status_code < 300 else body
        headers = [(name, text) for name, text in response.headers.items() if name != "content-length"]
        response.close()
        return httpx.Response(response.status_code, headers=headers, content=body, request=request)

    def close(self) -> None:
        self._inner.close()


@contextmanager
def open_hubspot_sdk(base_url: str, *, token: str = TOKEN, respell: bool = True) -> Iterator[Any]:
    """Open `hubspot-sdk` (2026-03), which here refuses every answer that is not exactly of the type it declares."""
    transport = TodaysTransport(respell=respell)
    with hubspot_sdk.HubSpot(
        access_token=token,
        base_url=base_url,
        max_retries=0,
        http_client=httpx.Client(transport=transport, base_url=base_url),
        _strict_response_validation=True,
    ) as client:
        yield client


class TodaysPool(urllib3.PoolManager):
    """Send requests to today's paths."""

    def request(self, method: str, url: str, *rest: Any, **more: Any) -> urllib3.BaseHTTPResponse:
        asked = urllib3.util.parse_url(url)
        return super().request(method, asked._replace(path=todays(asked.path or "")).url, *rest, **more)


@contextmanager
def open_hubspot_api_client(
    base_url: str, *, token: str = TOKEN, pool: type[urllib3.PoolManager] = TodaysPool
) -> Iterator[Any]:
    """Open `hubspot-api-client` (v3 and v4), which checks that required fields are there and words are known."""
    with pool() as connections:

        def configured(package: Any, name: str, config: dict[str, Any]) -> Any:
            configuration = package.Configuration(host=base_url)
            configuration.access_token = config["access_token"]
            client = package.ApiClient(configuration=configuration)
            client.rest_client.pool_manager = connections
            return getattr(package, name)(api_client=client)

        yield HubSpot(access_token=token, api_factory=configured)
