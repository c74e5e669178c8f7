"""Put one call on the wire, once, and say honestly what became of it."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeVar

import httpx
from pydantic import SecretStr
from pydantic_core import to_json

from zenhub_sync.clock import Clock
from zenhub_sync.transport.call import Answer, Call, Json
from zenhub_sync.transport.errors import Malformed, OutcomeUnknown, Rejected, ServiceError, TooLong, Unavailable
from zenhub_sync.transport.inflate import ACCEPTED, BodyError, BodyTooLong, Inflater
from zenhub_sync.transport.statuses import Decipher

T = TypeVar("T")

USER_AGENT = "zenhub-sync"

# A page of 1,000 tickets has about 4 MB, with long descriptions some tens; HubSpot's answers are far smaller.
BODY_CAP = 64 * 1024 * 1024

CONNECT_SECONDS = 10.0

_NOTHING_MORE = httpx.ByteStream(b"")

# The connection was not there yet: the request cannot have been sent.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


class HttpxSender:
    """Send calls to one fixed base URL; nothing that an answer says changes where requests go.

    `timeout` bounds the silence between two chunks and, once the headers are there, the whole exchange. Whatever fails
    after the request may have left is `Unavailable` for a repeatable call and `OutcomeUnknown` for any other.
    """

    def __init__(
        self,
        base_url: str,
        decipher: Decipher,
        *,
        clock: Clock,
        timeout: float = 60.0,
        transport: httpx.BaseTransport | None = None,
        user_agent: str = USER_AGENT,
        on_request: Callable[[Call[Any]], None] | None = None,
        on_answer: Callable[[Call[Any], Answer], None] | None = None,
    ) -> None:
        self._base = httpx.URL(base_url.rstrip("/"))
        self._decipher = decipher
        self._clock = clock
        self._timeout = timeout
        self._on_request = on_request or _ignore
        self._on_answer = on_answer or _ignore
        self._client = httpx.Client(
            transport=transport,
            timeout=httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout)),
            headers={"Accept": "application/json", "Accept-Encoding": ACCEPTED, "User-Agent": user_agent},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # an answer leaves nothing behind
            follow_redirects=False,
            trust_env=self._base.host not in {"127.0.0.1", "::1", "localhost"},
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(self, call: Call[T], *, authorization: SecretStr | None = None) -> T:
        """Send the call once and read its answer."""
        request = self._request(call, authorization)
        self._on_request(call)
        answer = self._exchange(call, request)
        self._on_answer(call, answer)
        if 200 <= answer.status < 300:
            return _read(call, answer)
        if answer.status < 400:
            raise _strange(call, answer.status, "a redirect, which is never followed")
        raise self._decipher(call, answer)

    def _request(self, call: Call[Any], authorization: SecretStr | None) -> httpx.Request:
        headers = {} if authorization is None else {"Authorization": authorization.get_secret_value()}
        content = None
        if call.body is not None:
            content = _written(call.body)
            headers["Content-Type"] = "application/json"
        try:
            url = httpx.URL(str(self._base) + _safe_path(call.path))
            return self._client.build_request(
                call.method, url, params=_safe_params(call) or None, content=content, headers=headers
            )
        except (httpx.InvalidURL, ValueError):
            raise Rejected(f"{call.name}: its path is not one of this API", call=call.name) from None

    def _exchange(self, call: Call[Any], request: httpx.Request) -> Answer:
        started = self._clock.monotonic()
        try:
            response = self._client.send(request, stream=True)
            answered = self._clock.monotonic()
            try:
                body = self._body(response, started + self._timeout)
            finally:
                response.close()
                # httpx lets a response and its stream point at each other, and the response at its request: both bodies
                # would stay until the garbage collector comes by, which it seldom does (`COLLECT_EVERY`).
                response.stream = _NOTHING_MORE
        except _NOT_SENT as problem:
            message = f"{call.name}: cannot reach {self._base.host}, {_cause(problem)}"
            raise Unavailable(message, call=call.name) from None
        except BodyError as problem:
            raise _strange(call, response.status_code, str(problem), _kind(problem)) from None
        except (httpx.HTTPError, httpx.StreamError) as problem:
            raise _lost(call, _cause(problem)) from None
        headers = _lower(response.headers)
        return Answer(status=response.status_code, headers=headers, body=body, sent=started, answered=answered)

    def _body(self, response: httpx.Response, deadline: float) -> bytes:
        if response.is_stream_consumed:  # an in-memory transport gives its answers whole
            return response.content
        inflater = Inflater(response.headers.get("content-encoding", ""), BODY_CAP)
        for chunk in response.iter_raw():
            if self._clock.monotonic() > deadline:
                raise httpx.ReadTimeout("the answer took too long")
            inflater.feed(chunk)
        return inflater.body()


def _written(body: Json) -> bytes:
    """Return the body as JSON: in UTF-8, and what that cannot hold, half of a surrogate pair, as an escape."""
    try:
        return to_json(body)
    except ValueError:
        return json.dumps(body).encode()


def _read(call: Call[T], answer: Answer) -> T:
    try:
        return call.read(answer)
    except Malformed as problem:
        raise _strange(call, answer.status, str(problem)) from None


def _strange(call: Call[Any], status: int, what: str, kind: type[Malformed] = Malformed) -> ServiceError:
    message = f"{call.name}: {status}, {what}"
    return (kind if call.repeatable else OutcomeUnknown)(message, call=call.name, status=status)


def _kind(problem: BodyError) -> type[Malformed]:
    return TooLong if isinstance(problem, BodyTooLong) else Malformed


def _lost(call: Call[Any], what: str) -> ServiceError:
    kind = Unavailable if call.repeatable else OutcomeUnknown
    return kind(f"{call.name}: no answer, {what}", call=call.name)


def _safe_path(path: str) -> str:
    before, *segments = path.split("/")
    if before or not segments or not all(segments) or {".", ".."} & set(segments):
        raise ValueError("a path starts with a slash and has no empty or dot segments")
    if not path.isascii() or not path.isprintable() or set("\\?#@ :") & set(path):
        raise ValueError("a path is made of quoted segments")
    return path


def _safe_params(call: Call[Any]) -> list[tuple[str, str | int | float | bool | None]]:
    return [(name, text.encode("utf-8", errors="replace").decode()) for name, text in call.params]


def _lower(headers: httpx.Headers) -> dict[str, str]:
    return {name.lower(): text for name, text in headers.items()}


# Only what the machine itself says is repeated: the text of an httpx error can hold the URL.
def _cause(problem: BaseException) -> str:
    names = [type(problem).__name__]
    inner: BaseException | None = problem
    while inner is not None:
        if isinstance(inner, ssl.SSLCertVerificationError):
            return f"{names[0]}: {inner.verify_message}"
        if isinstance(inner, OSError) and inner.strerror:
            return f"{names[0]}: {inner.strerror}"
        inner = inner.__cause__ or inner.__context__
    return names[0]


def _ignore(*_: object) -> None:
    """Do nothing."""
