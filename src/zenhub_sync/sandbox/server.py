"""The sandbox on a socket: plain HTTP/1.1 on loopback, one port for both vendors.

The standard library's server is used because a fault must reach the socket: to reset it, to send half a body.
"""

from __future__ import annotations

import gzip
import socket
import struct
import threading
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from zenhub_sync.sandbox.control import Control
from zenhub_sync.sandbox.faults import Delivery
from zenhub_sync.sandbox.http import Request, Response, json_response
from zenhub_sync.sandbox.world import World, service_of

LOOPBACK = "127.0.0.1"

_PIECES = 8
# A smaller answer fits into one packet as it is.
_WORTH_IT = 1_000
_FASTEST = 1
# Close at once and send a reset instead of the orderly end.
_RESET = struct.pack("ii", 1, 0)


class Sandbox(World):
    """A `World` that can be reached over HTTP, as a context manager or by `start` and `stop`.

    Where it `compresses`, answers go as gzip to those who accept that, as both vendors send them.
    """

    compresses = False
    _server: _Server | None = None
    _thread: threading.Thread | None = None

    def start(self, port: int = 0) -> str:
        """Serve on loopback and return the base address of both vendors."""
        if self._server is not None:
            raise RuntimeError("the sandbox is running already")
        self._server = _Server(self, port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        base_url = f"http://{LOOPBACK}:{self._server.server_address[1]}"
        self.desk.base_url = base_url
        return base_url

    def stop(self) -> None:
        """End the server and every connection to it; hanging answers are let go."""
        server, self._server = self._server, None
        if server is not None and self._thread is not None:
            server.end()
            self._thread.join()

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        return self.desk.base_url


class _Server(ThreadingHTTPServer):
    """Keep track of the open connections, so that `end` can end them too."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, world: Sandbox, port: int) -> None:
        self.world = world
        self.control = Control(world)
        self.ending = threading.Event()
        self._changed = threading.Condition()
        self._connections: set[Any] = set()
        super().__init__((LOOPBACK, port), _Handler)

    def end(self) -> None:
        self.ending.set()
        self.shutdown()
        self.server_close()
        with self._changed:
            for connection in self._connections:
                _end_quietly(connection)
            self._changed.wait_for(lambda: not self._connections, timeout=5)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection; one that is to be reset must not be ended in order first."""
        if not _is_reset(request):
            _end_quietly(request)
        self.close_request(request)
        with self._changed:
            self._connections.discard(request)
            self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away in the middle."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without it a keep-alive client waits 40 ms for every answer.
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        request = self._request()
        delivery = self._delivery(request)
        if delivery.response is None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.close_connection = True
        else:
            if self.server.world.compresses and "gzip" in request.headers.get("accept-encoding", ""):
                _compress(delivery.response)
            self._send(delivery.response, delivery)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - names that http.server asks for

    def log_message(self, *_: Any) -> None:
        """Keep quiet: `Sandbox.requests` is the log."""

    def _request(self) -> Request:
        url = urlsplit(self.path)
        query = parse_qs(url.query, keep_blank_values=True)
        return Request(
            method=self.command,
            path=unquote(url.path),
            query={name: tuple(values) for name, values in query.items()},
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("content-length") or 0)),
        )

    def _delivery(self, request: Request) -> Delivery:
        if request.path.startswith("/_sandbox/"):
            return Delivery(response=self.server.control.handle(request))
        service = service_of(request.path)
        if service is None:
            known = "/api/v2, /oauth/tokens (Zendesk), /crm, /account-info, /oauth/v2 (HubSpot), /_sandbox"
            return Delivery(response=json_response(404, {"error": f"the sandbox serves {known}"}))
        return self.server.world.exchange(service, request, self.server.ending.wait)

    def _send(self, response: Response, delivery: Delivery) -> None:
        body = response.body
        headers = {
            "date": formatdate(self.server.world.clock.epoch(), usegmt=True),
            **response.headers,
            "content-length": str(len(body)),
        }
        lines = [f"HTTP/1.1 {response.status} {_reason(response.status)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        if delivery.cut:
            self.wfile.write(head + body[: len(body) // 2])
            self.close_connection = True
        elif delivery.pause:
            self.wfile.write(head)
            self._send_slowly(body, delivery.pause)
        else:
            self.wfile.write(head + body)

    def _send_slowly(self, body: bytes, pause: float) -> None:
        size = max(1, -(-len(body) // _PIECES))
        for start in range(0, len(body), size):
            self.server.ending.wait(pause)
            self.wfile.write(body[start : start + size])


def _reason(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Unknown"


def _compress(response: Response) -> None:
    if len(response.body) >= _WORTH_IT:
        response.body = gzip.compress(response.body, _FASTEST, mtime=0)
        response.headers["content-encoding"] = "gzip"


def _is_reset(connection: socket.socket) -> bool:
    return connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(_RESET)) == _RESET


def _end_quietly(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
