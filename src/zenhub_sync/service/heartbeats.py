"""Heartbeats: a ping when a run starts, and one when it ends, in the way of Healthchecks and its like.

Whoever watches them learns of the one trouble that no program can tell of itself: that it is not running at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from zenhub_sync.jobs.run_job import JobRun, exit_code_of, explain
from zenhub_sync.planning.slots import INTERRUPTED
from zenhub_sync.telemetry import get_logger
from zenhub_sync.transport.ping import ping

Ping = Callable[[str, str], str | None]

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeats:
    """The ping URL of each job that has one."""

    urls: Mapping[str, SecretStr]
    send: Ping = ping

    def started(self, job: str, run_id: str) -> None:
        """Tell that a run started; the time until it ends is then measured there."""
        self._ping(job, "/start", run_id, "")

    def ended(self, ended: JobRun) -> None:
        """Tell how a run ended, with its counts; one that was asked to end is not told of, for it goes on later."""
        code = exit_code_of(ended)
        if code == INTERRUPTED:
            return
        said = json.dumps(ended.report.document())
        if ended.error is not None:
            said += f"\n{explain(ended.error)}"
        self._ping(ended.report.job, "/fail" if ended.error is not None else "", ended.report.run_id, said)

    def _ping(self, job: str, event: str, run_id: str, body: str) -> None:
        url = self.urls.get(job)
        if url is None:
            return
        problem = self.send(f"{url.get_secret_value()}{event}?rid={run_id}", body)
        if problem is not None:
            log.warning("heartbeat_lost", job=job, because=problem)
