"""The whole visit, in the order in which things depend on each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from zenhub_sync.clock import Clock
from zenhub_sync.config import Config
from zenhub_sync.doctor import dates, hubspot, local, zendesk
from zenhub_sync.doctor.findings import Finding, made
from zenhub_sync.doctor.hearing import Hearing
from zenhub_sync.settings import ApiToken, Settings
from zenhub_sync.store.examining import examine_database
from zenhub_sync.store.opening import open_store_to_read
from zenhub_sync.telemetry import register_secrets
from zenhub_sync.wiring import open_hubspot, open_zendesk, pipeline_names, portal_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """What is looked at, and with which eyes."""

    settings: Settings
    config: Config
    clock: Clock
    random: Random


def check_up(environ: Mapping[str, str], cwd: Path, clock: Clock, random: Random) -> Iterator[Finding]:
    """Make every check; none stops the others, and what depends on a failed one says that it was not made."""
    settings, wrong = local.read_settings(environ)
    register_secrets(settings.secrets())
    yield from wrong
    yield from local.check_settings(settings)
    yield from local.check_notices(settings)
    config, found = local.read_config(settings.config_path, cwd)
    yield from found
    patient = Patient(settings=settings, config=config, clock=clock, random=random)
    yield from _database(patient)
    if not settings.zendesk.missing():
        yield from _zendesk(patient)
    if not settings.hubspot.missing():
        yield from _hubspot(patient)


def _database(patient: Patient) -> Iterator[Finding]:
    url = patient.settings.store.database_url.get_secret_value()
    yield from made("database", lambda: local.check_database(examine_database(url)))
    yield from made("records", lambda: local.check_parked(_parked(url)))


def _parked(url: str) -> list[str]:
    with closing(open_store_to_read(url)) as store:
        overview = store.overview()
    return [*(record.reason or "" for record in overview.parked), *(ticket.reason for ticket in overview.unreadable)]


def _zendesk(patient: Patient) -> Iterator[Finding]:
    hearing = Hearing(vendor="zendesk", clock=patient.clock)
    by_token = isinstance(patient.settings.zendesk.credentials(), ApiToken)
    with open_zendesk(patient.settings, patient.config, patient.clock, patient.random, hearing) as client:
        yield from zendesk.examine(client, patient.clock, patient.config.zendesk.scopes, by_api_token=by_token)
    yield from hearing.findings()
    yield from dates.zendesk_dates(patient.clock.now().date(), by_api_token=by_token)


def _hubspot(patient: Patient) -> Iterator[Finding]:
    config, hearing = patient.config, Hearing(vendor="hubspot", clock=patient.clock)
    with open_hubspot(patient.settings, config, patient.clock, patient.random, hearing) as client:
        yield from hubspot.examine(
            client,
            patient.settings.require_hubspot().token,
            pipeline_names(config),
            portal_id=portal_id(config),
            owners=config.owners,
        )
    yield from hearing.findings()
    yield from dates.hubspot_dates(patient.clock.now().date())
