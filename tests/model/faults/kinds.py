"""The table of faults: what comes, where it can come, and what is to become of the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from tests.model.faults import answers as a
from tests.model.faults import shapes as s
from tests.model.faults.answers import HANG, Answering
from tests.model.faults.endpoints import EXPORT, Endpoint, Nature


class Aftermath(Enum):
    """What a run that meets the fault may do.

    `HEALS`: repeat, park the record, or stop; what is left is done by a later run. The others stop it at once, with
    the cursor where it was: `CREDENTIAL` with exit code 3, `QUOTA` with 5 and without one more request.
    """

    HEALS = "heals"
    CREDENTIAL = "credential"
    QUOTA = "quota"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One fault. `window` is how long, in seconds, nothing may be asked after it; `says_no`: the request is refused.

    A `relative` differs little from another kind: fewer of its placements are tried in the ordinary run.
    """

    name: str
    answer: Answering
    fits: Callable[[Endpoint], bool]
    aftermath: Aftermath = Aftermath.HEALS
    window: float = 0.0
    says_no: bool = False
    relative: bool = False


def _any(endpoint: Endpoint) -> bool:
    return True


def _hubspot(endpoint: Endpoint) -> bool:
    return endpoint.service == "hubspot"


def _writes(endpoint: Endpoint) -> bool:
    return endpoint.nature in (Nature.WRITE, Nature.MAKE, Nature.DEFINE)


def _batch(endpoint: Endpoint) -> bool:
    return endpoint.batch


def _batch_read(endpoint: Endpoint) -> bool:
    return endpoint.batch and endpoint.nature is Nature.READ


def _paged(endpoint: Endpoint) -> bool:
    return endpoint.pages is not None


def _export(endpoint: Endpoint) -> bool:
    return endpoint is EXPORT


def _inputs(endpoint: Endpoint) -> bool:
    return endpoint.batch or endpoint.name.startswith("links")


# Differ from a kind beside them in their number or their wording alone.
_RELATIVES = frozenset(
    {
        "400 duplicate ids",
        "404 page",
        "429 retry after 7",
        "503",
        "524 after it was applied",
        "invalid json",
        "redirect",
        "414",
        "504",
        "520",
        "522",
        "cut gzip",
        "empty body",
        "name not resolved",
        "410",
        "422",
        "403 plan",
        "429 retry after 0",
        "connect timeout",
        "certificate not trusted",
        "broken pipe",
        "json null",
        "unasked encoding",
        "not gzip",
        "results twice",
        "ids as numbers",
        "html after it was applied",
        "hung up",
        "207 errors without ids",
        "408",
        "521",
        "523",
        "525",
        "526",
        "500 after it was applied",
        "504 after it was applied",
        "truncated json",
        "another shape",
    }
)


def _kind(
    name: str,
    answer: Answering,
    fits: Callable[[Endpoint], bool] = _any,
    aftermath: Aftermath = Aftermath.HEALS,
    window: float = 0.0,
    *,
    says_no: bool = False,
) -> Kind:
    return Kind(
        name=name,
        answer=answer,
        fits=fits,
        aftermath=aftermath,
        window=window,
        says_no=says_no,
        relative=name in _RELATIVES,
    )


_ROLLING = "TEN_SECONDLY_ROLLING"

KINDS: tuple[Kind, ...] = (
    # --- the request is refused
    _kind("400", a.refuses(400, "VALIDATION_ERROR"), says_no=True),
    _kind("400 duplicate ids", a.refuses(400, "DUPLICATE_IDS"), _inputs, says_no=True),
    _kind("404", a.refuses(404, "RecordNotFound"), says_no=True),
    _kind("404 page", a.page(404, b"<html>Not found</html>"), says_no=True),
    _kind("409", a.refuses(409, "CONFLICT"), says_no=True),
    _kind("410", a.refuses(410, "GONE"), says_no=True),
    _kind("414", a.page(414, b""), says_no=True),
    _kind("422", a.refuses(422, "InvalidValue"), says_no=True),
    # --- the credential is refused
    _kind("401 expired", a.Revoked()),
    _kind("401 revoked", a.refuses(401, "invalid_token"), aftermath=Aftermath.CREDENTIAL),
    _kind("403 scope", a.refuses(403, "MISSING_SCOPES"), aftermath=Aftermath.CREDENTIAL),
    _kind("403 plan", a.page(403, b"<html>Your plan does not include this</html>"), aftermath=Aftermath.CREDENTIAL),
    # --- not now
    _kind("423", a.refuses(423, "LOCKED"), _hubspot, window=2.0),
    _kind("429", a.limited("")),
    # Places in a window that rolls come free all the time; that none is taken before it is free is tests/benchmarks'.
    _kind("429 ten secondly", a.limited(_ROLLING), _hubspot, window=1.0),
    _kind("429 retry after 7", a.limited(_ROLLING, retry_after="7"), window=7.0),
    _kind("429 retry after 0", a.limited(_ROLLING, retry_after="0")),
    _kind("429 retry after 3600", a.limited(_ROLLING, retry_after="3600"), window=3600.0),
    _kind("429 retry after 999999", a.limited(_ROLLING, retry_after="999999"), window=999_999.0),
    _kind("429 retry after a date", a.limited_until(30.0), window=30.0),
    _kind("429 retry after garbage", a.limited("", retry_after="soon, we hope")),
    _kind("429 text", a.page(429, b"Too many requests", content_type="text/plain", retry_after="20"), window=20.0),
    _kind("429 daily", a.limited("DAILY"), _hubspot, Aftermath.QUOTA),
    _kind("477 migration", a.refuses(477, "MIGRATION", {"retry-after": "7200"}), _hubspot, Aftermath.QUOTA, 7200.0),
    # --- the server is not well
    *(_kind(str(status), a.page(status)) for status in (408, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526)),
    _kind("503 retry after 15", a.page(503, retry_after="15"), lambda e: e.nature is not Nature.MAKE, window=15.0),
    *(
        _kind(f"{status} after it was applied", a.after_applying(a.page(status)), _writes)
        for status in (500, 502, 504, 524)
    ),
    # --- an answer that is none
    _kind("html with 200", a.html),
    _kind("html after it was applied", a.after_applying(a.html), _writes),
    _kind("redirect", a.redirected),
    _kind("empty body", a.bytes_of(lambda body: b"")),
    _kind("truncated json", a.bytes_of(lambda body: body[: len(body) * 2 // 3])),
    _kind("invalid json", a.bytes_of(lambda body: body.replace(b":", b"=>", 1))),
    _kind("another shape", a.bytes_of(lambda body: b'{"message": "hello"}')),
    _kind("json null", a.bytes_of(lambda body: b"null")),
    _kind("wrong charset", a.bytes_of(lambda body: body.decode().encode("utf-16"))),
    _kind("gzip bomb", a.bomb),
    _kind("not gzip", a.bytes_of(lambda body: body, {"content-encoding": "gzip"})),
    _kind("cut gzip", a.bytes_of(a.cut_gzip, {"content-encoding": "gzip"})),
    _kind("unasked encoding", a.bytes_of(lambda body: body, {"content-encoding": "br"})),
    _kind("cut body", a.cut_off),
    _kind("slow body", a.trickles),
    # --- no answer
    _kind("connection refused", a.fails(a.refused)),
    _kind("name not resolved", a.fails(a.unresolved)),
    _kind("certificate not trusted", a.fails(a.untrusted)),
    _kind("connect timeout", a.fails(a.unconnected, seconds=10.0)),
    _kind("reset before", a.fails(a.reset)),
    _kind("broken pipe", a.fails(a.unwritten)),
    _kind("hung up", a.fails(a.hung_up)),
    _kind("hung before", a.fails(a.silent, seconds=HANG)),
    _kind("reset after it was applied", a.after_applying(a.fails(a.reset)), _writes),
    _kind("hung after it was applied", a.after_applying(a.fails(a.silent, seconds=HANG)), _writes),
    # --- batches
    _kind("207 all failed", s.all_failed_named, _batch),
    _kind("207 all failed, no ids", s.all_failed_unnamed, _inputs),
    _kind("207 errors without ids", s.reshaped(s.errors_without_ids), _batch_read),
    _kind("results unordered", s.reshaped(s.unordered), _inputs),
    # Of links a record left out means that it has none (associate-records guide, 2026-09): no reader could tell.
    _kind("results missing one", s.reshaped(s.one_missing), _batch),
    _kind("results twice", s.reshaped(s.twice), _inputs),
    _kind("ids as numbers", s.reshaped(s.ids_as_numbers), _batch),
    _kind("no results with 200", s.nothing_at_all, _batch),
    # --- pages
    _kind("page twice", s.page_twice, _paged),
    _kind("cursor repeats", s.cursor_repeats, _paged),
    _kind("cursor goes back", s.cursor_goes_back, _paged),
    _kind("empty page", s.empty_page, _paged),
    _kind("no end of stream", s.never_ends, _export),
    _kind("cursor is null", s.cursor_is_null, _export),
)
