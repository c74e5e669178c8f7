"""Play one phase under one fault, hold every run to its manners, and the end to the fault-free one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.model.faults.endpoints import Endpoint, Nature
from tests.model.faults.kinds import Aftermath, Kind
from tests.model.faults.lab import Ended, Lab, Phase, Scene
from tests.model.faults.wire import Fault, FaultyWire

# How often the job is started while the fault lasts; "for ever" ends after that.
_RUNS_UNDER_FAULT = {None: 2, 1: 3, 3: 5}
# Parked records are tried again after a day at the latest.
_A_DAY = 25 * 3600.0
_HEALING_RUNS = 3
_CALLS_AFTER_A_REFUSED_CREDENTIAL = 2
# A struck call is repeated four times at most; what follows from a struck batch is taking it apart, once.
EXTRA_REQUESTS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Unharmed:
    """A phase without any fault: how often each endpoint is asked, how many requests, and what there is then."""

    calls: Counter[str]
    requests: int
    account: Mapping[str, object]


@dataclass(slots=True, kw_only=True)
class Trial:
    """What a trial came to; `wrong` is everything that must not be."""

    strikes: int = 0
    runs: int = 0
    most_extra: int = 0
    wrong: list[str] = field(default_factory=list)


def unharmed(lab: Lab, phase: Phase) -> Unharmed:
    """Play a phase without any fault."""
    scene = lab.scene(phase)
    wire = FaultyWire(scene.world, None, scene.cursors, lose_first_task=phase.lose_first_task)
    ended = scene.run(wire)
    assert ended.done, ended.error
    return Unharmed(calls=wire.calls, requests=wire.manners.requests, account=scene.account())


def try_out(lab: Lab, phase: Phase, fault: Fault, expected: Unharmed) -> Trial:
    """Strike, let it be over, start again: nothing may be lost, nothing made twice, nothing asked without need."""
    scene, trial = lab.scene(phase), Trial()
    wire = FaultyWire(scene.world, fault, scene.cursors, lose_first_task=phase.lose_first_task)
    for _ in range(_RUNS_UNDER_FAULT[fault.placement.times]):
        ended = scene.run(wire)
        _judge_run(scene, fault, wire, ended, expected, trial)
        if ended.done:
            break
    trial.strikes = wire.fired
    wire.end()
    if ended.done or _heals(scene, wire, trial):
        _judge_end(scene, fault, wire, expected, trial)
    return trial


def _heals(scene: Scene, wire: FaultyWire, trial: Trial) -> bool:
    """Start the job again, now that nothing is the matter any more."""
    for _ in range(_HEALING_RUNS):
        scene.world.clock.advance(_A_DAY if scene.reasons() else 0.0)
        ended = scene.run(wire)
        if ended.error is not None:
            trial.wrong.append(f"after the fault: {type(ended.error).__name__}: {ended.error}")
            return False
        if ended.done:
            return True
    trial.wrong.append(f"after the fault something was left: {scene.reasons()}")
    return False


def _judge_end(scene: Scene, fault: Fault, wire: FaultyWire, expected: Unharmed, trial: Trial) -> None:
    trial.wrong += [f"made twice: {name}" for name in scene.made_twice()]
    account = scene.account()
    trial.wrong += [
        f"{name} is {account[name]!r}, not {expected.account[name]!r}"
        for name in expected.account
        if account[name] != expected.account[name] and not (name == "points" and _may_do_without(fault))
    ]
    if _may_do_without(fault):
        scene.run(wire)  # what was done without is made good by the next run: the task is open, so it is asked again
    written = len(scene.world.ledger.writes())
    scene.run(wire)
    if len(scene.world.ledger.writes()) != written:
        trial.wrong.append("one more run wrote again")


def _judge_run(scene: Scene, fault: Fault, wire: FaultyWire, ended: Ended, expected: Unharmed, trial: Trial) -> None:
    manners, kind = wire.manners, fault.kind
    trial.runs += 1
    trial.most_extra = max(trial.most_extra, manners.requests - expected.requests)
    trial.wrong += [f"made twice: {name}" for name in scene.made_twice()]
    trial.wrong += [f"asked too soon: {request}" for request in manners.asked_too_soon]
    if manners.requests > expected.requests + EXTRA_REQUESTS:
        trial.wrong.append(f"a storm: {manners.requests} requests, {expected.requests} without a fault")
    if ended.error is not None and ended.error.exit_code not in exit_codes(kind, fault.endpoint):
        trial.wrong.append(f"exit code {ended.error.exit_code}: {type(ended.error).__name__}: {ended.error}")
    if _must_stop(fault, manners.strikes):
        _judge_stop(scene, fault, wire, ended, trial)


def _judge_stop(scene: Scene, fault: Fault, wire: FaultyWire, ended: Ended, trial: Trial) -> None:
    if ended.error is None:
        trial.wrong.append("the run went on")
        return
    allowed = _CALLS_AFTER_A_REFUSED_CREDENTIAL if fault.kind.aftermath is Aftermath.CREDENTIAL else 0
    if wire.manners.since_strike > allowed:
        trial.wrong.append(f"{wire.manners.since_strike} requests after {fault.kind.name}")
    if scene.phase.job is not None and scene.cursors() != wire.manners.cursors:
        trial.wrong.append("the cursor moved")


def _must_stop(fault: Fault, strikes: int) -> bool:
    kind, endpoint = fault.kind, fault.endpoint
    if kind.aftermath is Aftermath.HEALS or _may_do_without(fault):
        return False
    fresh = kind.name == "401 revoked" and endpoint.service == "zendesk" and endpoint.nature is not Nature.GRANT
    return strikes > fresh  # a token that is refused is once replaced


def _may_do_without(fault: Fault) -> bool:
    """Say whether the fault tells that the plan does not have what can be done without."""
    return fault.endpoint.optional and fault.kind.name.startswith(("403", "404"))


def exit_codes(kind: Kind, endpoint: Endpoint) -> frozenset[int]:
    """Return what a run that this fault stops may exit with: 3 asks for a person, 5 for patience."""
    if kind.aftermath is Aftermath.CREDENTIAL:
        return frozenset({3})
    if kind.name == "401 expired":
        return frozenset({3})
    if endpoint.nature is Nature.GRANT and kind.says_no:
        return frozenset({3})  # the client is not known, or not to be had that way
    if kind.says_no and endpoint.name == "pipeline create":
        return frozenset({3})  # the plan may allow no second pipeline: the configuration has to name one
    if kind.says_no and endpoint.name == "company read":
        return frozenset({3, 5})  # read by our property, which `setup` makes; or by id
    return frozenset({5})
