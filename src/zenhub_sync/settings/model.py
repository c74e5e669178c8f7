"""What the environment says, in parts: a command asks for the parts it needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr

from zenhub_sync.errors import ConfigProblem

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
LogFormat = Literal["json", "console"]

HUBSPOT_URL = "https://api.hubapi.com"

# The day all API tokens stop:
# https://developer.zendesk.com/documentation/api-basics/authentication/oauth-migration/
API_TOKENS_END = date(2027, 4, 30)
_API_TOKENS_END = (
    f"ZENDESK_API_TOKEN: Zendesk ends API tokens on {API_TOKENS_END}; "
    "set ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET before that day"
)


class Part(BaseModel):
    """Be immutable, and never show an input in an error: it may be a secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


class ClientCredentials(Part):
    """Zendesk's OAuth client-credentials grant."""

    client_id: str
    client_secret: SecretStr


class ApiToken(Part):
    """Zendesk's Basic `email/token` way in, which ends on 2027-04-30."""

    email: str
    api_token: SecretStr


class ZendeskAccess(Part):
    """Everything needed to call Zendesk; `subdomain` is None only where a base URL was given instead."""

    base_url: str
    subdomain: str | None
    credentials: ClientCredentials | ApiToken


class HubSpotAccess(Part):
    """Everything needed to call HubSpot."""

    base_url: str
    token: SecretStr


class ZendeskSettings(Part):
    """Zendesk's variables as far as they are set."""

    subdomain: str | None = None
    base_url: str | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    email: str | None = None
    api_token: SecretStr | None = None

    def missing(self) -> dict[str, str]:
        """Return what must be set before Zendesk can be called: variable -> what to do."""
        problems: dict[str, str] = {}
        if self.subdomain is None and self.base_url is None:
            problems["ZENDESK_SUBDOMAIN"] = "not set; set it to the part before .zendesk.com"
        if self.client_id is None and self.client_secret is None:
            problems |= self._missing_without_oauth()
        elif self.client_id is None:
            problems["ZENDESK_CLIENT_ID"] = "not set, but ZENDESK_CLIENT_SECRET is; set both"
        elif self.client_secret is None:
            problems["ZENDESK_CLIENT_SECRET"] = "not set, but ZENDESK_CLIENT_ID is; set both"  # noqa: S105 - a message
        return problems

    def _missing_without_oauth(self) -> dict[str, str]:
        if self.email is None and self.api_token is None:
            advice = "not set; set it and ZENDESK_CLIENT_SECRET to those of a confidential OAuth client"
            return {"ZENDESK_CLIENT_ID": advice}
        if self.email is None:
            return {"ZENDESK_EMAIL": "not set, but ZENDESK_API_TOKEN is; set both, or the OAuth client instead"}
        if self.api_token is None:
            return {"ZENDESK_API_TOKEN": "not set, but ZENDESK_EMAIL is; set both, or the OAuth client instead"}
        return {}

    def credentials(self) -> ClientCredentials | ApiToken | None:
        """Return the way in that will be used: OAuth wins over the legacy token."""
        if self.client_id is not None and self.client_secret is not None:
            return ClientCredentials(client_id=self.client_id, client_secret=self.client_secret)
        if self.email is not None and self.api_token is not None:
            return ApiToken(email=self.email, api_token=self.api_token)
        return None


class HubSpotSettings(Part):
    """HubSpot's variables as far as they are set."""

    base_url: str = HUBSPOT_URL
    token: SecretStr | None = None

    def missing(self) -> dict[str, str]:
        """Return what must be set before HubSpot can be called: variable -> what to do."""
        if self.token is None:
            return {"HUBSPOT_ACCESS_TOKEN": "not set; set it to a service key of the portal"}
        return {}


class StoreSettings(Part):
    """Where the worker keeps what it knows."""

    data_dir: Path
    database_url: SecretStr

    @property
    def shown_url(self) -> str:
        """Return the database URL as it may be printed: without user, password and options."""
        url = self.database_url.get_secret_value()
        scheme, _, rest = url.partition("://")
        return f"{scheme}://{rest.partition('?')[0].rpartition('@')[2]}"


class HttpSettings(Part):
    """Where `serve` answers; port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 8080


class NoticeSettings(Part):
    """Whom `serve` tells of its runs and troubles; the addresses are secrets. Heartbeats by job."""

    alert_urls: tuple[SecretStr, ...] = ()
    heartbeats: Mapping[str, SecretStr] = {}
    page_token: SecretStr | None = None


class LogSettings(Part):
    """How the worker talks to its operator; without a format, the terminal decides."""

    level: LogLevel = "INFO"
    format: LogFormat | None = None


class Settings(Part):
    """The whole environment, well-formed; whether it is enough depends on the command."""

    zendesk: ZendeskSettings
    hubspot: HubSpotSettings
    store: StoreSettings
    http: HttpSettings
    log: LogSettings
    notices: NoticeSettings = NoticeSettings.model_construct()
    config_path: Path | None = None

    def missing_accounts(self) -> dict[str, str]:
        """Return what must be set before both accounts can be called."""
        return self.zendesk.missing() | self.hubspot.missing()

    def require_accounts(self) -> tuple[ZendeskAccess, HubSpotAccess]:
        """Return both accesses, or raise one ConfigProblem with everything that is missing."""
        refuse(self.missing_accounts())
        return self.require_zendesk(), self.require_hubspot()

    def require_zendesk(self) -> ZendeskAccess:
        """Return what Zendesk's client needs, or raise ConfigProblem with everything that is missing."""
        credentials = self.zendesk.credentials()
        missing = self.zendesk.missing()
        if missing or credentials is None:
            raise refusal(missing)
        base_url = self.zendesk.base_url or f"https://{self.zendesk.subdomain}.zendesk.com"
        return ZendeskAccess(base_url=base_url, subdomain=self.zendesk.subdomain, credentials=credentials)

    def require_hubspot(self) -> HubSpotAccess:
        """Return what HubSpot's client needs, or raise ConfigProblem with everything that is missing."""
        if self.hubspot.token is None:
            raise refusal(self.hubspot.missing())
        return HubSpotAccess(base_url=self.hubspot.base_url, token=self.hubspot.token)

    def warnings(self) -> tuple[str, ...]:
        """Return what works today and will not for ever."""
        if isinstance(self.zendesk.credentials(), ApiToken):
            return (_API_TOKENS_END,)
        return ()

    def secrets(self) -> tuple[str, ...]:
        """Return every secret value, for the logs to leave out."""
        held = (self.zendesk.client_secret, self.zendesk.api_token, self.hubspot.token)
        notices = (*self.notices.alert_urls, *self.notices.heartbeats.values(), self.notices.page_token)
        found = [secret.get_secret_value() for secret in (*held, *notices) if secret is not None]
        url = urlsplit(self.store.database_url.get_secret_value())
        asked = [text for name, text in parse_qsl(url.query) if "password" in name.lower()]
        found += [form for password in (url.password, *asked) if password for form in (password, unquote(password))]
        return tuple(found)


def refuse(problems: dict[str, str]) -> None:
    """Raise one ConfigProblem for all `problems`, if there are any."""
    if problems:
        raise refusal(problems)


def refusal(problems: dict[str, str]) -> ConfigProblem:
    """Return the error that names every variable and what to do about it, a line each."""
    return ConfigProblem("\n".join(f"{variable}: {problem}" for variable, problem in problems.items()))
