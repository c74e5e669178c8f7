"""A ticket that HubSpot has takes the room of its mirror: what was delivered leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import Engine, select
from tests.fakes.facts import escalation, link, mirror_of, write

from zenhub_sync.planning.effects import Effect
from zenhub_sync.planning.tickets import HubSpotId
from zenhub_sync.store.engine import reading
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.outbox import Settlement, StoredEffect
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.store.staging import SettledBatch, StagedPage
from zenhub_sync.store.store import Store
from zenhub_sync.store.tables import effects

_PAGE = 300
_WORDS = "palavras do cliente " * 60  # with the rest of an effect, five of them fill a page of the file


def test_a_delivered_write_or_link_leaves_no_row(engine: Engine, store: Store, held: Lease) -> None:
    _stage(store, held, [write(1), link(1), write(2), link(2)])
    while leased := store.lease_batch(held, 1.0, 10):
        _settle(store, held, leased, EffectState.DONE)
    assert _rows(engine) == []


def test_one_that_a_newer_one_took_the_place_of_leaves_no_row(engine: Engine, store: Store, held: Lease) -> None:
    _stage(store, held, [write(1), link(1)])
    _stage(store, held, [write(1, 2), link(1, 2)])
    assert _rows(engine) == [("ticket:1:r2", "pending"), ("link:1:l2", "pending")]


def test_what_was_done_about_a_task_stays_so_that_it_is_not_done_again(
    engine: Engine, store: Store, held: Lease
) -> None:
    _stage(store, held, [escalation(1), write(2)])
    first = store.lease_batch(held, 1.0, 10)
    _settle(store, held, first[:1], EffectState.VERIFYING, made="7001")
    _settle(store, held, first, EffectState.DONE)
    assert _rows(engine) == [("escalation:1:1", "done")]


def test_what_was_given_up_stays_with_its_reason(engine: Engine, store: Store, held: Lease) -> None:
    _stage(store, held, [write(1), link(2)])
    _settle(store, held, store.lease_batch(held, 1.0, 10), EffectState.DROPPED)
    assert _rows(engine) == [("ticket:1:r1", "dropped"), ("link:2:l1", "dropped")]


def test_numbers_that_are_free_again_put_nothing_before_what_waits(store: Store, held: Lease) -> None:
    """SQLite gives the number of a row that is gone to the next one, unless a later row is there."""
    _stage(store, held, [link(1), write(2), write(3)])
    first, *others = store.lease_batch(held, 1.0, 10)
    _settle(store, held, others, EffectState.DONE)
    _stage(store, held, [write(1, 2), write(2, 2)])
    (second,) = store.lease_batch(held, 1.0, 10)
    assert (second.effect.key, second.id > first.id) == ("ticket:2:r2", True)
    _settle(store, held, [first, second], EffectState.DONE)
    assert [each.effect.key for each in store.lease_batch(held, 1.0, 10)] == ["ticket:1:r2"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # PostgreSQL's autovacuum frees what was delivered
def test_the_file_grows_with_the_tickets_and_not_with_what_was_delivered(
    engine: Engine, store: Store, held: Lease
) -> None:
    sizes = list(_after_each_page(engine, store, held, pages=8))
    grown = (sizes[-1] - sizes[1]) / (6 * _PAGE)
    assert grown <= 250, f"{grown:.0f} bytes a ticket; after each page of {_PAGE}: {sizes}"


def _after_each_page(engine: Engine, store: Store, held: Lease, pages: int) -> Iterator[int]:
    """Stage and deliver pages of new tickets, and yield the bytes of the file, free pages and all."""
    for page in range(pages):
        numbers = range(page * _PAGE + 1, (page + 1) * _PAGE + 1)
        _stage(store, held, [write(number, properties={"content": _WORDS}) for number in numbers])
        _stage(store, held, [link(number) for number in numbers])
        while leased := store.lease_batch(held, 1.0, _PAGE):
            _settle(store, held, leased, EffectState.DONE)
        with reading(engine) as connection:
            count, size = (connection.exec_driver_sql(f"PRAGMA page_{it}").scalar_one() for it in ("count", "size"))
        yield count * size


def _stage(store: Store, held: Lease, staged: Sequence[Effect]) -> None:
    mirrored = [mirror_of(number) for number in sorted({effect.zendesk_id for effect in staged})]
    store.stage_page(StagedPage(mirrored=mirrored, effects=staged), held, 1.0)


def _settle(
    store: Store, held: Lease, leased: Sequence[StoredEffect], state: EffectState, made: str | None = None
) -> None:
    hubspot_id = HubSpotId(made) if made is not None else None
    ended = [Settlement(id=each.id, state=state, hubspot_id=hubspot_id) for each in leased]
    store.settle_batch(SettledBatch(settlements=ended), held, 1.0)


def _rows(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        rows = connection.execute(select(effects.c.key, effects.c.state).order_by(effects.c.id))
        return [(row.key, row.state) for row in rows]
