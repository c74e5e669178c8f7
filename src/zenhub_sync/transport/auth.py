"""How a request proves who sends it. No secret is in any repr, message or log."""

from __future__ import annotations

from base64 import b64encode
from typing import Protocol, TypeVar

from pydantic import SecretStr

from zenhub_sync.transport.call import Call, Sender
from zenhub_sync.transport.errors import Unauthorized
from zenhub_sync.transport.http import HttpxSender

T = TypeVar("T")


class Authenticator(Protocol):
    """Give the `Authorization` header of a request."""

    def authorization(self, sender: Sender) -> SecretStr:
        """Return the header's value; `sender` asks for a token where one is needed."""
        ...

    def refused(self, authorization: SecretStr) -> bool:
        """Take note that the vendor answered 401 to it; say whether another may be better."""
        ...


class StaticBearer:
    """A token that was given once and for all: HubSpot's service key."""

    def __init__(self, token: SecretStr) -> None:
        self._header = SecretStr(f"Bearer {token.get_secret_value()}")

    def authorization(self, sender: Sender) -> SecretStr:
        return self._header

    def refused(self, authorization: SecretStr) -> bool:
        return False


# https://developer.zendesk.com/api-reference/introduction/security-and-auth/ : until 2027-04-30.
class BasicToken(StaticBearer):
    """An e-mail address and an API token of Zendesk, the legacy way in."""

    def __init__(self, email: str, token: SecretStr) -> None:
        pair = f"{email}/token:{token.get_secret_value()}"
        self._header = SecretStr(f"Basic {b64encode(pair.encode()).decode()}")


class AuthenticatingSender:
    """Send with proof; a 401 is answered once with a fresh one, if there is any."""

    def __init__(self, inner: HttpxSender, authenticator: Authenticator, grants: Sender) -> None:
        self._inner = inner
        self._authenticator = authenticator
        self._grants = grants

    def send(self, call: Call[T]) -> T:
        proof = self._authenticator.authorization(self._grants)
        try:
            return self._inner.send(call, authorization=proof)
        except Unauthorized as problem:
            if problem.status != 401 or not self._authenticator.refused(proof):
                raise
        return self._inner.send(call, authorization=self._authenticator.authorization(self._grants))
