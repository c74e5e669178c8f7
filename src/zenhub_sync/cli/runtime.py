"""What every command starts with: settings, configuration, logs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from zenhub_sync.config import Config, load_config
from zenhub_sync.settings import Settings, load_settings
from zenhub_sync.telemetry import configure_logging, get_logger, register_secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """The environment and the policy of this call."""

    settings: Settings
    config: Config

    @property
    def database_url(self) -> str:
        return self.settings.store.database_url.get_secret_value()


def start(*, accounts: bool) -> Runtime:
    """Read everything before anything is done; with `accounts`, both vendors' credentials must be there."""
    settings = load_settings(os.environ, accounts=accounts)
    register_secrets(settings.secrets())
    configure_logging(settings.log.level, settings.log.format)
    config = load_config(settings.config_path, cwd=Path.cwd())
    for warning in settings.warnings():
        get_logger(__name__).warning("credential_ending", advice=warning)
    return Runtime(settings=settings, config=config)
