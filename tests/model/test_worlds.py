"""Thousands of small worlds: whatever is lost, late or killed, every bad rating has exactly one task in the end.

And the proof that these worlds can tell: each of the five wrong rules of the field, and each planted bug, fails them.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from tests.fakes.facts import BAD, source_ticket
from tests.model.mortal import CursorFirst, FollowUpLater, KeyNotUnique, MirrorLater, Mortal
from tests.model.rules import RIGHT, WRONG, F, Rule
from tests.model.scripts import Death, Script, script_of
from tests.model.shelves import Lockstep, RealShelf, Shelf
from tests.model.simulated import Turn
from tests.model.twin import Twin
from tests.model.verdicts import Verdict
from tests.model.worlds import SmallWorld

from zenhub_sync.planning.tickets import Status, ZendeskTicketId
from zenhub_sync.store import leases
from zenhub_sync.store.engine import open_engine
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.migrate import migrate
from zenhub_sync.telemetry import configure_logging

_LONG = os.environ.get("ZENHUB_TESTS") == "long"
_WORLDS = 10_000 if _LONG else 1_000
_LOCKSTEP = 1_000 if _LONG else 30
_PLANTED = 2_000 if _LONG else 200

_ONE = source_ticket(id=ZendeskTicketId(1), rating=BAD)
_SOLVED = source_ticket(id=ZendeskTicketId(1), rating=BAD, status=Status.SOLVED, generated_at=3_000)
_CALM = Script(seed=-1, pages=[[_ONE]], turns=(), ticket_turns=(), refused=frozenset(), deaths=(), echo=False)
# What a seed once found wrong stands here as a script: seeds draw other worlds as soon as the drawing changes.
_ONCE_WRONG = {
    "a newer write stands behind what waits for the ticket that it makes": replace(
        _CALM, pages=[[_ONE], [_SOLVED]], ticket_turns=[Turn.NEVER_APPLIED]
    ),
}


@pytest.fixture(autouse=True)
def quiet_log() -> None:
    configure_logging("ERROR", "json")


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = open_engine("sqlite://")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def held(engine: Engine) -> Lease:
    return leases.acquire(engine, "these tests")


def lived(
    seeds: Iterable[int], shelf: Shelf, held: Lease, rule: Rule, planted: type[Mortal] = Mortal
) -> Iterator[tuple[SmallWorld, Verdict]]:
    for seed in seeds:
        world = SmallWorld(script_of(seed), shelf, held, rule, planted)
        yield world, world.live()


@pytest.mark.parametrize("rule", RIGHT, ids=lambda rule: rule.name[0])
def test_every_world_ends_with_one_task_for_each_bad_rating(held: Lease, rule: Rule) -> None:
    turns, crashes, conflicts, runs = Counter[Turn](), 0, 0, 0
    for world, verdict in lived(range(_WORLDS), Twin(), held, rule):
        assert verdict.sound, f"seed {world.script.seed} under {rule.name}: {verdict}"
        turns += Counter(world.script.turns) - Counter(world.hubspot.turns)
        crashes, runs, conflicts = crashes + world.crashes, runs + world.runs, conflicts + world.hubspot.conflicts
    assert set(turns) == set(Turn), "every outcome of a POST came up"
    assert crashes > _WORLDS / 2
    assert (conflicts > 0) is rule.keyed, "a portal with the key refuses second tasks, and only that one"
    print(  # noqa: T201 - shown by pytest -s
        f"{rule.name}: {_WORLDS} worlds, {runs} runs, {crashes} deaths, {turns.total() - turns[Turn.WELL]} POSTs "
        f"spoilt, {conflicts} second tasks refused by HubSpot; 0 lost, 0 duplicated"
    )


@pytest.mark.parametrize("rule", RIGHT, ids=lambda rule: rule.name[0])
def test_the_fast_twin_of_the_store_agrees_with_it_after_every_transaction(
    engine: Engine, held: Lease, rule: Rule
) -> None:
    for world, verdict in lived(range(_LOCKSTEP), Lockstep(engine), held, rule):
        assert verdict.sound, f"seed {world.script.seed} under {rule.name}: {verdict}"


@pytest.mark.parametrize("rule", RIGHT, ids=lambda rule: rule.name[0])
@pytest.mark.parametrize("script", _ONCE_WRONG.values(), ids=_ONCE_WRONG.keys())
def test_what_was_once_wrong_stays_right(engine: Engine, held: Lease, script: Script, rule: Rule) -> None:
    assert SmallWorld(script, RealShelf(engine), held, rule).live().sound


@pytest.mark.parametrize("rule", [*WRONG, *RIGHT], ids=lambda rule: rule.name[0])
def test_the_worlds_find_out_each_wrong_rule(held: Lease, rule: Rule) -> None:
    ends = Counter[str]()
    for _, verdict in lived(range(_PLANTED), Twin(), held, rule):
        ends["lost" if verdict.lost else "duplicated" if verdict.duplicated else "exactly one"] += 1
    shares = ", ".join(f"{end} {ends[end] / _PLANTED:.1%}" for end in ("exactly one", "lost", "duplicated"))
    print(f"{rule.name}: {_PLANTED} worlds, {shares}")  # noqa: T201 - shown by pytest -s
    wrong = "" if rule in RIGHT else "lost" if rule.name.startswith("B") else "duplicated"
    assert {end for end in ends if end != "exactly one"} == {wrong} - {""}


@pytest.mark.parametrize("planted", [CursorFirst, MirrorLater, FollowUpLater])
def test_the_worlds_find_out_each_planted_bug(held: Lease, planted: type[Mortal]) -> None:
    worlds = lived(range(1_000), Twin(), held, F, planted)
    found = next((world.script.seed for world, verdict in worlds if not verdict.sound), None)
    assert found is not None
    print(f"{planted.__name__}: found by seed {found}")  # noqa: T201 - shown by pytest -s


def test_an_escalation_that_is_staged_under_two_names_still_has_one_task(engine: Engine, held: Lease) -> None:
    """The unique key is the first lock; that a task is looked for before it is made is the second."""
    script = replace(_CALM, echo=True, deaths=[Death(at=0, restart=10.0)])
    world = SmallWorld(script, RealShelf(engine), held, F, KeyNotUnique)
    verdict = world.live()
    assert (verdict.lost, verdict.duplicated) == (0, 0)
    assert world.hubspot.posts == 1
