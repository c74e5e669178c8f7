"""A simulated month: a day of Zendesk outage, a token revoked for an afternoon, a database restarted under a run.

At its end everything is in HubSpot, each alert was told once, and the history tells the story.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests.postgres import OwnServer, databases, own_server
from tests.stories.service.ticked import instance, local, run_until
from tests.stories.stage import Stage, set_stage

from zenhub_sync.config import Config
from zenhub_sync.jobs.run_job import JobRun
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.seeded import Accounts

_END = local("2026-12-22T23:00")
_OUTAGE = (local("2026-12-01T05:30"), local("2026-12-02T05:30"))
_REVOKED = (local("2026-12-08T12:30"), local("2026-12-08T18:30"))
_RESTART = local("2026-12-15T06:30")

_UNAVAILABLE = "failed with exit code 5: Zendesk or HubSpot was not available: it is tried again by itself"
_REFUSED = "failed with exit code 3: credentials, configuration or set-up: run zenhub-sync doctor"

Events = list[tuple[datetime, Callable[[], object]]]


def customers(stage: Stage, world: Accounts) -> tuple[Events, list[int]]:
    """Let somebody open a ticket every day, and somebody rate badly every third; return who will have rated."""
    organization, people = next(iter(world.requesters.items()))
    rated = list(world.offered[:9])

    def opens() -> object:
        return stage.sandbox.desk.add_ticket(
            subject="Boleto", requester_id=people[0], organization_id=organization, status="open"
        )

    def rates(number: int) -> Callable[[], object]:
        return lambda: stage.sandbox.desk.rate(number, points=1, comment="Péssimo")

    days = [local("2026-11-22T15:00") + timedelta(days=day) for day in range(29)]
    ratings = [(day, rates(number)) for day, number in zip(days[::3], rated, strict=False)]
    return [*((day, opens) for day in days), *ratings], rated


def fate(stage: Stage, server: OwnServer) -> Events:
    """Let both vendors and the database fail, each at its time."""
    faults = stage.sandbox.faults
    restarts: list[bool] = []

    def restart_once(_: object) -> bool:
        if not restarts:
            restarts.append(True)
            server.restart("immediate")
        return False

    return [
        (_OUTAGE[0], lambda: faults.add("answer", service="zendesk", status=503, count=None)),
        (_OUTAGE[1], faults.clear),
        (_REVOKED[0], lambda: faults.add("answer", service="hubspot", status=401, count=None)),
        (_REVOKED[1], faults.clear),
        (_RESTART, lambda: faults.add("answer", service="zendesk", path="incremental", where=restart_once)),
    ]


@pytest.mark.postgres
def test_a_month_with_its_troubles_ends_with_everything_in_hubspot_and_each_alert_told_once() -> None:
    config = Config.model_validate({"alerts": {"escalation_after": "60d"}})
    told: list[str] = []
    runs: list[JobRun] = []
    with own_server() as server, databases(server.url, 1) as [url], set_stage(url, config) as stage:
        world = seed_many(stage.sandbox, tickets=60)
        stage.setup()
        events, rated = customers(stage, world)

        def channel(_: str, text: str) -> bool:
            told.extend(text.splitlines())
            return True

        ticker = instance(stage, runs.append, channel)
        ticker.tick()
        for moment, happens in sorted(events + fate(stage, server), key=lambda event: event[0]):
            run_until(stage, ticker, moment, every=timedelta(hours=3))
            happens()
        run_until(stage, ticker, _END, every=timedelta(hours=3))

        assert len(stage.sandbox.portal.ids("tickets")) == 60 + 29
        assert [len(stage.tasks_of(number)) for number in rated] == [1] * len(rated)

    troubles = [f"import {_UNAVAILABLE}", f"refresh {_UNAVAILABLE}", f"refresh {_REFUSED}"]
    assert Counter(told) == Counter(troubles + [f"over: {trouble}" for trouble in troubles])
    ends = Counter((run.report.job, run.report.started_at.astimezone(config.zone).date(), _code(run)) for run in runs)
    days = [local("2026-11-23T00:00").date() + timedelta(days=day) for day in range(30)]
    lost = _OUTAGE[0].date()
    assert [day for day in days if ends["import", day, 0] != 1] == [lost]
    assert [day for day in days if ends["refresh", day, 0] != 2] == [lost]
    assert ends["import", lost, 5] > 3, "it was tried again and again"
    assert ends["refresh", _REVOKED[0].date(), 3] > 0


def _code(run: JobRun) -> int:
    return getattr(run.error, "exit_code", 0 if run.error is None else 1)
