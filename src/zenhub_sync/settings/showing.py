"""The environment as it may be shown: each variable, where it comes from, and no secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from zenhub_sync.settings.loading import HEARTBEATS, heartbeat
from zenhub_sync.settings.model import Settings

HIDDEN = "(set)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVariable:
    """`origin` is `environment`, `file` (by `NAME_FILE`), `default`, or `unset`."""

    name: str
    value: object
    origin: str


def shown_variables(settings: Settings, environ: Mapping[str, str]) -> Iterator[ShownVariable]:
    """Yield the variables of the contract."""
    zendesk, hubspot, store, notices = settings.zendesk, settings.hubspot, settings.store, settings.notices
    values: dict[str, object] = {
        "ZENDESK_SUBDOMAIN": zendesk.subdomain,
        "ZENDESK_BASE_URL": zendesk.base_url,
        "ZENDESK_CLIENT_ID": zendesk.client_id,
        "ZENDESK_CLIENT_SECRET": HIDDEN if zendesk.client_secret else None,
        "ZENDESK_EMAIL": HIDDEN if zendesk.email else None,
        "ZENDESK_API_TOKEN": HIDDEN if zendesk.api_token else None,
        "HUBSPOT_ACCESS_TOKEN": HIDDEN if hubspot.token else None,
        "HUBSPOT_BASE_URL": hubspot.base_url,
        "DATABASE_URL": store.shown_url,
        "ZENHUB_DATA_DIR": str(store.data_dir),
        "ZENHUB_CONFIG": str(settings.config_path) if settings.config_path is not None else None,
        "ZENHUB_HTTP_HOST": settings.http.host,
        "ZENHUB_HTTP_PORT": settings.http.port,
        "ZENHUB_ALERT_URLS": HIDDEN if notices.alert_urls else None,
        **{heartbeat(job): HIDDEN if job in notices.heartbeats else None for job in HEARTBEATS},
        "ZENHUB_STATUS_PAGE_TOKEN": HIDDEN if notices.page_token else None,
        "LOG_LEVEL": settings.log.level,
        "LOG_FORMAT": settings.log.format,
    }
    for name, value in values.items():
        yield ShownVariable(name=name, value=value, origin=_origin(name, value, environ))


def _origin(name: str, value: object, environ: Mapping[str, str]) -> str:
    if environ.get(name):
        return "environment"
    if environ.get(f"{name}_FILE"):
        return "file"
    return "unset" if value is None else "default"
