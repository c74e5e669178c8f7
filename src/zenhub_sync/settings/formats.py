"""What a value of the environment must look like.

Each function returns the value in its one form, or raises ValueError, whose message ends up behind
the variable's name and quotes a value only where that cannot hold a secret.
"""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from typing import get_args
from urllib.parse import SplitResult, urlsplit

from zenhub_sync.settings.model import LogFormat, LogLevel

# RFC 1123, section 2.1: letters, digits and inner hyphens, 63 characters at most.
_DNS_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_HOST_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_EMAIL = re.compile(r"[!-~]+@[!-~]+", re.ASCII)
_POSTGRES = re.compile(
    r"postgresql\+psycopg://"
    r"(?:[^:/@?\s]*(?::[^/@?\s]*)?@)?"  # user, password
    r"(?:\[[0-9a-fA-F:]+\]|[^:/@?\[\]\s]*)(?::\d+)?"  # host, port
    r"(?:/[^?@\s]*)?(?:\?\S*)?",  # database, options
    re.ASCII,
)
_DATABASE_FORMS = "sqlite:///path/to/file.db or postgresql+psycopg://user:password@host/database"
# A mistyped value is recognised by its start; what was pasted here by mistake is not printed whole.
_SHOWN = 40


def dns_label(value: str) -> str:
    """Return `value` as one lower-case DNS label."""
    if not _DNS_LABEL.fullmatch(value.lower()):
        raise ValueError(f"{value[:_SHOWN]!r} is not one DNS label; set it to the part before .zendesk.com")
    return value.lower()


def header_text(value: str) -> str:
    """Return `value` if it can travel in an HTTP header."""
    if not all("!" <= character <= "~" for character in value):
        raise ValueError("holds a space, a control or a non-ASCII character; copy it again, alone")
    return value


def email(value: str) -> str:
    """Return `value` if it looks like an e-mail address that Basic authentication can carry."""
    if not _EMAIL.fullmatch(value) or ":" in value:
        raise ValueError("is not an e-mail address; set it to the address of the token's agent")
    return value


def base_url(value: str) -> str:
    """Return scheme, host and port of `value`: https, or http to this machine alone.

    The credential is sent to this address, so whatever makes it another one than it seems is refused.
    """
    advice = "give https://host or https://host:port, without path, user and query"
    try:
        url = urlsplit(value)
        host, port = (url.hostname or "").lower(), url.port
    except ValueError:
        raise ValueError(f"is not a URL; {advice}") from None
    if _has_more_than_a_host(url, value):
        raise ValueError(f"holds more than a scheme, a host and a port; {advice}")
    if not _is_host(host) or url.scheme not in {"https", "http"}:
        raise ValueError(f"is not an https URL; {advice}")
    if url.scheme == "http" and not _is_loopback(host):
        raise ValueError("plain http is accepted for loopback addresses alone; use https")
    shown = f"[{host}]" if ":" in host else host
    return f"{url.scheme}://{shown}" + (f":{port}" if port is not None else "")


def _has_more_than_a_host(url: SplitResult, value: str) -> bool:
    return (
        url.path not in {"", "/"} or any(mark in value for mark in "@?#\\") or not value.isprintable() or " " in value
    )


def _is_host(host: str) -> bool:
    return bool(_HOST_NAME.fullmatch(host)) or _is_address(host)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return "%" not in host


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and any(ip_address(host) in network for network in _LOOPBACK))


def ping_url(value: str) -> str:
    """Return `value` if it is an http or https URL that can be asked; it holds a key, so it is never quoted."""
    try:
        url = urlsplit(value)
        usable = url.scheme in {"http", "https"} and bool(url.hostname) and url.port != 0
    except ValueError:
        usable = False
    if not usable or not value.isprintable() or any(mark in value for mark in " \\#"):
        raise ValueError("is not an http(s) URL; copy the check's ping URL as it stands")
    return value.rstrip("/")


def database_url(value: str) -> str:
    """Return the SQLAlchemy URL for `value`; it may hold a password, so it is never quoted."""
    url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", value)
    if url.startswith("sqlite:///"):
        return _sqlite_url(url)
    if url.startswith("postgresql+psycopg://"):
        if not _POSTGRES.fullmatch(url):
            raise ValueError(f"is not a complete URL; write {_DATABASE_FORMS}, with @ / ? in a password as %40 %2F %3F")
        return url
    raise ValueError(f"is neither SQLite nor PostgreSQL with psycopg; write {_DATABASE_FORMS}")


def _sqlite_url(url: str) -> str:
    path = url.removeprefix("sqlite:///")
    if path in {"", ":memory:"} or "?" in path:
        raise ValueError(
            f"must name a file, because what was imported has to be there next time; write {_DATABASE_FORMS}"
        )
    return url


def port(value: str) -> int:
    """Return `value` as a TCP port; 0 stands for a free one."""
    if not re.fullmatch(r"\d{1,5}", value, re.ASCII) or int(value) > 65535:
        raise ValueError(f"{value[:_SHOWN]!r} is not a port; use 0 to 65535 (0 takes a free one)")
    return int(value)


def host(value: str) -> str:
    """Return `value` as an address or name to listen on."""
    if not _is_host(value.lower()):
        raise ValueError(f"{value[:_SHOWN]!r} is not an address to listen on; use 127.0.0.1 or 0.0.0.0")
    return value


def log_level(value: str) -> LogLevel:
    """Return `value` as one of the levels, in any case."""
    for level in get_args(LogLevel):
        if value.upper() == level:
            return level  # type: ignore[no-any-return]  # get_args forgets the literals it lists
    raise ValueError(f"{value[:_SHOWN]!r} is not a level; use DEBUG, INFO, WARNING or ERROR")


def log_format(value: str) -> LogFormat:
    """Return `value` as one of the formats, in any case."""
    for name in get_args(LogFormat):
        if value.lower() == name:
            return name  # type: ignore[no-any-return]  # get_args forgets the literals it lists
    raise ValueError(f"{value[:_SHOWN]!r} is not a format; use json or console")
