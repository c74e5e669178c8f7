"""HTTP faults over real sockets: the same ends as in the model, with real resets and real halves of answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.stories.stage import Stage, set_stage

from zenhub_sync.errors import ZenhubError
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.transport.errors import QuotaExhausted, Unauthorized

_EXPORT, _UPSERT, _TASK = "incremental/tickets/cursor$", "tickets/batch/upsert$", "/2026-09/tasks$"
_DAILY = b'{"status":"error","errorType":"RATE_LIMIT","policyName":"DAILY","message":"No."}'


def _furnished(stage: Stage) -> None:
    world = seed_many(stage.sandbox, tickets=6, organizations=2)
    stage.setup()
    for number in world.offered:
        stage.sandbox.desk.rate(number, points=1)
    stage.sandbox.forget_requests()


def _end(stage: Stage) -> tuple[int, int]:
    assert len({w.values["zendesk_ticket_id"] for w in _made(stage, "tickets")}) == len(_made(stage, "tickets"))
    marks = [w.values["hs_task_body"].splitlines()[-1] for w in _made(stage, "tasks")]
    assert len(set(marks)) == len(marks), "a task was made twice"
    return len(stage.sandbox.portal.ids("tickets")), len(stage.sandbox.portal.ids("tasks"))


def _made(stage: Stage, kind: str) -> list[Any]:
    return list(stage.sandbox.ledger.writes(action="create", kind=kind, by="api"))


@pytest.mark.parametrize("path", [_EXPORT, _UPSERT, _TASK])
@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("answer", {"status": 502}),
        ("answer_after", {"status": 524}),
        ("before", {}),
        ("after", {}),
        ("truncated_body", {}),
        ("slow_body", {"seconds": 0.01}),
        ("html", {}),
        ("redirect", {}),
        ("wrong_charset", {}),
    ],
)
def test_a_fault_on_the_socket_changes_nothing_in_the_end(
    tmp_path: Path, kind: str, more: dict[str, Any], path: str
) -> None:
    with set_stage(f"sqlite:///{tmp_path / 'wire.db'}") as stage:
        _furnished(stage)
        fault = stage.sandbox.faults.add(kind, path=path, **more)  # type: ignore[arg-type]  # its name is a parameter

        for _ in range(3):
            if stage.run(IMPORT).error is None:
                break

        assert fault.fired == 1
        assert stage.import_().parked == 0
        assert _end(stage) == (6, 1)


@pytest.mark.parametrize(
    ("error", "code", "allowed", "fault"),
    [
        (Unauthorized, 3, 0, {"service": "hubspot", "status": 401}),
        (Unauthorized, 3, 2, {"path": _EXPORT, "status": 401}),
        (QuotaExhausted, 5, 0, {"service": "hubspot", "status": 429, "body": _DAILY}),
        (QuotaExhausted, 5, 0, {"service": "hubspot", "status": 477, "headers": {"retry-after": "3600"}}),
    ],
    ids=["HubSpot's key", "Zendesk's token", "daily limit", "migration"],
)
def test_what_concerns_the_whole_run_stops_it_at_once_and_it_goes_on_later(
    tmp_path: Path, error: type[ZenhubError], code: int, allowed: int, fault: dict[str, Any]
) -> None:
    with set_stage(f"sqlite:///{tmp_path / 'wire.db'}") as stage:
        _furnished(stage)
        switched_on = stage.sandbox.faults.add("answer", count=None, **fault)

        ended = stage.run(IMPORT)

        assert isinstance(ended.error, error)
        assert ended.error.exit_code == code
        statuses = [status for *_, status in stage.sandbox.requests]
        assert len(statuses) - 1 - statuses.index(switched_on.status) <= allowed
        stage.sandbox.faults.clear()
        stage.import_()
        assert _end(stage) == (6, 1)
