"""Kill the worker, or lose an answer, at every single effect point: nothing is lost, nothing is made twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pytest
from tests.figures import LONG, spread
from tests.model.fate import Blow, Strike
from tests.model.lives import Case, Crowd, Verdict

_CREATE = "before POST /crm/objects/2026-09/tasks"

# The fewest effect points that a tale may have: it must not get shorter unnoticed.
_POINTS = {"SMALL": 100, "SMALL, keyed": 100, "LATE": 90, "S0": 140, "S0, keyed": 140}
_TASKS = {"SMALL": 2, "SMALL, keyed": 2, "LATE": 2, "S0": 9, "S0, keyed": 9}

# How many points are tried in a default run beside one of each kind, and how many pairs; ZENHUB_TESTS=long tries all.
_MOST = {"SMALL": 1_000, "SMALL, keyed": 1, "LATE": 1, "S0": 8, "S0, keyed": 1}
_MOST_PAIRS = {"sqlite": 120, "postgres": 60}

_BLOWS = [
    (Blow.DIE, 0.0),
    (Blow.LOSE_ANSWER, 0.0),
    (Blow.NEVER_APPLIED, 0.0),
    (Blow.APPLIED_LATE, 5.0),
    (Blow.APPLIED_LATE, 20.0),
    (Blow.APPLIED_LATE, 90.0),
]


@pytest.mark.parametrize("tale", _POINTS)
@pytest.mark.parametrize(("blow", "late"), _BLOWS)
def test_a_blow_at_any_point_leaves_the_world_as_if_nothing_had_happened(
    people: Crowd, database: str, figure: Callable[[str], None], tale: str, blow: Blow, late: float
) -> None:
    trail = people.trail(tale)
    assert len(trail) >= _POINTS[tale]
    assert trail.count(_CREATE) == _TASKS[tale]
    points = [at for at, what in enumerate(trail, 1) if blow is Blow.DIE or "commit" not in what]
    chosen = _of_every_kind(points, trail, _MOST[tale])

    verdicts = people.live(Case(tale=tale, strikes=(Strike(at=at, blow=blow, late=late),)) for at in chosen)

    assert _complaints(verdicts) == []
    assert sum(verdict.struck for verdict in verdicts) == len(chosen) > 0
    when = f" {late:.0f} s" if late else ""
    figure(f"{database}: {tale}: {blow.value}{when}: {len(chosen)} of {len(points)} points tried, all passed")


@pytest.mark.parametrize("blow", [Blow.DIE, Blow.LOSE_ANSWER, Blow.NEVER_APPLIED])
def test_a_ticket_that_changes_between_a_blow_and_the_next_run_is_followed(
    people: Crowd, database: str, figure: Callable[[str], None], blow: Blow
) -> None:
    """What was applied unheard must not be taken for a person's, and what was not applied must not be lost."""
    trail = people.trail("CHANGING")
    points = [at for at, what in enumerate(trail, 1) if "commit" not in what]  # what HubSpot was told is what counts

    verdicts = people.live(Case(tale="CHANGING", strikes=(Strike(at=at, blow=blow),)) for at in points)

    assert _complaints(verdicts) == []
    assert sum(verdict.struck for verdict in verdicts) == len(points) > 0
    figure(f"{database}: CHANGING: {blow.value}: {len(points)} points tried, all passed")


def test_a_second_death_anywhere_in_the_recovery_changes_nothing(
    people: Crowd, database: str, figure: Callable[[str], None]
) -> None:
    trail = people.trail("SMALL")
    once = people.live(_deaths([(at,) for at in range(1, len(trail) + 1)]))
    pairs = [(at, later) for at, after in enumerate(once, 1) for later in range(at + 1, len(after.trail) + 1)]
    assert len(pairs) >= 2_000
    chosen = spread(pairs, _MOST_PAIRS[database])

    verdicts = people.live(_deaths(chosen))

    assert _complaints(verdicts) == []
    assert sum(verdict.struck for verdict in verdicts) == 2 * len(chosen)
    figure(f"{database}: SMALL: die twice: {len(chosen)} of {len(pairs)} pairs of points tried, all passed")


def test_an_answer_lost_and_then_a_death_changes_nothing(
    people: Crowd, database: str, figure: Callable[[str], None]
) -> None:
    """The task that was made and never heard of is looked for by one that dies as well."""
    trail = people.trail("SMALL")
    creates = [at for at, what in enumerate(trail, 1) if what == _CREATE]
    blows = [(blow, late) for blow, late in _BLOWS if blow is not Blow.DIE]
    spoilt = [Strike(at=at, blow=blow, late=late) for at in creates for blow, late in blows]
    once = people.live(Case(tale="SMALL", strikes=(strike,)) for strike in spoilt)
    cases = [
        Case(tale="SMALL", strikes=(strike, Strike(at=later)))
        for strike, after in zip(spoilt, once, strict=True)
        for later in range(strike.at + 1, len(after.trail) + 1)
    ]
    chosen = spread(cases, _MOST_PAIRS[database] // 2)

    verdicts = people.live(chosen)

    assert _complaints(verdicts) == []
    assert sum(verdict.struck for verdict in verdicts) == 2 * len(chosen)
    figure(f"{database}: SMALL: lose a task's answer, then die: {len(chosen)} of {len(cases)} pairs tried, all passed")


def _deaths(lives: Iterable[Sequence[int]]) -> list[Case]:
    return [Case(tale="SMALL", strikes=tuple(Strike(at=at) for at in points)) for points in lives]


def _complaints(verdicts: Iterable[Verdict]) -> list[str]:
    return [
        f"{strikes}, at {[v.trail[strike.at - 1] for strike in strikes if v.trail]}: {v.complaint}"
        for v in verdicts
        if v.complaint is not None and (strikes := v.case.strikes)
    ]


def _of_every_kind(points: Sequence[int], trail: Sequence[str], most: int) -> list[int]:
    """Choose points evenly, and one of every kind: what is done there, and what was done before."""
    if LONG:
        return list(points)
    kinds = {(trail[max(0, at - 2) : at][0], trail[at - 1]): at for at in points}
    return sorted({*kinds.values(), *spread(points, most)})
