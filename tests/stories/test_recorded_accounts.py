"""The main job on what real accounts answered: deleted, scrubbed, merged and null-ridden tickets."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.stories.stage import set_stage

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "zendesk"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded answers of real accounts are not beside this checkout")
def test_every_recorded_ticket_is_mirrored_and_nothing_is_parked(database_url: str) -> None:
    with set_stage(database_url) as stage:
        numbers = stage.sandbox.desk.load_recorded(SAMPLES)
        stage.config = stage.config.model_validate({"import": {"initial_lookback": "3650d"}})
        stage.setup()

        report = stage.import_()

        assert len(numbers) >= 10
        assert (report.tally.created, report.parked) == (len(numbers), 0)
        for number in numbers:
            source, mirrored = stage.sandbox.desk.ticket(number), stage.hubspot_ticket(number)
            assert mirrored["zendesk_status"] == source["status"]
            closed = source["status"] in {"deleted", "closed"} or "closed_by_merge" in source["tags"]
            assert (mirrored["hs_pipeline_stage"] == "zenhub_closed") is closed
            rating = source["satisfaction_rating"] or {"score": "unoffered"}
            assert mirrored["zendesk_csat"] == rating["score"]
        assert stage.sandbox.portal.ids("tasks") == (), "their ratings are older than seven days"
        written = len(stage.writes())
        stage.import_()
        stage.refresh()
        assert len(stage.writes()) == written
