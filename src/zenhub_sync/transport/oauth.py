"""Zendesk's OAuth client credentials: a token for half an hour, kept in memory alone."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from pydantic import BaseModel, Field, SecretStr

from zenhub_sync.clock import Clock
from zenhub_sync.transport.call import Call, Sender
from zenhub_sync.transport.errors import Rejected, ServiceError, Unauthorized
from zenhub_sync.transport.reading import model_reader

LIFE_SECONDS = 1800  # what clients made since 2026-04-30 get anyway; older ones would get a token for ever
RENEW_BEFORE_SECONDS = 60.0

_MEND = "Admin Center > Apps and integrations > APIs > OAuth clients"


class _Grant(BaseModel):
    access_token: SecretStr = Field(min_length=1)
    expires_in: float | None = Field(default=None, gt=0)
    scope: str | None = None


class ClientCredentials:
    """Get a token with the client's secret, and another a minute before it ends or when it is refused."""

    def __init__(
        self, client_id: str, client_secret: SecretStr, *, scopes: Sequence[str], clock: Clock, bucket: str = "zendesk"
    ) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._scopes = tuple(scopes)
        self._clock = clock
        self._bucket = bucket
        self._lock = threading.Lock()
        self._header: SecretStr | None = None
        self._good_until: float | None = None

    def authorization(self, sender: Sender) -> SecretStr:
        """Return the header of a token that is good for now; threads wait for the same grant."""
        with self._lock:
            ended = self._good_until is not None and self._clock.monotonic() >= self._good_until
            if self._header is None or ended:
                self._header = self._take(self._ask(sender))
            return self._header

    def refused(self, authorization: SecretStr) -> bool:
        """Forget that token, unless another thread already did."""
        with self._lock:
            if self._header == authorization:
                self._header = None
        return True

    def _ask(self, sender: Sender) -> _Grant:
        try:
            grant = sender.send(self._call())
        except (Rejected, Unauthorized) as problem:
            raise _no_token(problem, self._scopes) from None
        missing = _missing(self._scopes, grant.scope)
        if missing:
            raise Unauthorized(
                f"zendesk.grant_token: the token does not get {', '.join(missing)}; tick it under the OAuth client's "
                f"scopes ({_MEND})",
                call="zendesk.grant_token",
                missing_scopes=missing,
            )
        return grant

    # https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/ : no refresh token comes
    # with it,
    # and asking again does no harm. The path is not under /api/v2.
    def _call(self) -> Call[_Grant]:
        return Call(
            name="zendesk.grant_token",
            method="POST",
            path="/oauth/tokens",
            bucket=self._bucket,
            repeatable=True,
            read=model_reader(_Grant),
            body={
                "grant_type": "client_credentials",
                "client_id": self._client_id,
                "client_secret": self._client_secret.get_secret_value(),
                "scope": " ".join(self._scopes),
                "expires_in": LIFE_SECONDS,
            },
        )

    def _take(self, grant: _Grant) -> SecretStr:
        life = grant.expires_in
        early = RENEW_BEFORE_SECONDS if life is None else min(RENEW_BEFORE_SECONDS, life / 2)
        self._good_until = None if life is None else self._clock.monotonic() + life - early
        return SecretStr(f"Bearer {grant.access_token.get_secret_value()}")


def _missing(asked: Sequence[str], granted: str | None) -> tuple[str, ...]:
    if granted is None:
        return ()
    got = set(granted.split())
    return tuple(scope for scope in asked if scope not in got and scope.rpartition(":")[2] not in got)


# The statuses are not established for all causes (live sightings: 400 invalid_scope, 401 invalid_client,
# 404).
def _no_token(problem: ServiceError, scopes: Sequence[str]) -> Unauthorized:
    code = getattr(problem, "code", None)
    if problem.status == 404:
        advice = "no help desk answers there; check ZENDESK_SUBDOMAIN"
    elif code == "invalid_scope":
        advice = f"the OAuth client may not have {', '.join(scopes)}; tick them under its scopes ({_MEND})"
    else:
        advice = f"check ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET; the client must be confidential ({_MEND})"
    return Unauthorized(
        f"zendesk.grant_token: {problem.status or 'refused'} {code or ''}".rstrip() + f"; {advice}",
        call="zendesk.grant_token",
        status=None,
        correlation_id=problem.correlation_id,
        missing_scopes=scopes if code == "invalid_scope" else (),
    )
