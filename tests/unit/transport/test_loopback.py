"""The same over real sockets: what a server on loopback does to a connection."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from tests.fakes.sender import call

from zenhub_sync.clock import SystemClock
from zenhub_sync.transport.call import Answer, Call
from zenhub_sync.transport.errors import OutcomeUnknown, Rejected, ServiceError, Unavailable
from zenhub_sync.transport.http import HttpxSender

Talk = Callable[[socket.socket], None]


def refuse(asked: Call[Any], given: Answer) -> ServiceError:
    return Rejected(f"{asked.name}: {given.status}")


@contextmanager
def server(talk: Talk) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            line, _ = listener.accept()
            with line:
                line.recv(65536)
                talk(line)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def reset(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset_in_the_body(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
    reset(line)


def short_body(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")


def no_answer(_: socket.socket) -> None:
    """Hang up."""


def nonsense(line: socket.socket) -> None:
    line.sendall(b"\x16\x03\x01 hello\r\n\r\n")


def silence(line: socket.socket) -> None:
    line.settimeout(5)
    line.recv(1)


def broken_chunks(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n")


@pytest.mark.parametrize("talk", [reset, reset_in_the_body, short_body, no_answer, nonsense, silence, broken_chunks])
@pytest.mark.parametrize(("repeatable", "kind"), [(True, Unavailable), (False, OutcomeUnknown)])
def test_a_broken_connection_is_honestly_named(talk: Talk, *, repeatable: bool, kind: type[ServiceError]) -> None:
    with (
        server(talk) as url,
        closing(HttpxSender(url, refuse, clock=SystemClock(), timeout=0.2)) as sender,
        pytest.raises(kind) as caught,
    ):
        sender.send(call(repeatable=repeatable))
    assert type(caught.value) is kind


def test_a_whole_answer_is_read() -> None:
    def good(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with server(good) as url, closing(HttpxSender(url, refuse, clock=SystemClock())) as sender:
        assert sender.send(call()) == b"ok"


@pytest.mark.parametrize("repeatable", [True, False])
def test_nobody_listening_means_not_sent(*, repeatable: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with (
        closing(HttpxSender(url, refuse, clock=SystemClock())) as sender,
        pytest.raises(Unavailable, match=r"cannot reach 127\.0\.0\.1, ConnectError: Connection refused"),
    ):
        sender.send(call(repeatable=repeatable))
