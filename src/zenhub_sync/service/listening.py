"""The small HTTP server: bound before anything starts, answering until the very end."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.settings import HttpSettings
from zenhub_sync.telemetry import get_logger

# How often the clock is looked at for the answers' Date, which has no parts of a second.
_LOOKS_AT_THE_CLOCK = 1.0

log = get_logger(__name__)


def bind(http: HttpSettings) -> socket.socket:
    """Return the listening socket; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in http.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((http.host, http.port))
        bound.listen()
    except OSError as problem:
        bound.close()
        raise ConfigProblem(
            f"{http.host} port {http.port}: {problem.strerror}; set ZENHUB_HTTP_HOST and ZENHUB_HTTP_PORT to a free one"
        ) from problem
    return bound


@contextmanager
def listening(bound: socket.socket, app: ASGIApp) -> Iterator[None]:
    """Answer on the socket for the block, in a thread of its own."""
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            proxy_headers=False,
            limit_concurrency=32,
            timeout_graceful_shutdown=2,
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, name="http", daemon=True)
    thread.start()
    host, port = bound.getsockname()[:2]
    log.info("listening", url=f"http://{f'[{host}]' if ':' in host else host}:{port}")
    try:
        yield
    finally:
        server.end()
        thread.join(timeout=5)
        bound.close()


class _Server(uvicorn.Server):
    """uvicorn's server wakes up ten times a second to see whether it is to end, most of an idle service's work.

    This one is told.
    """

    _loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        """Answer until the end."""
        self._told = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), _LOOKS_AT_THE_CLOCK)

    def end(self) -> None:
        """Ask it to end, from any thread."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # its loop is closed: it has ended
                self._loop.call_soon_threadsafe(self._told.set)
