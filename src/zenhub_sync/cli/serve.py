"""`zenhub-sync serve`: the unattended service."""

from __future__ import annotations


def serve() -> None:
    """Run both schedules, with health, metrics and a status page, until SIGTERM; a second signal leaves at once."""
    from zenhub_sync.cli.runtime import start
    from zenhub_sync.service.serving import serve as run_service

    runtime = start(accounts=True)
    run_service(runtime.settings, runtime.config)
