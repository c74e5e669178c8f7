"""The whole state goes from one database to another, whichever kind each of them is, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.planning.effects import WriteTicket
from zenhub_sync.planning.tickets import MirroredTicket, ZendeskTicketId
from zenhub_sync.store.cursors import Cursor
from zenhub_sync.store.engine import open_engine, reading
from zenhub_sync.store.opening import open_store
from zenhub_sync.store.runs import Run
from zenhub_sync.store.store import StagedPage
from zenhub_sync.store.tables import metadata

NOW = 1_795_000_000.0
WORDS = "Não consigo emitir nota fiscal — “urgente” \u2028"


def filled(url: str, tickets: int = 3) -> None:
    mirrored = [
        MirroredTicket(zendesk_id=ZendeskTicketId(n), digests=b"\x00\xff\x10abc") for n in range(1, tickets + 1)
    ]
    with closing(open_store(url)) as store, store.lease() as held:
        store.stage_page(
            StagedPage(
                mirrored=mirrored,
                effects=[write_of(ticket) for ticket in mirrored],
                cursor=Cursor(name="import", start_time=1, value="MTc5|"),
            ),
            held,
            NOW,
        )
        store.begin_run(Run(run_id="one", job="import", started_at=NOW), held)
        store.note_fact("surveys_unreadable", "", held, NOW)


def write_of(ticket: MirroredTicket) -> WriteTicket:
    return WriteTicket(zendesk_id=ticket.zendesk_id, revision=1, properties={"subject": WORDS})


def exported(url: str) -> list[str]:
    lines: list[str] = []
    with closing(open_store(url)) as store, store.lease():
        store.export(lines.append)
    return lines


def imported(url: str, lines: list[str]) -> int:
    with closing(open_store(url)) as store, store.lease() as held:
        return store.import_(lines, held).total


def content(url: str) -> dict[str, list[tuple[object, ...]]]:
    engine = open_engine(url)
    with reading(engine) as connection:
        rows = {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=str)
            for table in metadata.sorted_tables
            if table.name != "lease"
        }
    engine.dispose()
    return rows


@pytest.fixture
def other_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/other.db"


@pytest.mark.parametrize("there", [True, False], ids=["from sqlite", "to sqlite"])
def test_every_row_arrives_as_it_was(database_url: str, other_url: str, there: bool) -> None:
    source, target = (other_url, database_url) if there else (database_url, other_url)
    filled(source)

    carried = imported(target, exported(source))

    assert content(target) == content(source)
    assert carried == sum(map(len, content(source).values()))
    assert content(source)["effects"] != []


def test_numbers_go_on_behind_those_that_came(database_url: str, other_url: str) -> None:
    filled(other_url)
    imported(database_url, exported(other_url))
    late = MirroredTicket(zendesk_id=ZendeskTicketId(99), digests=b"")

    with closing(open_store(database_url)) as store, store.lease() as held:
        store.stage_page(StagedPage(mirrored=[late], effects=[write_of(late)]), held, NOW)

    assert {row[0] for row in content(database_url)["effects"]} == {1, 2, 3, 4}


def test_a_large_state_comes_in_batches(other_url: str, tmp_path: Path) -> None:
    filled(other_url, tickets=2500)

    assert imported(f"sqlite:///{tmp_path}/large.db", exported(other_url)) >= 5000


def test_a_database_that_holds_anything_is_refused(database_url: str, other_url: str) -> None:
    filled(other_url)
    lines = exported(other_url)
    imported(database_url, lines)

    with pytest.raises(ConfigProblem, match="not empty"):
        imported(database_url, lines)


def _without_end(lines: list[str]) -> list[str]:
    return lines[:-1]


def _without_a_row(lines: list[str]) -> list[str]:
    return lines[:3] + lines[4:]


def _of_another_schema(lines: list[str]) -> list[str]:
    return [json.dumps(json.loads(lines[0]) | {"schema": "0000"}), *lines[1:]]


def _with_a_strange_table(lines: list[str]) -> list[str]:
    return [lines[0], json.dumps({"table": "users", "row": {}}), *lines[1:]]


def _with_a_row_twice(lines: list[str]) -> list[str]:
    return [*lines[:2], lines[1], *lines[2:]]


def _with_a_wrong_value(lines: list[str]) -> list[str]:
    return [line.replace('"digests":"', '"digests":"*') for line in lines]


def _cut_in_a_line(lines: list[str]) -> list[str]:
    return [*lines[:4], lines[4][:20]]


def _with_more_behind_the_end(lines: list[str]) -> list[str]:
    return [*lines, lines[1]]


@pytest.mark.parametrize(
    "spoil",
    [
        _without_end,
        _without_a_row,
        _of_another_schema,
        _with_a_strange_table,
        _with_a_row_twice,
        _with_a_wrong_value,
        _cut_in_a_line,
        _with_more_behind_the_end,
        lambda _: [],
        lambda _: ["PK\x03\x04 not text at all"],
    ],
)
def test_a_file_that_is_not_whole_leaves_the_database_empty(
    database_url: str, other_url: str, spoil: Callable[[list[str]], list[str]]
) -> None:
    filled(other_url)

    with pytest.raises(ConfigProblem):
        imported(database_url, spoil(exported(other_url)))

    assert all(rows == [] for rows in content(database_url).values())
