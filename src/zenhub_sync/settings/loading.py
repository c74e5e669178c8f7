"""From the environment's text to `Settings`: read each variable, report all problems together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from zenhub_sync.settings import formats
from zenhub_sync.settings.model import (
    HUBSPOT_URL,
    HttpSettings,
    HubSpotSettings,
    LogSettings,
    NoticeSettings,
    Settings,
    StoreSettings,
    ZendeskSettings,
    refuse,
)

T = TypeVar("T")

HEARTBEATS = ("import", "refresh", "watch")

SECRET_FILE_LIMIT = 65_536  # bytes; no token is longer, and a wrong path (a device, a dump) must not fill the memory


def load_settings(environ: Mapping[str, str], *, accounts: bool = False) -> Settings:
    """Return the environment as `Settings`, or raise one ConfigProblem with a line for every problem.

    A command that needs both accounts says so with `accounts`: then what is missing is reported beside what
    is wrong.
    """
    reader = _Reader(environ)
    settings = Settings(
        zendesk=_zendesk(reader),
        hubspot=_hubspot(reader),
        store=_store(reader),
        http=_http(reader),
        log=_log(reader),
        notices=_notices(reader),
        config_path=reader.read("ZENHUB_CONFIG", Path),
    )
    missing = settings.missing_accounts() if accounts else {}
    refuse(missing | reader.problems)
    return settings


def _zendesk(reader: _Reader) -> ZendeskSettings:
    return ZendeskSettings(
        subdomain=reader.read("ZENDESK_SUBDOMAIN", formats.dns_label),
        base_url=reader.read("ZENDESK_BASE_URL", formats.base_url),
        client_id=reader.read("ZENDESK_CLIENT_ID", formats.header_text),
        client_secret=reader.read_secret("ZENDESK_CLIENT_SECRET"),
        email=reader.read("ZENDESK_EMAIL", formats.email),
        api_token=reader.read_secret("ZENDESK_API_TOKEN"),
    )


def _hubspot(reader: _Reader) -> HubSpotSettings:
    return HubSpotSettings(
        base_url=reader.read("HUBSPOT_BASE_URL", formats.base_url) or HUBSPOT_URL,
        token=reader.read_secret("HUBSPOT_ACCESS_TOKEN"),
    )


def _store(reader: _Reader) -> StoreSettings:
    data_dir = reader.read("ZENHUB_DATA_DIR", Path) or Path("data")
    url = reader.read("DATABASE_URL", formats.database_url) or f"sqlite:///{data_dir / 'zenhub-sync.db'}"
    return StoreSettings(data_dir=data_dir, database_url=SecretStr(url))


def _http(reader: _Reader) -> HttpSettings:
    port = reader.read("ZENHUB_HTTP_PORT", formats.port)
    return HttpSettings(
        host=reader.read("ZENHUB_HTTP_HOST", formats.host) or HttpSettings().host,
        port=HttpSettings().port if port is None else port,
    )


def _log(reader: _Reader) -> LogSettings:
    return LogSettings(
        level=reader.read("LOG_LEVEL", formats.log_level) or LogSettings().level,
        format=reader.read("LOG_FORMAT", formats.log_format),
    )


def _notices(reader: _Reader) -> NoticeSettings:
    beats = {job: reader.read(heartbeat(job), formats.ping_url) for job in HEARTBEATS}
    return NoticeSettings(
        alert_urls=tuple(map(SecretStr, (reader.read("ZENHUB_ALERT_URLS", str) or "").split())),
        heartbeats={job: SecretStr(url) for job, url in beats.items() if url is not None},
        page_token=reader.read_secret("ZENHUB_STATUS_PAGE_TOKEN"),
    )


def heartbeat(job: str) -> str:
    """Name the variable that holds the address to ping for a job."""
    return f"ZENHUB_HEARTBEAT_{job.upper()}_URL"


class _Reader:
    """Read variables by name or from the file `NAME_FILE` points to; keep the first problem of each."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: dict[str, str] = {}

    def read(self, variable: str, parse: Callable[[str], T]) -> T | None:
        """Return the parsed value; None where it is not set, is empty, or has a problem (now on record)."""
        value = self._value(variable)
        if not value:
            return None
        try:
            return parse(value)
        except ValueError as problem:
            self.problems.setdefault(variable, str(problem))
            return None

    def read_secret(self, variable: str) -> SecretStr | None:
        """Return the value as a secret, which must be able to travel in a header."""
        value = self.read(variable, formats.header_text)
        return None if value is None else SecretStr(value)

    def _value(self, variable: str) -> str | None:
        direct, file = self._environ.get(variable), self._environ.get(f"{variable}_FILE")
        if direct and file:
            self.problems[variable] = f"set twice, here and as {variable}_FILE; keep one of them"
            return None
        return self._from_file(variable, Path(file)) if file else direct

    def _from_file(self, variable: str, path: Path) -> str | None:
        try:
            with path.open("rb") as file:
                content = file.read(SECRET_FILE_LIMIT + 1)
            if len(content) <= SECRET_FILE_LIMIT:
                return content.decode("utf-8").rstrip("\r\n")
            reason = f"longer than {SECRET_FILE_LIMIT} bytes"
        except OSError as problem:
            reason = problem.strerror or type(problem).__name__
        except ValueError:
            reason = "not UTF-8 text, or not a path"
        self.problems[variable] = f"cannot be read from {str(path)!r}, the path in {variable}_FILE: {reason}"
        return None
