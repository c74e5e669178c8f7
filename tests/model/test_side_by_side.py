"""Several pages on their way, in every order that dice come to: the end is the same, also where the worker dies."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.figures import LONG, spread
from tests.model.fate import Blow, Strike
from tests.model.lives import Case, Crowd

_ORDERS = 200 if LONG else 12
_STRUCK = 40 if LONG else 3
_POINTS = 40 if LONG else 6


def test_in_whatever_order_the_answers_come_the_end_is_the_same(
    people: Crowd, database: str, figure: Callable[[str], None]
) -> None:
    verdicts = people.live(Case(tale="S0", seed=seed) for seed in range(_ORDERS))

    assert [verdict.complaint for verdict in verdicts if verdict.complaint is not None] == []
    orders = len({verdict.trail for verdict in verdicts})
    assert orders > 1
    figure(f"{database}: S0: pages side by side: {orders} orders, all ended the same")


@pytest.mark.parametrize("blow", [Blow.DIE, Blow.LOSE_ANSWER, Blow.NEVER_APPLIED])
def test_a_blow_while_several_pages_are_on_their_way_changes_nothing(
    people: Crowd, database: str, figure: Callable[[str], None], blow: Blow
) -> None:
    unharmed = people.live(Case(tale="S0", seed=seed) for seed in range(_STRUCK))
    points = {
        verdict.case.seed: [at for at, what in enumerate(verdict.trail, 1) if blow is Blow.DIE or "commit" not in what]
        for verdict in unharmed
    }
    cases = [
        Case(tale="S0", seed=seed, strikes=(Strike(at=at, blow=blow),))
        for seed, possible in points.items()
        for at in spread(possible, _POINTS)
    ]

    verdicts = people.live(cases)

    complaints = [f"{v.case}: {v.complaint}" for v in verdicts if v.complaint is not None]
    assert complaints == []
    assert sum(verdict.struck for verdict in verdicts) == len(cases) > 0
    figure(f"{database}: S0: pages side by side: {blow.value}: {len(cases)} points in {len(points)} orders, all passed")
