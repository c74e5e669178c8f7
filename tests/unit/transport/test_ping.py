"""A ping arrives or does not; neither raises, and nothing said of it holds the address."""

from __future__ import annotations

import httpx
import pytest

from zenhub_sync.transport.ping import ping

URL = "https://hc.example/secret-key"


@pytest.mark.parametrize(
    ("status", "said"), [(200, None), (301, "status 301"), (404, "status 404"), (500, "status 500")]
)
def test_what_the_service_answers_is_told_by_its_status(status: int, said: str | None) -> None:
    assert ping(URL, "é" * 20_000, transport=httpx.MockTransport(lambda _: httpx.Response(status))) == said


def test_a_body_is_sent_in_utf_8_and_bounded() -> None:
    heard: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(request.content)
        return httpx.Response(200)

    ping(URL, "ação \ud800" + "x" * 20_000, transport=httpx.MockTransport(answer))

    assert heard[0].startswith("ação ?".encode())
    assert len(heard[0]) == 10_000


def test_a_service_that_is_away_is_told_by_the_kind_of_trouble_alone() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"no route to {request.url}", request=request)

    assert ping(URL, "", transport=httpx.MockTransport(away)) == "ConnectError"
    assert ping("https://", "") is not None
