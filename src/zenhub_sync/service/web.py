"""The HTTP side of the service: health for machines, metrics for Prometheus, a page for people."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zenhub_sync.service.health import View
from zenhub_sync.service.metrics import Metrics
from zenhub_sync.service.page.drawing import PAGE_HEADERS, draw
from zenhub_sync.service.page.facts import Narrator

_NOT_AVAILABLE = 503
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="zenhub-sync: any user, the token as password", charset="UTF-8"'}
_SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """Answers requests; each looks at the database anew."""

    look: Callable[[], View]
    alive: Callable[[], bool]
    metrics: Metrics
    narrator: Narrator
    token: SecretStr | None

    def app(self) -> ASGIApp:
        """Return the application; its handlers are synchronous, so that none holds up another."""
        routes = [
            Route("/", self._page),
            Route("/details", self._details),
            Route("/livez", self._livez),
            Route("/readyz", self._readyz),
            Route("/metrics", self._metrics),
        ]
        return _Guarded(Starlette(routes=routes))

    def _livez(self, _: Request) -> Response:
        alive = self.alive()
        return PlainTextResponse("ok\n" if alive else "no tick for minutes\n", 200 if alive else _NOT_AVAILABLE)

    def _readyz(self, _: Request) -> Response:
        view = self.look()
        checks = {check.name: check.said for check in view.checks}
        return JSONResponse({"ready": view.ready, "checks": checks}, 200 if view.ready else _NOT_AVAILABLE)

    def _metrics(self, _: Request) -> Response:
        return Response(self.metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")

    def _page(self, request: Request) -> Response:
        given = _given(request)
        if given is not None and not self._is_token(given):
            return PlainTextResponse("this is not the token\n", 401, _CHALLENGE)
        return self._drawn(known=given is not None)

    def _details(self, request: Request) -> Response:
        given = _given(request)
        if self.token is None:
            said = "status_page.token is not set, so nobody sees ids and reasons here; see zenhub-sync status\n"
            return PlainTextResponse(said, 404)
        if given is None or not self._is_token(given):
            return PlainTextResponse("the token is asked for as the password of any user\n", 401, _CHALLENGE)
        return self._drawn(known=True)

    def _drawn(self, *, known: bool) -> Response:
        view = self.look()
        page = draw(self.narrator.facts(view, known=known))
        return HTMLResponse(page, 200 if view.standing is not None else _NOT_AVAILABLE, dict(PAGE_HEADERS))

    def _is_token(self, given: str) -> bool:
        """Compare in a time that tells nothing; without a token, nothing is right."""
        token = self.token.get_secret_value() if self.token is not None else ""
        return bool(token) and hmac.compare_digest(given.encode(), token.encode())


def _given(request: Request) -> str | None:
    """Return the token that a request brings: as a bearer, as the password of any user, or in the address."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return request.query_params.get("token")


@dataclass(frozen=True, slots=True)
class _Guarded:
    """Put the safe headers on every answer that has none of its own."""

    inner: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.inner(scope, receive, guarded)
