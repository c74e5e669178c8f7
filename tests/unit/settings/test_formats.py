"""Where a credential may be sent, and what a host, a port and a subdomain look like."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zenhub_sync.settings import formats


@pytest.mark.parametrize(
    ("given_url", "used"),
    [
        ("https://acme.zendesk.com", "https://acme.zendesk.com"),
        ("https://ACME.zendesk.com/", "https://acme.zendesk.com"),
        ("https://proxy.acme.example:8443", "https://proxy.acme.example:8443"),
        ("http://127.0.0.1:8900", "http://127.0.0.1:8900"),
        ("http://127.8.9.1", "http://127.8.9.1"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://[::1]:8900", "http://[::1]:8900"),
    ],
)
def test_a_base_url_is_reduced_to_scheme_host_and_port(given_url: str, used: str) -> None:
    assert formats.base_url(given_url) == used


@pytest.mark.parametrize(
    "url",
    [
        "http://api.hubapi.com",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://[::ffff:10.0.0.1]",
        "http://2130706433",
        "ftp://127.0.0.1",
        "//acme.zendesk.com",
        "acme.zendesk.com",
        "https://",
        "https://user:password@acme.zendesk.com",
        "https://acme.zendesk.com@evil.example",
        "https://acme.zendesk.com/api",
        "https://acme.zendesk.com?x=1",
        "https://acme.zendesk.com#x",
        "https://acme.zendesk.com\\@evil.example",
        "https://acme.zendesk.com:port",
        "https://acme.zendesk.com:70000",
        "https://acme .zendesk.com",
        "https://acme.zendesk.com\n",
        "https://acmé.zendesk.com",
        "https://[::1",
        "https://[fe80::1%25eth0]",
    ],
)
def test_a_base_url_that_could_mean_another_place_is_refused_unseen(url: str) -> None:
    with pytest.raises(ValueError, match=r"https") as refusal:
        formats.base_url(url)
    assert "password" not in str(refusal.value)


@given(st.text(alphabet="htps:/@.?#\\[]%a1-_ \n\x00é", max_size=30).map(lambda tail: f"https://{tail}"))
@example("https://a@b")
def test_an_accepted_base_url_is_a_host_and_nothing_else(url: str) -> None:
    try:
        accepted = formats.base_url(url)
    except ValueError:
        return
    parts = urlsplit(accepted)
    assert (parts.username, parts.path, parts.query, parts.fragment) == (None, "", "", "")
    assert (parts.hostname or "") in url.lower()


@pytest.mark.parametrize("label", ["acme", "acme-2", "a", "A1", "x" * 63])
def test_one_dns_label_is_a_subdomain(label: str) -> None:
    assert formats.dns_label(label) == label.lower()


@pytest.mark.parametrize(
    "label",
    ["a.b", "a@b", "a/b", "-a", "a-", "a b", "acme\n", "x" * 64, "acme.zendesk.com.evil", "é", "a_b", "https://acme"],
)
def test_anything_else_is_not(label: str) -> None:
    with pytest.raises(ValueError, match="DNS label"):
        formats.dns_label(label)


@pytest.mark.parametrize("port", ["0", "8080", "65535"])
def test_a_port_is_a_number(port: str) -> None:
    assert formats.port(port) == int(port)


@pytest.mark.parametrize("port", ["-1", "65536", "80a", "8 0", "٨", "", "99999999"])
def test_anything_else_is_not_a_port(port: str) -> None:
    with pytest.raises(ValueError, match="not a port"):
        formats.port(port)


@pytest.mark.parametrize("email", ["no-at-sign", "a:b@c.example", "a b@c.example", "é@c.example", "@", "a@"])
def test_what_basic_authentication_cannot_carry_is_not_an_email(email: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail"):
        formats.email(email)


@pytest.mark.parametrize("host", ["not a host", "a/b", "127.0.0.1:80", "x\n"])
def test_a_listening_address_is_an_address_or_a_name(host: str) -> None:
    with pytest.raises(ValueError, match="listen"):
        formats.host(host)
