"""`zenhub-sync serve`: the unattended service."""

from __future__ import annotations


def serve() -> None:
    """Run both schedules, with health, metrics and a status page, until SIGTERM; a second signal leaves at once."""
    import gc

    from zenhub_sync.cli.runtime import start
    from zenhub_sync.service.serving import serve as run_service

    gc.collect()  # else what loading leaves behind, half a megabyte, would stay for months
    runtime = start(accounts=True)
    run_service(runtime.settings, runtime.config)
