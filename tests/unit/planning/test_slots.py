"""Which run is due, over whole years and through every way a run can end."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenhub_sync.planning.slots import PAUSES, Attempt, Claim, Cron, Slot, attempt_due, latest_slot, next_slot

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
YEARS = [
    ("America/Sao_Paulo", 2017),
    ("America/Sao_Paulo", 2018),
    ("America/Sao_Paulo", 2019),
    ("America/New_York", 2026),
    ("Australia/Lord_Howe", 2026),
    ("Asia/Kathmandu", 2026),
    ("Asia/Kathmandu", 1986),  # the year in which it went from +05:30 to +05:45
]
SCHEDULES = [
    ("0 6 * * *", 1),
    ("0 7,13 * * *", 2),
    ("30 0 * * *", 1),  # in the hour that São Paulo left out
    ("30 23 * * *", 1),  # in the hour that São Paulo had twice
    ("15 2,14 * * *", 2),  # in the half hour that Lord Howe leaves out
    ("0 0,12 * * *", 2),
]


@pytest.mark.parametrize(("zone", "year"), YEARS)
@pytest.mark.parametrize(("line", "a_day"), SCHEDULES)
def test_every_local_day_of_a_year_has_its_runs_and_no_more(zone: str, year: int, line: str, a_day: int) -> None:
    cron, place = Cron.parse(line), ZoneInfo(zone)
    now = datetime(year, 1, 1, tzinfo=place).astimezone(UTC)
    end = datetime(year + 1, 1, 2, tzinfo=place).astimezone(UTC)
    claim = _done(latest_slot(cron, place, now))
    runs: list[str] = []
    while now < end:
        latest = latest_slot(cron, place, now)
        if (attempt := attempt_due(latest, claim, now.timestamp())) is not None:
            runs.append(attempt.slot)
            claim = _done(latest)
        now += timedelta(hours=2)

    ran = Counter(date.fromisoformat(slot[:10]) for slot in runs)
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(1, 365)]
    assert [ran[day] for day in days] == [a_day] * 364
    assert len(runs) == len(set(runs))


@pytest.mark.parametrize(
    ("zone", "wall", "moment"),
    [
        ("America/Sao_Paulo", "2026-11-22T06:00", "2026-11-22T09:00"),
        ("America/Sao_Paulo", "2018-11-04T00:30", "2018-11-04T03:30"),  # midnight to one was left out
        ("America/Sao_Paulo", "2018-02-17T23:30", "2018-02-18T01:30"),  # came twice: the first
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:30"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45"),
        ("Asia/Kathmandu", "2026-01-01T06:00", "2026-01-01T00:15"),
    ],
)
def test_a_wall_time_stands_for_exactly_one_moment(zone: str, wall: str, moment: str) -> None:
    line = f"{int(wall[14:])} {int(wall[11:13])} * * *"
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    assert latest_slot(Cron.parse(line), ZoneInfo(zone), at) == Slot(name=wall, at=at)
    before = next_slot(Cron.parse(line), ZoneInfo(zone), at - timedelta(seconds=1))
    assert before == Slot(name=wall, at=at)


@pytest.mark.parametrize(
    ("line", "now", "latest", "upcoming"),
    [
        ("*/20 8-9 * * mon-fri", "2026-11-23T12:00", "2026-11-23T09:00", "2026-11-23T09:20"),  # a Monday, 09:00 there
        ("0 6 29 2 *", "2027-01-01T00:00", "2024-02-29T06:00", "2028-02-29T06:00"),
        ("0 6 1 * mon", "2026-11-25T00:00", "2026-11-23T06:00", "2026-11-30T06:00"),  # either kind of day
        ("0 6 */2 * mon", "2026-11-25T00:00", "2026-11-23T06:00", "2026-12-07T06:00"),  # both: `*` restricts nothing
        ("5,10-12 0 1 jan,jul *", "2026-11-25T00:00", "2026-07-01T00:12", "2027-01-01T00:05"),
        ("0 6 30 2 *", "2026-11-25T00:00", None, None),
    ],
)
def test_a_schedule_is_read_as_cron_reads_it(line: str, now: str, latest: str | None, upcoming: str | None) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    last, following = latest_slot(Cron.parse(line), SAO_PAULO, at), next_slot(Cron.parse(line), SAO_PAULO, at)

    assert (last.name if last else None, following.name if following else None) == (latest, upcoming)


NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SIX = Slot(name="2026-11-22T06:00", at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC))
NOW = NOON.timestamp()


def _done(slot: Slot | None) -> Claim | None:
    return _claim(slot, outcome="ok", ended=1) if slot is not None else None


def _claim(
    slot: Slot, *, outcome: str | None, attempts: int = 1, ended: float | None = None, exit_code: int | None = None
) -> Claim:
    return Claim(
        slot=slot.name,
        due_at=slot.at.timestamp(),
        run_id="run",
        attempts=attempts,
        claimed_at=slot.at.timestamp(),
        ended_at=None if ended is None else slot.at.timestamp() + ended,
        outcome=outcome,
        exit_code=exit_code,
    )


YESTERDAY = Slot(name="2026-11-21T06:00", at=SIX.at - timedelta(days=1))
TOMORROW = Slot(name="2026-11-23T06:00", at=SIX.at + timedelta(days=1))


@pytest.mark.parametrize(
    ("claim", "after", "expected"),
    [
        pytest.param(None, 0, 1, id="an empty database runs at once"),
        pytest.param(_done(YESTERDAY), 0, 1, id="a new slot has come"),
        pytest.param(_done(SIX), 0, None, id="a slot that went well is done"),
        pytest.param(_claim(SIX, outcome="partial", ended=9), 0, None, id="parked records do not repeat the run"),
        pytest.param(_done(TOMORROW), 0, None, id="a clock that went back repeats nothing"),
        pytest.param(_claim(YESTERDAY, outcome="failed", ended=9), 0, 1, id="a new slot takes a failed one's place"),
        pytest.param(_claim(SIX, outcome="failed", ended=9), 308, None, id="a failed attempt waits five minutes"),
        pytest.param(_claim(SIX, outcome="failed", ended=9), 309, 2, id="and is repeated then"),
        pytest.param(_claim(SIX, outcome="failed", ended=0, attempts=2), 899, None, id="then a quarter of an hour"),
        pytest.param(_claim(SIX, outcome="failed", ended=0, attempts=2), 900, 3, id="a quarter of an hour is over"),
        pytest.param(_claim(SIX, outcome="failed", ended=0, attempts=9), 3600, 10, id="and every hour from then on"),
        pytest.param(_claim(SIX, outcome="failed", ended=9, exit_code=130), 9, 1, id="an interrupted one at once"),
        pytest.param(_claim(SIX, outcome=None), 299, None, id="one without an end may still be going on"),
        pytest.param(_claim(SIX, outcome=None), 300, 2, id="or was killed: who gets the lease knows"),
    ],
)
def test_what_became_of_the_last_slot_decides_what_is_due(
    claim: Claim | None, after: float, expected: int | None
) -> None:
    attempt = attempt_due(SIX, claim, SIX.at.timestamp() + after)

    due_at = SIX.at.timestamp()
    assert attempt == (Attempt(slot=SIX.name, due_at=due_at, number=expected) if expected else None)


def test_after_a_restart_a_failed_slot_is_tried_at_once_but_not_one_that_was_killed() -> None:
    failed = _claim(SIX, outcome="failed", ended=0, exit_code=3)
    killed = _claim(SIX, outcome=None)

    assert attempt_due(SIX, failed, SIX.at.timestamp() + 1, restarted=True) is not None
    assert attempt_due(SIX, killed, SIX.at.timestamp() + 1, restarted=True) is None


def test_a_slot_that_failed_is_tried_again_after_the_schedule_was_taken_away() -> None:
    assert attempt_due(None, _claim(SIX, outcome="failed", ended=0), NOW) is not None
    assert attempt_due(None, None, NOW) is None


@given(downtime=st.integers(0, 60 * 24 * 40), minutes=st.lists(st.integers(0, 59), min_size=1, max_size=3))
def test_after_any_downtime_one_slot_is_caught_up_and_it_is_the_latest(downtime: int, minutes: list[int]) -> None:
    cron = Cron.parse(f"{','.join(map(str, minutes))} 3,15 * * *")
    claim = _done(latest_slot(cron, SAO_PAULO, NOON))
    back = NOON + timedelta(minutes=downtime)
    latest = latest_slot(cron, SAO_PAULO, back)

    attempt = attempt_due(latest, claim, back.timestamp())

    assert latest is not None
    assert claim is not None
    missed = latest.name != claim.slot
    assert (attempt is not None) == missed
    assert attempt is None or (attempt.slot, attempt.number) == (latest.name, 1)
    assert attempt_due(latest, _done(latest), back.timestamp() + PAUSES[-1]) is None
