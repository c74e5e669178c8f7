"""The worker's life in phases: setting up, the first import, a refresh, and harder days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from tests.model.faults.lab import Lab, Phase
from tests.model.faults.wire import FaultyWire
from tests.stories.stage import NOON

from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.refresh_tickets import REFRESH
from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.world import World
from zenhub_sync.sandbox.zendesk import DeskOptions


def phases(lab: Lab) -> dict[str, Phase]:
    """Live through all phases unharmed, and keep the world at the start of each."""
    empty = lab.database()
    world, tickets = _furnished("survey")
    setup = Phase(name="setup", job=None, world=world, database=empty)
    first = replace(_then(lab, setup), name="import", job=IMPORT)
    refresh = replace(_then(lab, first), name="refresh", job=REFRESH)
    _a_day(refresh.world, tickets)
    recovery = replace(refresh, name="recovery", lose_first_task=True)
    rebuild = replace(_then(lab, refresh), name="rebuild", job=IMPORT, database=empty)
    legacy_world, _ = _furnished("legacy")
    legacy = replace(_then(lab, replace(setup, world=legacy_world)), name="legacy", job=IMPORT)
    return {phase.name: phase for phase in (setup, first, refresh, recovery, rebuild, legacy)}


def _then(lab: Lab, phase: Phase) -> Phase:
    """Return the world and the database as they are after a phase."""
    scene = lab.scene(phase)
    ended = scene.run(FaultyWire(scene.world, None, scene.cursors))
    assert ended.done, ended.error
    return replace(phase, world=scene.world, database=lab.database())


def _furnished(csat: Literal["survey", "legacy"]) -> tuple[World, Sequence[int]]:
    """Three customers, two tickets each; the first ticket of each was rated badly, so that each page has one."""
    world = World(clock=SandboxClock(NOON, frozen=True), desk_options=DeskOptions(csat=csat))
    desk, portal = world.desk, world.portal
    tickets: list[int] = []
    for name in ("acme", "bela", "cora"):
        owner = portal.add_owner(f"{name}.cs@nuvemsoft.example", name.title(), "Prado")
        company = portal.create("companies", {"name": name, "domain": f"{name}.com.br", "hubspot_owner_id": owner})
        organization = desk.add_organization(name, domain_names=(f"{name}.com.br",))
        for n in range(2):
            email = f"pessoa{n}@{name}.com.br"
            portal.create("contacts", {"email": email}, [("companies", company, 279), ("companies", company, 1)])
            requester = desk.add_user(f"Pessoa {n}", email, organization_id=organization)
            ticket = desk.add_ticket(
                subject=f"Caso {name} {n}: não imprime",
                requester_id=requester,
                organization_id=organization,
                status="solved",
                description="…",
            )
            desk.offer_survey(ticket)
            tickets.append(ticket)
    for first, second in zip(tickets[::2], tickets[1::2], strict=True):
        world.clock.advance(60)
        if csat == "survey":
            desk.rate(first, points=1, comment="Ruim já na chegada")
        else:
            desk.rate(first, score="bad", comment="Ruim já na chegada")
        desk.edit(second, subject=f"Caso {second}")
    return world, tickets


def _a_day(world: World, tickets: Sequence[int]) -> None:
    """Let each page of the refresh have a new bad rating and a change."""
    for first, second in zip(tickets[::2], tickets[1::2], strict=True):
        world.clock.advance(60)
        world.desk.rate(second, points=2, comment="Piorou")
        world.desk.edit(first, subject=f"Caso {first}, agora outro")
        world.desk.set_status(first, "open")
