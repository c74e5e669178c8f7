"""The environment, read once into frozen values; every problem in it is reported at once."""

from __future__ import annotations

from zenhub_sync.settings.loading import load_settings
from zenhub_sync.settings.model import (
    ApiToken,
    ClientCredentials,
    HttpSettings,
    HubSpotAccess,
    HubSpotSettings,
    LogFormat,
    LogLevel,
    LogSettings,
    NoticeSettings,
    Settings,
    StoreSettings,
    ZendeskAccess,
    ZendeskSettings,
)

__all__ = [
    "ApiToken",
    "ClientCredentials",
    "HttpSettings",
    "HubSpotAccess",
    "HubSpotSettings",
    "LogFormat",
    "LogLevel",
    "LogSettings",
    "NoticeSettings",
    "Settings",
    "StoreSettings",
    "ZendeskAccess",
    "ZendeskSettings",
    "load_settings",
]
