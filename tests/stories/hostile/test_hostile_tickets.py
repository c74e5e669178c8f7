"""One bad ticket costs one ticket: whatever stands in it, the others of its page land and the cursor moves on."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.stories.hostile.account import GOOD, Account
from tests.stories.hostile.corpus import SPOOF, Case, Place, cases

from zenhub_sync.planning.marks import mark_of
from zenhub_sync.telemetry import configure_logging

CASES = tuple(cases())
# Fields and the kinds of their faults, never a value.
_REASON = re.compile(r"[a-z_.0-9]+ [a-z_]+(, [a-z_.0-9]+ [a-z_]+)*( and \d+ more)?")
_LARGE_ID = b"9007199254740993"


def test_the_corpus_is_large_enough() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 300


# Alone, a case costs two imports of a page each: by default every 30th is tried so, HOSTILE_TICKETS=all tries all.
ALONE = CASES if os.environ.get("HOSTILE_TICKETS") == "all" else CASES[::30]


def test_hostile_tickets_among_good_ones_cost_themselves_at_most(database_url: str) -> None:
    _live_through(Account(database_url=database_url, per_page=1000), CASES, good_every=4)


def test_a_hostile_ticket_alone_on_a_page_costs_itself_at_most(tmp_path: Path) -> None:
    _live_through(Account(database_url=f"sqlite:///{tmp_path / 'alone.db'}", per_page=2), ALONE, good_every=1)


def _live_through(account: Account, chosen: Sequence[Case], *, good_every: int) -> None:
    account.furnish(chosen, good_every=good_every)
    account.setup()
    log = io.StringIO()
    configure_logging("DEBUG", "json", log)

    account.import_()

    there = account.mirrored()
    assert {there[number]["subject"] for number in account.good} == {GOOD}
    _assert_each_landed_or_parked(account, there)
    _assert_tasks_are_safe(account, there)
    _assert_log_is_clean(log.getvalue())
    assert account.import_().tally.read <= len(chosen), "only what is parked is asked for again"

    for number in account.spoilt:
        account.world.desk.edit(number, subject=f"Consertado {number}")
    account.import_(mended=True)

    there = account.mirrored()
    stale = [n for n in account.spoilt if n not in there or there[n]["subject"] != f"Consertado {n}"]
    assert [account.spoilt[number].name for number in stale] == []
    left = account.overview()
    assert [ticket for ticket in left.unreadable if ticket.zendesk_id > 0] == []
    assert (left.live_effects, left.parked) == (0, [])


def _assert_each_landed_or_parked(account: Account, there: Mapping[int, Mapping[str, str]]) -> None:
    overview = account.overview()
    assert [parked.reason for parked in overview.parked] == []
    assert [each.reason for each in overview.unreadable if not _REASON.fullmatch(each.reason)] == []
    known = there.keys() | {each.zendesk_id for each in overview.unreadable}
    gone = [case.name for number, case in account.spoilt.items() if case.field != "id" and number not in known]
    assert gone == [], "neither mirrored nor parked"
    # A ticket without a readable id is parked under a stand-in; one with another id lands under that.
    nameless = [case for case in account.spoilt.values() if case.field == "id" and case.place is Place.TICKET]
    stand_ins = [each for each in overview.unreadable if each.zendesk_id < 0]
    assert len(stand_ins) == len(nameless) - sum(case.raw == _LARGE_ID for case in nameless)
    for mirrored in there.values():
        _assert_valid(mirrored)


def _assert_valid(properties: Mapping[str, str]) -> None:
    for name, value in properties.items():
        assert "\x00" not in value, name
        assert len(value.encode("utf-16-le")) // 2 <= 65_536, name


def _assert_tasks_are_safe(account: Account, there: Mapping[int, Mapping[str, str]]) -> None:
    portal = account.world.portal
    bodies = {}
    for task in portal.ids("tasks"):
        body = portal.properties_of("tasks", task)["hs_task_body"]
        (ticket,) = portal.associated("tasks", task, "tickets")
        number = portal.properties_of("tickets", ticket)["zendesk_ticket_id"]
        assert mark_of(body) == f"escalation:{number}:1"
        assert body.splitlines()[-1] == f"ref zenhub:escalation:{number}:1"
        assert not re.search(r"<(?!br>|a href=\"https://[^\"<>]*\">|/a>)", body), "only our own HTML"
        bodies[number] = body
    assert len(bodies) == len(portal.ids("tasks")), "one task a ticket"
    assert set(map(int, bodies)) == set(account.rated) & there.keys()


def _assert_log_is_clean(log: str) -> None:
    assert log.count("\n") == len(log.splitlines()) > 0, "no value starts a line of its own"
    assert [line for line in log.splitlines() if "event" not in json.loads(line)] == []
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", log)
    for words in (GOOD, SPOOF.splitlines()[0] + "\\n", "onerror", "DROP TABLE", "all is lost"):
        assert words not in log


def test_tickets_without_an_id_are_counted_one_by_one_and_only_once(tmp_path: Path) -> None:
    nameless = [Case(place=Place.TICKET, field="id", raw=None, what=f"absent {n}") for n in range(3)]
    account = Account(database_url=f"sqlite:///{tmp_path / 'nameless.db'}", per_page=2)
    account.furnish(nameless, good_every=1)
    account.setup()

    account.import_()
    account.import_()

    stand_ins = [ticket.zendesk_id for ticket in account.overview().unreadable]
    assert len(stand_ins) == len(nameless)
    assert all(number < 0 for number in stand_ins)
