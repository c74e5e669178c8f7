"""Kill the worker, or lose an answer, at every single effect point: nothing is lost, nothing is made twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.model.fate import Blow, Fate
from tests.model.life import Life, Tale
from tests.model.tales import CHANGING, SMALL

from zenhub_sync.store.engine import open_engine
from zenhub_sync.store.opening import migrate_database
from zenhub_sync.telemetry import configure_logging


@pytest.fixture(autouse=True)
def quiet_log() -> None:
    configure_logging("ERROR", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Databases:
    """An empty, migrated database, as often as it is asked for; the engine stays, with its compiled statements."""

    engine: Engine
    file: Path
    empty: bytes

    def fresh(self) -> Engine:
        self.engine.dispose()
        # A new file, not new content: a run that "died" may still hold the old one open.
        for suffix in ("", "-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        self.file.write_bytes(self.empty)
        return self.engine


@pytest.fixture
def databases(tmp_path: Path) -> Iterator[Databases]:
    file = tmp_path / "model.db"
    migrate_database(f"sqlite:///{file}")
    engine = open_engine(f"sqlite:///{file}")
    yield Databases(engine=engine, file=file, empty=file.read_bytes())
    engine.dispose()


def live(tale: Tale, engine: Engine, fate: Fate) -> Life:
    life = Life(tale=tale, engine=engine, fate=fate)
    life.live()
    return life


def unharmed(tale: Tale, engine: Engine) -> tuple[dict[str, object], list[str]]:
    life = live(tale, engine, Fate())
    return life.account(), life.fate.trail


@pytest.mark.parametrize(
    ("blow", "late"),
    [
        (Blow.DIE, 0.0),
        (Blow.LOSE_ANSWER, 0.0),
        (Blow.NEVER_APPLIED, 0.0),
        (Blow.APPLIED_LATE, 5.0),
        (Blow.APPLIED_LATE, 90.0),
    ],
)
def test_a_blow_at_any_point_leaves_the_world_as_if_nothing_had_happened(
    databases: Databases, blow: Blow, late: float
) -> None:
    expected, trail = unharmed(SMALL, databases.fresh())
    assert trail.count("before POST /crm/objects/2026-09/tasks") == 2

    struck = 0
    points = [at for at, what in enumerate(trail, 1) if blow is Blow.DIE or "commit" not in what]
    for at in points:
        life = live(SMALL, databases.fresh(), Fate(at=at, blow=blow, late=late))
        struck += life.fate.struck
        assert life.account() == expected, f"{blow} at {at}: {trail[at - 1]}"
        before = len(life.world.ledger.writes())
        life.again()
        assert len(life.world.ledger.writes()) == before, f"{blow} at {at}: written again"
    assert struck == len(points) > 0
    print(f"{blow} {late:.0f} s late: {struck} points tried and passed")  # noqa: T201 - shown by pytest -s


@pytest.mark.parametrize("blow", [Blow.DIE, Blow.LOSE_ANSWER, Blow.NEVER_APPLIED])
def test_a_ticket_that_changes_between_a_blow_and_the_next_run_is_followed(databases: Databases, blow: Blow) -> None:
    """What was applied unheard must not be taken for a person's, and what was not applied must not be lost."""
    expected, trail = unharmed(CHANGING, databases.fresh())
    points = [at for at, what in enumerate(trail, 1) if "commit" not in what]  # what HubSpot was told is what counts
    for at in points:
        life = live(CHANGING, databases.fresh(), Fate(at=at, blow=blow))
        assert life.fate.struck
        assert life.account() == expected, f"{blow} at {at}: {trail[at - 1]}"
    print(f"{blow}: {len(points)} points tried and passed")  # noqa: T201 - shown by pytest -s
