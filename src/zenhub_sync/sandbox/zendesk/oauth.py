"""Who is asking: access tokens of the client-credentials grant, and the API token until its last day."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from zenhub_sync.sandbox.http import Request, Response, json_response
from zenhub_sync.sandbox.zendesk import refusals
from zenhub_sync.sandbox.zendesk.records import Records
from zenhub_sync.sandbox.zendesk.rows import Row, iso

# https://developer.zendesk.com/documentation/api-basics/authentication/oauth-migration/
API_TOKENS_END = datetime(2027, 4, 30, tzinfo=UTC)
# https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/ (seconds, whatever one page says)
SHORTEST_LIFE, LONGEST_LIFE = 300, 172_800

_RESOURCES = [
    "tickets",
    "users",
    "organizations",
    "groups",
    "brands",
    "account_settings",
    "satisfaction_ratings",
    "auditlogs",
    "hc",
    "apps",
    "triggers",
    "automations",
    "targets",
    "webhooks",
    "macros",
    "requests",
    "any_channel",
    "zis",
]
_WELL_FORMED = re.compile(rf"(read|write|impersonate|({'|'.join(_RESOURCES)}):(read|write))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks; `scopes` None is an API token, which may do what its user may."""

    scopes: frozenset[str] | None
    token: Row | None = None

    def may(self, required: str) -> bool:
        """Say whether any of the scopes, written `groups:read, read`, was granted."""
        return self.scopes is None or not self.scopes.isdisjoint(required.split(", "))


class Tokens:
    """Issue access tokens and recognise them."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._serial = itertools.count(1)
        self._issued: dict[str, tuple[Row, frozenset[str], datetime | None]] = {}

    def revoke_all(self) -> None:
        """Make every issued token invalid, as an admin can at any time."""
        self._issued.clear()

    def issue(self, request: Request) -> Response:
        """Answer `POST /oauth/tokens`, JSON or form.

        https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/ ; answer 200 and no refresh
        token in a live recording, 2026-10-09. The status of invalid_client is RFC 6749's, not seen live.
        """
        form = _form(request)
        if form.get("grant_type") != "client_credentials":
            raise refusals.oauth(400, "unsupported_grant_type", "The authorization grant type is not supported.")
        options = self._records.options
        sent = (str(form.get("client_id", "")), str(form.get("client_secret", "")))
        if not _same(":".join(sent), f"{options.client_id}:{options.client_secret}"):
            raise refusals.oauth(401, "invalid_client", "Client authentication failed.")
        granted = self._granted(form.get("scope"))
        life = self._life(form.get("expires_in"))
        token = self._keep(granted, life)
        answer: Row = {"access_token": token, "scope": " ".join(granted), "token_type": "bearer"}
        if life is not None:
            answer["expires_in"] = life - 1
        return json_response(200, answer, {"cache-control": "no-store", "pragma": "no-cache"})

    def principal(self, request: Request) -> Principal | None:
        """Return who asks, None for nobody; refuse credentials that are wrong."""
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        if not kind:
            return None
        if kind.lower() == "bearer":
            return self._bearer(value.strip())
        if kind.lower() == "basic":
            return self._basic(value.strip())
        raise refusals.not_authenticated()

    def _granted(self, asked: Any) -> list[str]:
        """Grant within the client's ceiling; a word that is no scope is dropped in silence, as live."""
        allowed = self._records.options.allowed_scopes
        if not asked:
            return sorted(allowed)
        known = [scope for scope in str(asked).split() if _WELL_FORMED.fullmatch(scope)]
        if not allowed.issuperset(known):
            raise refusals.oauth(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed.")
        return known

    def _life(self, asked: Any) -> int | None:
        if asked is None:
            return self._records.options.token_life
        if not str(asked).isdigit() or not SHORTEST_LIFE <= int(asked) <= LONGEST_LIFE:
            limits = f"expires_in must be between {SHORTEST_LIFE} and {LONGEST_LIFE} seconds"
            raise refusals.oauth(400, "invalid_request", limits)
        return int(asked)

    def _keep(self, granted: list[str], life: int | None) -> str:
        serial = next(self._serial)
        now = self._records.now()
        token = hashlib.sha256(f"{self._records.options.client_secret}:{serial}".encode()).hexdigest()
        ends = None if life is None else now + timedelta(seconds=life)
        row: Row = {
            "id": self._records.new_id(),
            "user_id": self._records.me,
            "client_id": self._records.new_id(),
            "token": token[:10],
            "refresh_token": None,
            "created_at": iso(now),
            "expires_at": iso(ends) if ends else None,
            "used_at": None,
            "scopes": granted,
        }
        self._issued[token] = (row, frozenset(granted), ends)
        return token

    def _bearer(self, token: str) -> Principal:
        if token not in self._issued:
            raise refusals.invalid_token()
        row, scopes, ends = self._issued[token]
        if ends is not None and self._records.now() >= ends:
            raise refusals.invalid_token()
        return Principal(scopes=scopes, token=row)

    def _basic(self, value: str) -> Principal:
        """Accept `email/token:secret`; passwords ended 2025-12-31, API tokens end on 2027-04-30."""
        try:
            sent = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise refusals.not_authenticated() from None
        options = self._records.options
        right = options.api_token is not None and _same(sent, f"{options.email}/token:{options.api_token}")
        if not right or self._records.now() >= API_TOKENS_END:
            raise refusals.not_authenticated()
        return Principal(scopes=None)


def _form(request: Request) -> Mapping[str, Any]:
    """Read the body as what its content type says; nothing readable is an empty form."""
    text = request.body.decode("utf-8", "replace")
    if "json" not in request.headers.get("content-type", ""):
        return dict(parse_qsl(text))
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _same(sent: str, right: str) -> bool:
    return hmac.compare_digest(sent.encode(), right.encode())
