"""Which faults are tried where: a choice that covers every pair, or, in the long profile, all there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.model.faults.endpoints import ENDPOINTS, Endpoint
from tests.model.faults.kinds import Kind
from tests.model.faults.trial import Unharmed
from tests.model.faults.wire import Fault, Placement

CALLS = ("first", "middle", "last")
TIMES: Mapping[str, int | None] = {"once": 1, "three times": 3, "for ever": None}
PLACES = tuple((call, times) for call in CALLS for times in TIMES)
# Faults of a family differ in little more than their number: the near relatives are tried at these places.
_DIAGONAL = tuple(zip(CALLS, TIMES, strict=True))
# Phases that are played for the sake of a few endpoints, which no other phase asks in that way.
_ONLY = {"legacy": {"ratings"}, "recovery": {"task create", "task read", "links read"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trying:
    """One trial to make: in which phase, on which call, how often."""

    phase: str
    place: tuple[str, str]
    fault: Fault

    def __str__(self) -> str:
        fault, (call, times) = self.fault, self.place
        return f"{fault.kind.name} at {self.phase}, {fault.endpoint.name}, {call} call, {times}"


def every_trial(kind: Kind, unharmed: Mapping[str, Unharmed]) -> Iterator[Trying]:
    """Yield every trial of a kind of fault that differs from all others."""
    for phase, endpoint, calls in _sites(kind, unharmed):
        for place in PLACES:
            call, times = place
            if calls > CALLS.index(call):
                nth = {"first": 1, "middle": (calls + 1) // 2, "last": calls}[call]
                placement = Placement(nth=nth, times=TIMES[times])
                yield Trying(phase=phase, place=place, fault=Fault(kind=kind, endpoint=endpoint, placement=placement))


def chosen_trials(kind: Kind, unharmed: Mapping[str, Unharmed], *, seed: int) -> Sequence[Trying]:
    """Return one trial for each place, at sites that move on from place to place and from kind to kind."""
    every = list(every_trial(kind, unharmed))
    chosen: list[Trying] = []
    for turn, place in enumerate(_DIAGONAL if kind.relative else PLACES):
        here = [trying for trying in every if trying.place == place]
        if here:
            chosen.append(here[(seed * 13 + turn * 3) % len(here)])
    return chosen


def _sites(kind: Kind, unharmed: Mapping[str, Unharmed]) -> Iterator[tuple[str, Endpoint, int]]:
    for phase, played in unharmed.items():
        for endpoint in ENDPOINTS:
            if endpoint.name not in _ONLY.get(phase, {endpoint.name}):
                continue
            if played.calls[endpoint.name] and kind.fits(endpoint):
                yield phase, endpoint, played.calls[endpoint.name]
