"""What every command starts with: settings, configuration, logs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from zenhub_sync import collecting
from zenhub_sync.config import Config, load_config
from zenhub_sync.settings import Settings, load_settings
from zenhub_sync.telemetry import configure_logging, get_logger, register_secrets

# HubSpot itself gives up after 100 s (524; developers.hubspot.com, error handling): until then a lost write may land.
_LONGEST_ANSWER = timedelta(seconds=100)


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
    collecting.while_working()
    settings = load_settings(os.environ, accounts=accounts)
    register_secrets(settings.secrets())
    configure_logging(settings.log.level, settings.log.format)
    config = load_config(settings.config_path, cwd=Path.cwd())
    log = get_logger(__name__)
    for warning in settings.warnings():
        log.warning("credential_ending", advice=warning)
    if config.delivery.settle < _LONGEST_ANSWER:
        log.warning("settle_too_short", advice="delivery.settle is shorter than HubSpot may take to answer (100 s)")
    return Runtime(settings=settings, config=config)
