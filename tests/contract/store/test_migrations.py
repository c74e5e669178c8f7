"""The schema: made once however many start at the same time, never taken back, and never by reading."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from tests.contract.store.processes import Child, children
from tests.fakes.facts import mirror_of

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.store import mirror, opening
from zenhub_sync.store.engine import open_engine, reading, writing
from zenhub_sync.store.migrate import NEWEST, _migrations, migrate, revisions, schema_state
from zenhub_sync.store.store import Store
from zenhub_sync.store.tables import metadata

_ROUNDS = 4


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    """Yield an engine on a database without any table."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def test_the_tables_are_those_of_the_migrations(empty: Engine) -> None:
    migrate(empty)
    with reading(empty) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        # Neither is compared by it: what the partial indexes leave out, and what is unique by the primary key.
        assert _shape(empty) == _shape_of_metadata()


def test_migrating_twice_changes_nothing(empty: Engine) -> None:
    assert migrate(empty).current is None
    found = migrate(empty)
    assert found.up_to_date
    assert found == schema_state(empty)


def test_what_is_known_of_the_migrations_without_alembic_is_what_it_knows(empty: Engine) -> None:
    migrate(empty)
    with reading(empty) as connection:
        head = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory(str(_migrations()))
    assert (head, scripts.get_current_head()) == (NEWEST, NEWEST)
    assert revisions() == {script.revision for script in scripts.walk_revisions()}


def test_the_requesters_of_an_older_database_are_asked_for_after_the_upgrade(empty: Engine) -> None:
    known = mirror_of(1, requester_id=77)
    with writing(empty) as connection:
        config = Config()
        config.set_main_option("script_location", str(_migrations()))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        mirror.save(connection, [known, mirror_of(2)])

    assert migrate(empty).current == "0001"

    store = Store(empty)
    assert (store.known([1])[known.zendesk_id], store.matching.unmatched(10).requesters) == (known, [77])


def test_a_migration_that_is_cut_short_leaves_no_table(empty: Engine) -> None:
    with writing(empty) as connection:
        connection.execute(text("CREATE TABLE unreadable (id INTEGER)"))  # the last one that the first migration makes
    with pytest.raises(Exception, match="unreadable"):
        migrate(empty)
    assert inspect(empty).get_table_names() == ["unreadable"]


def test_a_schema_from_the_future_is_refused_and_left_alone(empty: Engine, database_url: str) -> None:
    migrate(empty)
    with writing(empty) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for refused in (
        migrate,
        lambda _: opening.open_store_to_read(database_url),
        lambda _: opening.open_store(database_url),
    ):
        with pytest.raises(ConfigProblem, match="schema 9999 was made by a newer zenhub-sync"):
            refused(empty)
    assert schema_state(empty).current == "9999"


def test_three_processes_that_start_at_once_migrate_once(database_url: str, empty: Engine) -> None:
    with children("migrate", database_url, 3) as migrating:
        assert [child.hear() for child in migrating] == ["ready"] * 3
        for _ in range(_ROUNDS):
            assert _all_told(migrating, database_url) == [f"found {NEWEST}", f"found {NEWEST}", "found None"]
            _drop_all(empty)


@pytest.mark.parametrize("folder", ["", "not/there/yet/"])
def test_reading_a_store_that_was_never_made_makes_none(tmp_path: Path, folder: str) -> None:
    url = f"sqlite:///{tmp_path}/{folder}zenhub-sync.db"
    store = opening.open_store_to_read(url)
    assert (store.overview().tickets, store.cursor("import"), opening.check_database(url)) == (0, None, None)
    assert list(tmp_path.iterdir()) == []


def test_reading_an_empty_database_makes_no_table(empty: Engine, database_url: str) -> None:
    inspect(empty)
    assert opening.open_store_to_read(database_url).known_count() == 0
    assert inspect(empty).get_table_names() == []


def test_a_store_is_made_with_its_folder(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a/b/zenhub-sync.db"
    assert opening.open_store(url).known_count() == 0
    assert opening.open_store_to_read(url).known_count() == 0


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("not a url", "DATABASE_URL is not a database URL"),
        ("sqlite:////dev/null/zenhub-sync.db", "database folder /dev/null"),
        ("sqlite:///{here}", "unable to open database file"),
        ("sqlite:///{here}/text.db", "file is not a database"),
        ("postgresql+psycopg://somebody:secret@127.0.0.1:1/none?connect_timeout=1", "127.0.0.1:1/none"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_a_sentence(tmp_path: Path, url: str, said: str) -> None:
    (tmp_path / "text.db").write_text("This is a letter to a customer. " * 100)
    with pytest.raises(ConfigProblem) as caught:
        opening.open_store(url.format(here=tmp_path))
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


def _all_told(migrating: list[Child], url: str) -> list[str]:
    for child in migrating:
        child.tell(url)
    return sorted(child.hear() for child in migrating)


def _drop_all(engine: Engine) -> None:
    with writing(engine) as connection:
        for table in inspect(connection).get_table_names():
            connection.execute(text(f"DROP TABLE {table}"))


def _shape(engine: Engine) -> dict[str, tuple[list[str], set[str | None]]]:
    found = inspect(engine)
    return {
        table: (
            found.get_pk_constraint(table)["constrained_columns"],
            {index["name"] for index in found.get_indexes(table) if not index["unique"]},
        )
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def _shape_of_metadata() -> dict[str, tuple[list[str], set[str | None]]]:
    return {
        table.name: ([column.name for column in table.primary_key], {str(index.name) for index in table.indexes})
        for table in metadata.tables.values()
    }
