"""Try out faults in processes of their own, so that both cores of a small machine are of use."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.model.faults.kinds import KINDS, Kind
from tests.model.faults.lab import Lab, Phase, open_lab
from tests.model.faults.phases import phases
from tests.model.faults.plan import Trying, chosen_trials, every_trial
from tests.model.faults.trial import Unharmed, try_out, unharmed
from tests.model.faults.wire import StormError

from zenhub_sync.telemetry import configure_logging


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What the trials of one kind of fault came to."""

    tried: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    most_extra: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """A lab, its phases, and how each goes without a fault."""

    lab: Lab
    phases: Mapping[str, Phase]
    unharmed: Mapping[str, Unharmed]

    def judge(self, trials: Iterable[Trying]) -> Verdict:
        """Try out each, and collect what went wrong."""
        verdict = Verdict()
        for trying in trials:
            verdict.tried.append(str(trying))
            try:
                trial = try_out(self.lab, self.phases[trying.phase], trying.fault, self.unharmed[trying.phase])
            except StormError as storm:
                verdict.wrong.append(f"{trying}: {storm}")
                continue
            verdict.most_extra = max(verdict.most_extra, trial.most_extra)
            if not trial.strikes:
                verdict.wrong.append(f"{trying}: it never struck")
            verdict.wrong += [f"{trying}: {wrong}" for wrong in trial.wrong]
        return verdict


_open: list[Workshop] = []


def open_workshop(room: Path) -> Workshop:
    """Furnish the workshop of this process, with a database of its own in the room."""
    if not _open:
        configure_logging("ERROR", "json")
        lab = open_lab(room / f"{os.getpid()}.db")
        named = phases(lab)
        plays = {name: unharmed(lab, phase) for name, phase in named.items()}
        _open.append(Workshop(lab=lab, phases=named, unharmed=plays))
    return _open[0]


def try_kind(name: str, room: Path, *, long: bool) -> Verdict:
    """Try a kind of fault at the places chosen for it, or at all there are."""
    workshop = open_workshop(room)
    kind, number = _kind(name)
    chosen = every_trial(kind, workshop.unharmed) if long else chosen_trials(kind, workshop.unharmed, seed=number)
    return workshop.judge(chosen)


def _kind(name: str) -> tuple[Kind, int]:
    return next((kind, number) for number, kind in enumerate(KINDS) if kind.name == name)
