"""A page that is longer than is ever read costs more requests, and no ticket."""

from __future__ import annotations

from pathlib import Path

from tests.stories.stage import set_stage

from zenhub_sync.transport.http import BODY_CAP

_LONG = 4_000_000


def test_a_page_too_long_to_read_is_asked_for_in_halves(tmp_path: Path) -> None:
    with set_stage(f"sqlite:///{tmp_path / 'zenhub.db'}") as stage:
        desk = stage.sandbox.desk
        requester = desk.add_user("Rui", "rui@acme.com.br")
        tickets = BODY_CAP // _LONG + 2
        for number in range(tickets):
            desk.add_ticket(subject=f"Ticket {number}", description="x" * _LONG, requester_id=requester)
        stage.setup()

        report = stage.import_()

        assert (report.tally.created, report.outcome.value) == (tickets, "ok")
        assert all(stage.hubspot_ticket(number + 1)["subject"] for number in range(tickets))
