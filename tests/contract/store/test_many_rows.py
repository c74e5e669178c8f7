"""PostgreSQL writes a thousand rows with one statement, and ends where SQLite does, which takes one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DataError
from tests.contract.store.query_plans import overheard
from tests.fakes.facts import escalation, link, mirror_of, write

from zenhub_sync.planning.arrivals import Arrival, Arrivals
from zenhub_sync.planning.tickets import HubSpotId, StageOwner, StageRole, Status, ZendeskTicketId
from zenhub_sync.store import arrivals, directory, mirror, outbox
from zenhub_sync.store.directory import OrganizationLink, RequesterLink
from zenhub_sync.store.engine import open_engine, reading, writing
from zenhub_sync.store.mirror import Confirmation
from zenhub_sync.store.outbox import Settlement
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.store.statements import insert_rows
from zenhub_sync.store.tables import effects, facts, metadata, organizations, requesters, tickets

_S = EffectState
_COMPANY = HubSpotId("501")
_WRITTEN = (tickets, effects, organizations, requesters, metadata.tables["arrivals"])
_HOSTILE = (
    *(
        "",
        " ",
        "NULL",
        "null",
        "{}",
        '{"a": "b\\"c"}',
        "a,b",
        "'; --",
        "\\",
        '"',
        '\\"',
        "\\\\x00",
        "%s %(a)s $1",
        "\r\n",
    ),
    *("ção", "😀", "\u2028", "\ufeff", *(f'a{chr(number)}b"{chr(number)}\\' for number in range(1, 160))),
)

Step = Callable[[Connection], object]


on_postgres = pytest.mark.parametrize("engine", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)


@pytest.fixture
def row_by_row(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'row-by-row.db'}")
    metadata.create_all(engine)
    yield engine
    engine.dispose()


def _saved(*numbers: int, **changes: Any) -> Step:
    return lambda connection: mirror.save(connection, [mirror_of(number, **changes) for number in numbers])


def _confirmed(*said: Confirmation) -> Step:
    return lambda connection: mirror.confirm(connection, said)


def _confirmation(number: int, **said: Any) -> Confirmation:
    return Confirmation(zendesk_id=ZendeskTicketId(number), **said)


def _staged(*found: Any) -> Step:
    return lambda connection: outbox.insert(connection, found, 5.0)


def _moved(*moves: tuple[int, EffectState, float], made: str | None = None) -> Step:
    """Settle the newest effects of these lanes."""

    def settle(connection: Connection) -> str:
        found = {row.lane: row.id for row in connection.execute(select(effects).order_by(effects.c.id))}
        settlements = [
            Settlement(id=found[lane], state=state, due_at=due, hubspot_id=made, reason=f"because {due}")
            for lane, state, due in moves
        ]
        try:
            outbox.settle(connection, settlements, 9.0)
        except RuntimeError as refused:
            return type(refused).__name__
        return "moved"

    return settle


def _came(counted: dict[tuple[int, Arrival], int]) -> Step:
    return lambda connection: arrivals.add(connection, Arrivals(counted))


def _linked(organizations: Sequence[OrganizationLink] = (), people: Sequence[RequesterLink] = ()) -> Step:
    return lambda connection: directory.save_links(connection, organizations, people)


def _organization(number: int, company: str | None, checked_at: float = 1.5) -> OrganizationLink:
    how = "domain" if company else None
    return OrganizationLink(organization_id=number, company_id=company, how=how, checked_at=checked_at)


def _requester(number: int, contact: str | None) -> RequesterLink:
    return RequesterLink(requester_id=number, contact_id=contact, company_id=None, checked_at=2.5)


def _expected(*ids: int) -> Step:
    return lambda connection: directory.expect_requesters(connection, ids)


_SENT = (_saved(1, 2, 3, revision=9), _staged(write(1), write(2), write(3)))
_SENDING = _moved((1, _S.SENDING, 1.0), (2, _S.SENDING, 1.0), (3, _S.SENDING, 1.0))
_CASES: dict[str, tuple[Step, ...]] = {
    "tickets, known and new": (
        _saved(1, 2, 3),
        _saved(2, 4, 5, revision=2, status=Status.SOLVED, digests=b"\x00\\\"'\xff", asked=(StageRole.OPEN,)),
        _saved(3, hubspot_id=None, stage=None, company_id=_COMPANY, organization_id=2**62, complaint=b"\x01"),
    ),
    "a ticket twice: the last one stays": (
        lambda connection: mirror.save(connection, [mirror_of(1, revision=7), mirror_of(2), mirror_of(1, revision=3)]),
    ),
    "what HubSpot confirmed, of each kind, and of a ticket that is not there": (
        _saved(1, 2, 3, 4, revision=9, delivered_revision=5),
        _confirmed(
            _confirmation(1, delivered_revision=7),
            _confirmation(2, delivered_revision=3),
            _confirmation(99, delivered_revision=3),
            _confirmation(3, stage_id='an "own" stage', stage_owner=StageOwner.PERSON),
            _confirmation(4, hubspot_id=HubSpotId("77"), company_id=_COMPANY, contact_id=HubSpotId("701")),
        ),
    ),
    "a ticket confirmed twice: its revision does not go back": (
        _saved(1, 2, revision=9, delivered_revision=1),
        _confirmed(*(_confirmation(1, delivered_revision=number, stage_id=f"s{number}") for number in (8, 3, 6))),
    ),
    "effects, of which some are known": (
        _staged(write(2), write(1)),
        _staged(write(9), write(1, stage=None), link(5), write(3), escalation(4)),
    ),
    "an effect twice: the first one stays": (_staged(write(1), write(2), write(1, stage=None)),),
    "newer effects take the place of unsent ones": (
        *_SENT,
        _moved((2, _S.SENDING, 1.0), (3, _S.PARKED, 1.0)),
        _staged(write(1, 2), write(2, 2), write(3, 2), link(1, 2), write(4, 2)),
    ),
    "two newer effects of one lane": (*_SENT, _staged(write(1, 2), write(1, 3), write(2, 2))),
    "effects that are done": (*_SENT, _SENDING, _moved((1, _S.DONE, 4.0), (3, _S.DONE, 4.0), made="77")),
    "effects that go back": (
        *_SENT, _SENDING, _moved((1, _S.PENDING, 4.0), (2, _S.PARKED, 5.0), (3, _S.UNCERTAIN, 6.0)),
    ),
    "an effect that may not go there": (*_SENT, _moved((1, _S.SENDING, 1.0), (2, _S.DONE, 1.0), (3, _S.SENDING, 1.0))),
    "an effect that moves twice and may": (
        *_SENT, _SENDING, _moved((1, _S.UNCERTAIN, 2.0)), _moved((1, _S.UNCERTAIN, 8.0), (1, _S.UNCERTAIN, 3.0)),
    ),
    "an effect that moves twice and may not": (*_SENT, _SENDING, _moved((1, _S.DONE, 2.0), (1, _S.DONE, 3.0))),
    "what came in is added up": (
        _came({(900, Arrival.TICKETS): 2, (1800, Arrival.BAD_RATINGS): 1}),
        _came({(1800, Arrival.TICKETS): 5, (900, Arrival.TICKETS): 1, (2700, Arrival.ESCALATIONS): 1}),
    ),
    "links, known and new, and one twice": (
        _linked([_organization(1, "501"), _organization(2, None)], [_requester(8, "701")]),
        _linked([_organization(2, "502"), _organization(3, None)], [_requester(8, None), _requester(9, "702")]),
        _linked([_organization(4, "1"), _organization(4, "2", 7.25)], [_requester(9, "5"), _requester(9, "6")]),
    ),
    "expected people, of whom some are known": (_linked(people=[_requester(8, "701")]), _expected(7, 8, 9)),
    "more than go into one statement": (
        _saved(*range(2500, 0, -1)),
        _staged(*(write(number) for number in range(2500, 0, -1))),
        _confirmed(*(_confirmation(number, delivered_revision=number) for number in range(1, 2501))),
    ),
}  # fmt: skip


@on_postgres
@pytest.mark.parametrize("steps", _CASES.values(), ids=_CASES)
def test_many_rows_end_as_one_after_the_other(engine: Engine, row_by_row: Engine, steps: tuple[Step, ...]) -> None:
    assert _after(engine, steps) == _after(row_by_row, steps)


@pytest.mark.parametrize("kind", ["value", "name"])
def test_every_text_comes_back(engine: Engine, kind: str) -> None:
    rows = [(each if kind == "name" else str(number), each, 0.5) for number, each in enumerate(_HOSTILE)]
    with writing(engine) as connection:
        assert insert_rows(connection, facts, ("name", "value", "noted_at"), rows, key=None) == len(_HOSTILE)
        assert {tuple(row) for row in connection.execute(select(facts))} == set(rows)


@pytest.mark.parametrize("number", [0.0, 0.1, 1e-308, 1.7e308, 1_795_348_800.123456, float("inf"), float("-inf")])
def test_every_moment_comes_back(engine: Engine, number: float) -> None:
    with writing(engine) as connection:
        insert_rows(connection, facts, ("name", "value", "noted_at"), [("a", "b", number)], key=None)
        assert repr(connection.execute(select(facts.c.noted_at)).scalar_one()) == repr(number)


@on_postgres
def test_a_text_that_postgres_cannot_hold_is_refused_and_not_cut(engine: Engine) -> None:
    with writing(engine) as connection, pytest.raises(DataError, match="NUL"):
        insert_rows(connection, facts, ("name", "value", "noted_at"), [("a", "b\x00c", 1.0)], key=None)


@on_postgres
@pytest.mark.parametrize(("numbers", "statements"), [(range(2500), 3), ((1,), 1), ((), 0), ((1, 2, 1), 0)])
def test_a_thousand_rows_are_one_statement_unless_two_have_one_key(
    engine: Engine, numbers: Sequence[int], statements: int
) -> None:
    with overheard(engine) as said:
        with writing(engine) as connection:
            _saved(*numbers)(connection)
        assert sum("unnest" in each.statement for each in said) == statements


def _after(engine: Engine, steps: Sequence[Step]) -> tuple[list[object], dict[str, list[tuple[Any, ...]]]]:
    """Return what the steps say, and what all tables hold then, effects in the order of their numbers."""
    with writing(engine) as connection:
        said = [step(connection) for step in steps]
    with reading(engine) as connection:
        rows = {table.name: [tuple(row) for row in connection.execute(select(table))] for table in _WRITTEN}
    in_order = [row[1:] for row in sorted(rows.pop("effects"))]
    return said, {"effects": in_order, **{name: sorted(found, key=repr) for name, found in rows.items()}}
