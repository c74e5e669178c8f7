"""Answers with status 200 or 207 that are shaped as nobody should rely on: batches and pages."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable

import httpx
from tests.model.faults.answers import Answering, Body, Struck, says
from tests.model.faults.endpoints import Pages


def reshaped(turn: Callable[[Body], None]) -> Answering:
    """Let the vendor handle the request and turn its answer."""

    def answer(struck: Struck) -> httpx.Response:
        response = struck.apply()
        body: Body = json.loads(response.body)
        turn(body)
        return says(response.status, body)

    return answer


def unordered(body: Body) -> None:
    body.get("results", []).reverse()


def one_missing(body: Body) -> None:
    del body.get("results", [])[-1:]


def twice(body: Body) -> None:
    body["results"] = [*body.get("results", []), *body.get("results", [])]


def ids_as_numbers(body: Body) -> None:
    for row in body.get("results", []):
        row["id"] = int(row["id"])


def errors_without_ids(body: Body) -> None:
    for error in body.get("errors", []):
        error["context"] = {}


def all_failed(struck: Struck, *, named: bool) -> httpx.Response:
    """Answer 207 and no result: every input failed, each by its name or none by any."""
    inputs = json.loads(struck.request.body)["inputs"]
    errors = [{"status": "error", "category": "INTERNAL_ERROR", "message": "No.", "context": {}} for _ in inputs]
    if named:
        for error, wanted in zip(errors, inputs, strict=True):
            trace = wanted.get("objectWriteTraceId")
            error["context"] = {"objectWriteTraceId": [trace]} if trace else {"ids": [wanted["id"]]}
    return says(207, {"status": "COMPLETE", "results": [], "numErrors": len(errors), "errors": errors})


def all_failed_named(struck: Struck) -> httpx.Response:
    return all_failed(struck, named=True)


def all_failed_unnamed(struck: Struck) -> httpx.Response:
    return all_failed(struck, named=False)


def nothing_at_all(struck: Struck) -> httpx.Response:
    return says(200, {"status": "COMPLETE", "results": []})


# --- pages -----------------------------------------------------------------------------------------------------------


def page_twice(struck: Struck) -> httpx.Response:
    """Give the page, and a cursor that leads to the same page again."""
    body = struck.body()
    _lead(struck, body, _alias(struck, "again"))
    return says(200, body)


def cursor_repeats(struck: Struck) -> httpx.Response:
    """Give the page and the cursor that was sent: there is more, and no way to it."""
    body = struck.body()
    sent = struck.sent
    _lead(struck, body, sent or _alias(struck, "start"))
    return says(200, body)


def cursor_goes_back(struck: Struck) -> httpx.Response:
    """Lead back to the first page, by two names in turn: no two cursors in a row are the same."""
    body = struck.body()
    sent = struck.sent
    _lead(struck, body, "back-b" if sent == "back-a" else "back-a")
    first = {name: texts for name, texts in struck.request.query.items() if name != _pages(struck).param}
    if _pages(struck).rows == "tickets":
        first.setdefault("start_time", ("1700000000",))
    struck.aliases |= {"back-a": first, "back-b": first}
    return says(200, body)


def empty_page(struck: Struck) -> httpx.Response:
    """Give no row and a new cursor to the page that should have come."""
    body = struck.body()
    body[_pages(struck).rows] = []
    _lead(struck, body, _alias(struck, f"empty-{struck.nth}"))
    return says(200, body)


def never_ends(struck: Struck) -> httpx.Response:
    """Give the page as it is, but never say that it was the last one."""
    body = struck.body()
    body["end_of_stream"] = False
    body["after_cursor"] = body["after_cursor"] or struck.sent or _alias(struck, "start")
    return says(200, body)


def cursor_is_null(struck: Struck) -> httpx.Response:
    """Say that there is more, and not where."""
    body = struck.body()
    body["end_of_stream"], body["after_cursor"] = False, None
    return says(200, body)


def _lead(struck: Struck, body: Body, cursor: str) -> None:
    match _pages(struck):
        case Pages(param="cursor"):
            body["after_cursor"], body["end_of_stream"] = cursor, False
        case Pages(param="after"):
            body["paging"] = {"next": {"after": cursor, "link": "https://elsewhere.example/"}}
        case _:
            body["meta"] = {"has_more": True, "after_cursor": cursor}


def _alias(struck: Struck, name: str) -> str:
    """Invent a cursor that means what was asked just now."""
    alias = f"{name}:{zlib.crc32(json.dumps(struck.request.query, sort_keys=True).encode())}"
    struck.aliases[alias] = struck.request.query
    return alias


def _pages(struck: Struck) -> Pages:
    assert struck.endpoint.pages is not None
    return struck.endpoint.pages
