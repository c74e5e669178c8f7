"""Credentials and requests go to the configured hosts alone, whatever an answer says, and only over verified TLS."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest
from tests.architecture.repository import PACKAGE
from tests.stories.stage import Stage, set_stage

from zenhub_sync.config import Config
from zenhub_sync.errors import ZenhubError
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.settings import load_settings
from zenhub_sync.transport.errors import Unavailable
from zenhub_sync.wiring import open_accounts


@contextmanager
def evil_host() -> Iterator[tuple[str, socket.socket]]:
    """Listen where nobody should ever call; whoever does waits in the queue and is found there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield f"127.0.0.1:{listener.getsockname()[1]}", listener


def assert_nobody_called(listener: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with set_stage(f"sqlite:///{tmp_path / 'elsewhere.db'}") as stage:
        seed_many(stage.sandbox, tickets=10)
        stage.setup()
        yield stage


def test_a_listener_notices_who_calls() -> None:
    with evil_host() as (host, listener):
        name, _, port = host.partition(":")
        with socket.create_connection((name, int(port))):
            listener.accept()[0].close()


@pytest.mark.parametrize("status", [201, 302, 307, 401])
@pytest.mark.parametrize(
    "path", ["/oauth/tokens$", "/incremental/", "/pipelines/", "/tickets/batch/read", "/tickets/batch/upsert"]
)
def test_no_redirect_is_followed(stage: Stage, status: int, path: str) -> None:
    with evil_host() as (host, listener):
        headers = {"location": f"http://{host}/x", "refresh": f"0; url=http://{host}/x", "link": f"<http://{host}/x>"}
        struck = stage.sandbox.faults.add("answer", path=path, status=status, headers=headers, body=b"{}", count=None)

        ended = stage.run(IMPORT)

        assert struck.fired > 0
        assert ended.error is not None or ended.report.parked or ended.report.outcome != "ok"
        assert_nobody_called(listener)


_CURSORS = (
    "x",
    "http://{host}/x",
    "//{host}/x",
    "@{host}",
    "/../../{host}",
    "x HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "x#@{host}",
)


@pytest.mark.parametrize("cursor", _CURSORS)
def test_a_cursor_is_followed_and_a_link_never(stage: Stage, cursor: str) -> None:
    with evil_host() as (host, listener):
        link = f"http://{host}/api/v2/incremental/tickets/cursor?cursor=x"
        page = {"tickets": [], "users": [], "organizations": [], "end_of_stream": False}
        page |= {"after_cursor": cursor.format(host=host), "after_url": link, "next_page": link}
        page |= {"links": {"next": link}, "meta": {"has_more": True, "after_cursor": cursor.format(host=host)}}
        stage.sandbox.faults.add("answer", path="/incremental/", status=200, body=json.dumps(page).encode())
        stage.sandbox.forget_requests()

        stage.run(IMPORT)

        asked = [path for service, _, path, _ in stage.sandbox.requests if service == "zendesk"]
        assert asked.count("/api/v2/incremental/tickets/cursor") >= 2
        assert_nobody_called(listener)


def test_no_link_of_hubspots_lists_is_followed(stage: Stage) -> None:
    with evil_host() as (host, listener):
        paging = {"next": {"after": "100", "link": f"http://{host}/crm/objects/2026-09/companies?after=100"}}
        body = json.dumps({"results": [], "paging": paging}).encode()
        struck = stage.sandbox.faults.add(
            "answer", service="hubspot", method="GET", path="/companies$", status=200, body=body
        )

        stage.run(IMPORT)

        assert struck.fired == 1
        assert_nobody_called(listener)


_ADDRESSES = (
    {"ZENDESK_SUBDOMAIN": "acme.zendesk.com.evil.example"},
    {"ZENDESK_SUBDOMAIN": "acme@evil.example"},
    {"ZENDESK_SUBDOMAIN": "acme/evil"},
    {"ZENDESK_SUBDOMAIN": "acme\uff0eevil"},
    {"ZENDESK_SUBDOMAIN": "acme\u3002evil"},
    {"ZENDESK_SUBDOMAIN": "evil.example#"},
    {"ZENDESK_SUBDOMAIN": "acme\r\nHost: evil.example"},
    {"ZENDESK_BASE_URL": "http://evil.example"},
    {"ZENDESK_BASE_URL": "http://127.0.0.1.evil.example"},
    {"ZENDESK_BASE_URL": "https://acme.zendesk.com@evil.example"},
    {"HUBSPOT_BASE_URL": "http://[::ffff:10.0.0.1]"},
    {"HUBSPOT_BASE_URL": "https://api.hubapi.com\\@evil.example"},
)


@pytest.mark.parametrize("change", _ADDRESSES)
def test_an_address_that_could_mean_another_place_is_refused_before_anything_is_sent(change: Mapping[str, str]) -> None:
    environment = {"ZENDESK_SUBDOMAIN": "acme", "ZENDESK_CLIENT_ID": "a", "ZENDESK_CLIENT_SECRET": "b"}
    with pytest.raises(ZenhubError) as refused:
        load_settings({**environment, "HUBSPOT_ACCESS_TOKEN": "c", **change}, accounts=True)
    assert refused.value.exit_code == 3


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a self-signed certificate for 127.0.0.1, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl command to make a certificate with")
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(file), "-out", f"{file}.crt"]
    subprocess.run(command, check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


@contextmanager
def tls_server(certificate: Path) -> Iterator[tuple[str, list[bytes]]]:
    """Serve TLS and keep what arrives inside of it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    heard: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                with suppress(OSError), line, context.wrap_socket(line, server_side=True) as secret:
                    heard.append(secret.recv(65536))

    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve, args=(listener,))
    thread.start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}", heard
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        listener.close()


def ask(url: str) -> None:
    environment = {"ZENDESK_BASE_URL": url, "ZENDESK_EMAIL": "a@b.example", "ZENDESK_API_TOKEN": "canary-token"}
    settings = load_settings({**environment, "HUBSPOT_ACCESS_TOKEN": "x"}, accounts=True)
    with open_accounts(settings, Config(), SandboxClock(frozen=True), Random(0)) as accounts:
        accounts.zendesk.me()


def test_a_certificate_that_nobody_vouches_for_is_refused_and_the_token_not_sent(certificate: Path) -> None:
    with (
        tls_server(certificate) as (url, heard),
        pytest.raises(Unavailable, match="self-signed certificate") as refused,
    ):
        ask(url)
    assert refused.value.exit_code == 5
    assert "\n" not in str(refused.value)
    assert [words for words in heard if words] == []


def test_there_is_no_switch_that_turns_verification_off() -> None:
    switches = ("verify=", "CERT_NONE", "check_hostname", "_create_unverified_context", "follow_redirects=True")
    found = [
        path.name for path in PACKAGE.rglob("*.py") if any(switch in path.read_text("utf-8") for switch in switches)
    ]
    assert found == []
