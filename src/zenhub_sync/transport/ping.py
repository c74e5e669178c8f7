"""Tell a heartbeat service that a job started or ended; it never matters enough to fail anything."""

from __future__ import annotations

import httpx

# A ping is worth a few seconds of a run, and no more.
_PATIENCE = 5.0
_MOST = 10_000


def ping(url: str, body: str, *, transport: httpx.BaseTransport | None = None) -> str | None:
    """POST the body, in UTF-8 and of bounded length; return None, or why it did not arrive, without the address."""
    try:
        with httpx.Client(timeout=_PATIENCE, follow_redirects=False, transport=transport) as client:
            answer = client.post(url, content=body.encode("utf-8", "replace")[:_MOST])
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        return type(problem).__name__
    return None if answer.is_success else f"status {answer.status_code}"
