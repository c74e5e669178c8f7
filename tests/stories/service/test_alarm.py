"""People are told of each trouble once, and of its end; of what runs, a heartbeat service is told every time."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.stories.service.recorder import recorder
from tests.stories.service.ticked import instance, run_until, service_on
from tests.stories.stage import Stage, set_stage

from zenhub_sync.config import Config
from zenhub_sync.errors import ConfigProblem
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.service.channels import open_channel
from zenhub_sync.service.ending import Ending
from zenhub_sync.service.ticking import Ticker

Told = list[tuple[str, str]]
# Apprise looks for it while it is loaded, and does without where it is gone.
_IMGHDR = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
DAY = timedelta(days=1)


def listener() -> tuple[Told, Callable[[str, str], bool]]:
    """Return what was told so far, and the channel that tells it."""
    told: Told = []

    def channel(title: str, text: str) -> bool:
        told.append((title, text))
        return True

    return told, channel


def a_day(stage: Stage, ticker: Ticker, days: float = 1.0) -> None:
    run_until(stage, ticker, stage.clock.now() + DAY * days, every=timedelta(hours=1))


def test_an_outage_of_a_day_is_told_once_per_job_and_so_is_its_end(database_url: str) -> None:
    with set_stage(database_url, Config.model_validate({"alerts": {"silence": None}})) as stage:
        seed_many(stage.sandbox, tickets=40)
        stage.setup()
        told, channel = listener()
        ticker = instance(stage, channel=channel)
        ticker.tick()
        assert told == []
        stage.sandbox.faults.add("answer", service="zendesk", status=503, count=None)
        a_day(stage, ticker)
        failed = [text for title, text in told if "trouble" in title]
        stage.sandbox.faults.clear()
        a_day(stage, ticker)

    said = sorted(line for text in failed for line in text.splitlines())
    assert said == [
        f"{job} failed with exit code 5: Zendesk or HubSpot was not available: it is tried again by itself"
        for job in ("import", "refresh")
    ]
    over = sorted(line for title, text in told for line in text.splitlines() if title == "zenhub-sync: over")
    assert over == [f"over: {line}" for line in said]


def test_silence_overdue_escalations_and_old_parked_records_are_told_with_ids_and_without_words(
    database_url: str,
) -> None:
    with set_stage(database_url) as stage:
        world = seed_many(stage.sandbox, tickets=40)
        stage.setup()
        told, channel = listener()
        ticker = instance(stage, channel=channel)
        ticker.tick()
        stage.sandbox.desk.rate(world.offered[0], points=1, comment="Horrível, quero falar com a Ana")
        organization = stage.sandbox.desk.ticket(world.offered[1])["organization_id"]
        stage.sandbox.portal.update("companies", world.companies[organization], {"hubspot_owner_id": ""})
        stage.sandbox.desk.rate(world.offered[1], points=1)
        a_day(stage, ticker, 4.5)

    text = "\n".join(text for _, text in told)
    assert text.count(f"ticket {world.offered[0]}: its escalation is open since") == 1
    assert text.count(f"ticket {world.offered[1]}: open_escalation is parked since") == 1
    assert text.count("no new ticket and no bad rating since") == 1
    assert "Ana" not in text


def test_a_channel_that_fails_is_tried_again_and_no_job_suffers(database_url: str) -> None:
    with set_stage(database_url) as stage:
        seed_many(stage.sandbox, tickets=40)
        tried: list[str] = []

        def channel(_title: str, text: str) -> bool:
            tried.append(text)
            return len(tried) > 1

        ticker = instance(stage, channel=channel)
        ticker.tick()  # nothing is set up in HubSpot, so the import fails
        a_day(stage, ticker, 0.1)

    assert len(tried) == 2
    assert tried[0] == tried[1]
    assert "import failed with exit code 3" in tried[0]


def test_a_database_that_is_away_for_long_is_told_from_memory_once(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with set_stage(f"sqlite:///{path}") as stage:
        told, channel = listener()
        service = service_on(stage, channel=channel)
        alarm = service.ticker.alarm
        path.rename(tmp_path / "away.db")
        for _ in range(20):
            alarm.look_around()
            stage.clock.advance(61)
        (tmp_path / "away.db").rename(path)
        alarm.look_around()

    assert [title for title, _ in told] == ["zenhub-sync: trouble", "zenhub-sync: over"]
    assert "database" in told[0][1]


def test_a_credential_that_ends_soon_is_told_before(tmp_path: Path) -> None:
    with set_stage(f"sqlite:///{tmp_path / 'x.db'}") as stage:
        told, channel = listener()
        service = service_on(stage, channel=channel)
        stage.clock.advance(timedelta(days=460).total_seconds())
        service.ticker.alarm.look_around()

    assert "hubspot api version ends on 2028-03-08" in told[0][1]


def test_a_heartbeat_service_hears_start_success_and_failure_with_the_summary(tmp_path: Path) -> None:
    with set_stage(f"sqlite:///{tmp_path / 'x.db'}") as stage, recorder() as (url, heard):
        seed_many(stage.sandbox, tickets=40)
        beats = {"import": SecretStr(f"{url}/ping/key")}
        ticker = service_on(stage, heartbeats=beats).ticker
        ticker.tick()
        stage.setup()
        stage.clock.advance(301)
        ticker.tick()

    paths = [path.partition("?")[0] for path, _ in heard]
    assert paths == ["/ping/key/start", "/ping/key/fail", "/ping/key/start", "/ping/key"]
    assert heard[0][0].partition("?rid=")[2] == json.loads(heard[1][1].splitlines()[0])["run_id"]
    assert "zenhub-sync setup" in heard[1][1]
    assert json.loads(heard[3][1])["tickets"]["created"] == 40


@_IMGHDR
def test_alerts_go_out_through_apprise() -> None:
    with recorder() as (url, heard):
        channel = open_channel([SecretStr(url.replace("http", "json", 1)), SecretStr("json://127.0.0.1:9/")])

        assert channel("zenhub-sync: trouble", "import failed with exit code 5")
        assert not open_channel([SecretStr("json://127.0.0.1:9/")])("a", "b")

    said = json.loads(heard[0][1])
    assert (said["title"], said["message"]) == ("zenhub-sync: trouble", "import failed with exit code 5")


@_IMGHDR
def test_an_alert_url_that_nobody_knows_is_bad_configuration_and_is_not_quoted() -> None:
    with pytest.raises(ConfigProblem, match="number 2 is no URL") as caught:
        open_channel([SecretStr("json://127.0.0.1:9/"), SecretStr("nonsense-with-a-secret")])
    assert "secret" not in str(caught.value)


def test_a_service_that_is_asked_to_end_starts_nothing_more(tmp_path: Path) -> None:
    with set_stage(f"sqlite:///{tmp_path / 'x.db'}") as stage:
        told, channel = listener()
        ticker = service_on(stage, channel=channel).ticker
        assert isinstance(ticker.ending, Ending)
        ticker.ending.wish()
        ticker.tick()

        assert (told, ticker.reads.claims()) == ([], {})
