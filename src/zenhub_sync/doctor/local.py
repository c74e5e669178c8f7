"""What can be seen without asking anybody: environment, configuration, database, and what waits in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from zenhub_sync.config import DEFAULT_PATH, Config, load_config
from zenhub_sync.doctor.findings import Finding, failure, fine, warning
from zenhub_sync.errors import ConfigProblem
from zenhub_sync.settings import ApiToken, Settings, load_settings
from zenhub_sync.store.examining import DatabaseState

_MEND = {
    "settings": "correct it in the environment (README, Run it)",
    "config": "correct the file; zenhub-sync config validate looks at it alone",
}
# HubSpot itself gives up after 100 s (524; developers.hubspot.com, error handling): until then a lost write may land.
_LONGEST_ANSWER = timedelta(seconds=100)
# developers.hubspot.com/changelog/crm-api-write-validation-enforcement
_REQUIRED = ("MISSING_REQUIRED_PROPERTY", "MISSING_CONDITIONAL_REQUIRED_PROPERTY")


def read_settings(environ: Mapping[str, str]) -> tuple[Settings, list[Finding]]:
    """Return the settings without the variables that are wrong, and a finding for each of those."""
    try:
        settings = load_settings(environ)
    except ConfigProblem as problem:
        wrong = {line.partition(": ")[0] for line in str(problem).splitlines()}
        kept = {name: value for name, value in environ.items() if name.removesuffix("_FILE") not in wrong}
        return load_settings(kept), [_problem("settings", line) for line in str(problem).splitlines()]
    return settings, []


def check_settings(settings: Settings) -> list[Finding]:
    """Say what is missing, or which accounts are meant."""
    missing = settings.missing_accounts()
    if missing:
        return [_problem("settings", f"{name}: {what}") for name, what in missing.items()]
    account = settings.zendesk.subdomain or settings.zendesk.base_url
    way = "an API token" if isinstance(settings.zendesk.credentials(), ApiToken) else "an OAuth client"
    return [fine("settings", f"Zendesk {account} by {way}; database {settings.store.shown_url}")]


def check_notices(settings: Settings) -> list[Finding]:
    """Say who hears of trouble, which a service that nobody watches has to tell by itself."""
    told, pinged = len(settings.notices.alert_urls), ", ".join(settings.notices.heartbeats)
    people = f"{told} addresses are told of trouble" if told else "serve tells nobody of trouble (ZENHUB_ALERT_URLS)"
    return [fine("alerts", people + (f"; heartbeats for {pinged}" if pinged else "; no heartbeats"))]


def read_config(path: Path | None, cwd: Path) -> tuple[Config, list[Finding]]:
    """Return the configuration, or the default one with a finding for each problem of the file."""
    try:
        config = load_config(path, cwd=cwd)
    except ConfigProblem as problem:
        return Config(), [_problem("config", line) for line in str(problem).splitlines()]
    used = path or DEFAULT_PATH
    shown = str(used) if path is not None or (cwd / used).exists() else "no file; the defaults hold"
    return config, [fine("config", shown), *check_settle(config.delivery.settle)]


def check_settle(settle: timedelta) -> list[Finding]:
    if settle >= _LONGEST_ANSWER:
        return []
    message = "delivery.settle is shorter than HubSpot may take to answer, so a lost answer may end in a second task"
    return [warning("config", message, "set it to 100s or more")]


def check_database(state: DatabaseState) -> list[Finding]:
    check = "database"
    if state.schema is None or state.schema.current is None:
        return [fine(check, f"{state.product}; empty, the first job makes the schema")]
    if not state.schema.known:
        message = f"{state.product}; schema {state.schema.current} was made by a newer zenhub-sync"
        return [failure(check, message, "run that version, or restore the backup from before the upgrade")]
    if not state.schema.up_to_date:
        message = f"{state.product}; schema {state.schema.current}, this program has {state.schema.newest}"
        return [warning(check, message, "run zenhub-sync migrate; jobs do it by themselves")]
    return [fine(check, f"{state.product}, schema {state.schema.current}, writable")]


def check_parked(reasons: Sequence[str]) -> list[Finding]:
    """Look at what waits: properties that an admin made required show here and nowhere else."""
    check = "records"
    required = sorted({reason for reason in reasons if any(code in reason for code in _REQUIRED)})
    if required:
        mend = "fill or relax the required property in HubSpot, then zenhub-sync parked retry"
        return [failure(check, f"HubSpot requires a property that the worker does not write: {required[0]}", mend)]
    if reasons:
        return [warning(check, f"{len(reasons)} records are parked", "zenhub-sync parked list says why")]
    return [fine(check, "nothing is parked")]


def _problem(check: str, line: str) -> Finding:
    """Split a line at its advice, which stands behind a semicolon if there is any."""
    what, _, advice = line.partition("; ")
    return failure(check, what, advice or _MEND[check])
