"""One Zendesk account: its API on one side, its people on the other."""

from __future__ import annotations

import hashlib
import itertools
from datetime import timedelta

from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.http import Request, Response, json_response
from zenhub_sync.sandbox.zendesk import refusals, routes
from zenhub_sync.sandbox.zendesk.endings import Endings
from zenhub_sync.sandbox.zendesk.exchange import Exchange
from zenhub_sync.sandbox.zendesk.limits import Windows
from zenhub_sync.sandbox.zendesk.multitude import Multitude
from zenhub_sync.sandbox.zendesk.oauth import Principal, Tokens
from zenhub_sync.sandbox.zendesk.options import DeskOptions
from zenhub_sync.sandbox.zendesk.records import Records
from zenhub_sync.sandbox.zendesk.refusals import Refusal


class Desk(Endings):
    """Zendesk in memory; safe for threads.

    `options` may be replaced while it runs, as an admin may change the account.
    """

    def __init__(
        self, clock: SandboxClock, options: DeskOptions | None = None, *, base_url: str = "https://acme.zendesk.com"
    ) -> None:
        super().__init__(Records(clock, options or DeskOptions(), base_url.rstrip("/")))
        self._tokens = Tokens(self.records)
        self._windows = Windows(self.records)
        self._served = itertools.count(1)

    @property
    def options(self) -> DeskOptions:
        return self.records.options

    @options.setter
    def options(self, value: DeskOptions) -> None:
        with self.records.lock:
            self.records.options = value

    @property
    def base_url(self) -> str:
        return self.records.base_url

    @base_url.setter
    def base_url(self, value: str) -> None:
        self.records.base_url = value

    def add_multitude(self, number: int, since: timedelta, until: timedelta) -> Multitude:
        """Take in so many tickets with their people, which changed last between so long and so long ago."""
        with self.records.lock:
            first, now = self.records.highest_ticket + 1, self.records.now()
            multitude = Multitude(
                range(first, first + number),
                begins=int((now - since).timestamp()),
                ends=int((now - until).timestamp()),
                base_url=lambda: self.records.base_url,
            )
            self.records.join(multitude)
            return multitude

    def revoke_tokens(self) -> None:
        """Make every access token invalid at once."""
        with self.records.lock:
            self._tokens.revoke_all()

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        with self.records.lock:
            try:
                if request.path.removesuffix(".json") == "/oauth/tokens" and request.method == "POST":
                    return self._tokens.issue(request)
                response = self._answer(request)
            except Refusal as refusal:
                response = refusal.response
            response.headers.setdefault("x-zendesk-api-version", "v2")
            response.headers.setdefault("x-request-id", f"{next(self._served):016x}-GRU")
            return response

    def _answer(self, request: Request) -> Response:
        """Authenticate, charge the limits, check rights, and only then look at the request."""
        found = routes.find(request.method, request.path)
        principal = self._tokens.principal(request)
        if principal is None and not (found and found[0].anonymous):
            raise refusals.not_authenticated()
        guide = request.path.startswith("/api/v2/guide/")
        headers = self._windows.charge(found[0].bucket if found else None, guide=guide)
        try:
            response = self._routed(request, found, principal)
        except Refusal as refusal:
            response = refusal.response
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    def _routed(
        self,
        request: Request,
        found: tuple[routes.Route, dict[str, str]] | None,
        principal: Principal | None,
    ) -> Response:
        if found is None:
            guide = request.path.startswith("/api/v2/guide/")
            raise refusals.guide_not_found() if guide else refusals.invalid_endpoint()
        route, ids = found
        if principal and route.scopes and not principal.may(route.scopes):
            raise refusals.missing_scopes(route.scopes)
        if route.admin and not self.options.user_is_admin:
            raise refusals.no_access()
        exchange = Exchange(records=self.records, request=request, found=ids, principal=principal)
        response = json_response(200, route.handler(exchange))
        response.headers["cache-control"] = "max-age=0, private, must-revalidate"
        digest = hashlib.md5(response.body, usedforsecurity=False).hexdigest()
        response.headers["etag"] = f'W/"{digest}"'
        return response
