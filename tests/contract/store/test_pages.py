"""A page of tickets is staged as a whole or not at all, and so is a batch of answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine
from tests.fakes.facts import escalation, mirror_of, record, story, write

from zenhub_sync.planning.tickets import EscalationState, HubSpotId, StageOwner, StageRole, Status, ZendeskTicketId
from zenhub_sync.store.cursors import Cursor
from zenhub_sync.store.directory import OrganizationLink, RequesterLink
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.mirror import Confirmation
from zenhub_sync.store.outbox import Settlement
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.store.overview import Overview
from zenhub_sync.store.runs import Run
from zenhub_sync.store.staging import SettledBatch, StagedPage
from zenhub_sync.store.store import Store
from zenhub_sync.store.unreadable import UnreadableTicket

_FIRST = StagedPage(
    mirrored=[
        mirror_of(1),
        mirror_of(2, company_id=HubSpotId("501"), digests=b"\x00\xff" * 9, asked=(StageRole.OPEN, StageRole.HOLD)),
    ],
    effects=[write(1), write(2)],
    cursor=Cursor(name="import", start_time=100, value="c1"),
    organizations=[OrganizationLink(organization_id=360, company_id="501", how="domain", checked_at=1.5)],
    requesters=[RequesterLink(requester_id=88, contact_id="701", company_id=None, checked_at=1.5)],
    unreadable=[UnreadableTicket(zendesk_id=9, reason="status missing")],
)
_SECOND = StagedPage(
    mirrored=[mirror_of(1, revision=2), mirror_of(3)],
    effects=[write(1, 2), write(3)],
    cursor=Cursor(name="import", start_time=100, value="c2"),
    organizations=[OrganizationLink(organization_id=361, company_id="502", how="property", checked_at=2.5)],
    requesters=[RequesterLink(requester_id=89, contact_id="702", company_id="502", checked_at=2.5)],
    unreadable=[UnreadableTicket(zendesk_id=10, reason="id missing")],
    read=[9],
)
_BROKEN: dict[str, dict[str, Any]] = {
    "mirror": {"mirrored": [mirror_of(3), mirror_of(4, revision=None)]},
    "effects": {"effects": [write(3), escalation(4, story=story(comment="\ud800"))]},
    "organizations": {"organizations": [replace(_SECOND.organizations[0], checked_at=None)]},  # type: ignore[arg-type]  # on purpose
    "requesters": {"requesters": [replace(_SECOND.requesters[0], checked_at=None)]},  # type: ignore[arg-type]  # on purpose
    "unreadable": {"unreadable": [UnreadableTicket(zendesk_id=10, reason=None)]},  # type: ignore[arg-type]  # on purpose
    "cursor": {"cursor": Cursor(name="import", start_time=None)},  # type: ignore[arg-type]  # on purpose
}


def test_a_page_is_kept_as_it_was_staged(store: Store, held: Lease) -> None:
    store.stage_page(_FIRST, held, 1_000.0)
    assert store.known([1, 2, 3]) == {mirror.zendesk_id: mirror for mirror in _FIRST.mirrored}
    assert store.cursor("import") == Cursor(name="import", start_time=100, value="c1", moved_at=1_000.0)
    assert store.links([360], [88]) == ({360: _FIRST.organizations[0]}, {88: _FIRST.requesters[0]})
    assert store.known_count() == 2
    overview = store.overview()
    assert (overview.tickets, overview.unmatched, overview.live_effects) == (2, 1, 2)
    assert overview.unreadable == [UnreadableTicket(zendesk_id=9, reason="status missing", since=1_000.0, attempts=1)]


@pytest.mark.parametrize("part", _BROKEN)
def test_a_part_that_fails_leaves_everything_as_it_was(store: Store, held: Lease, part: str) -> None:
    store.stage_page(_FIRST, held, 1_000.0)
    before = _all_of(store)
    with pytest.raises(Exception, match=r".+"):
        store.stage_page(replace(_SECOND, **_BROKEN[part]), held, 2_000.0)
    assert _all_of(store) == before
    store.stage_page(_SECOND, held, 2_000.0)
    assert store.cursor("import") == Cursor(name="import", start_time=100, value="c2", moved_at=2_000.0)
    assert set(store.known([1, 2, 3])) == {1, 2, 3}


def test_a_ticket_that_is_read_at_last_is_no_longer_unreadable(store: Store, held: Lease) -> None:
    store.stage_page(_FIRST, held, 1_000.0)
    store.stage_page(replace(_FIRST, effects=(), cursor=None), held, 2_000.0)
    assert [(each.attempts, each.since) for each in store.overview().unreadable] == [(2, 1_000.0)]
    assert store.unreadable_due(2_000.0 + 3_599) == []
    assert store.unreadable_due(2_000.0 + 3_600) == [9]
    store.stage_page(StagedPage(read=[9]), held, 3_000.0)
    assert store.parked_count() == 0


def test_a_batch_that_asks_for_the_impossible_settles_nothing(store: Store, held: Lease) -> None:
    store.stage_page(_FIRST, held, 1_000.0)
    one, two = store.lease_batch(held, 1_000.0, 10)
    confirmation = Confirmation(zendesk_id=ZendeskTicketId(1), hubspot_id=HubSpotId("777"))
    batch = SettledBatch(
        settlements=[
            Settlement(id=one.id, state=EffectState.DONE),
            Settlement(id=two.id, state=EffectState.SUPERSEDED),
        ],
        confirmations=[confirmation],
        follow_ups=[record(1)],
    )
    before = _all_of(store)
    with pytest.raises(RuntimeError, match=f"effect {two.id} may not become superseded"):
        store.settle_batch(batch, held, 1_001.0)
    assert _all_of(store) == before
    assert {each.id for each in store.interrupted()} == {one.id, two.id}


def test_what_hubspot_confirms_is_remembered_and_a_revision_never_goes_back(store: Store, held: Lease) -> None:
    store.stage_page(StagedPage(mirrored=[mirror_of(1, hubspot_id=None, revision=9, delivered_revision=4)]), held, 0.0)
    one = ZendeskTicketId(1)
    _confirm(store, held, Confirmation(zendesk_id=one, hubspot_id=HubSpotId("91"), delivered_revision=3))
    assert store.known([1])[one].delivered_revision == 4
    _confirm(store, held, Confirmation(zendesk_id=one, delivered_revision=7, stage_owner=StageOwner.PERSON))
    _confirm(store, held, Confirmation(zendesk_id=one))
    _confirm(store, held, Confirmation(zendesk_id=ZendeskTicketId(2), hubspot_id=HubSpotId("92")))
    mirror = store.known([1, 2])[one]
    assert (mirror.hubspot_id, mirror.delivered_revision, mirror.stage_owner) == ("91", 7, StageOwner.PERSON)
    assert (mirror.stage_id, mirror.revision) == ("stage-open", 9)
    assert store.known_count() == 1


def test_every_word_of_the_mirror_is_read_back(store: Store, held: Lease) -> None:
    mirrors = [
        mirror_of(
            number,
            status=status,
            stage=stage,
            status_stage=None if low else stage,
            stage_owner=owner,
            escalation=state,
            rearmed=low,
            low=not low,
        )
        for number, (status, stage, owner, state, low) in enumerate(
            zip(
                [*Status],
                [*StageRole],
                [*StageOwner] * 4,
                [*EscalationState] * 2,
                [True, False] * 4,
                strict=True,
            ),
            start=1,
        )
    ]
    store.stage_page(StagedPage(mirrored=mirrors), held, 0.0)
    assert list(store.known(range(1, 9)).values()) == mirrors
    assert store.overview().escalations == {
        EscalationState.OPEN: 2,
        EscalationState.CLOSED: 2,
        EscalationState.SUPPRESSED: 2,
    }


def test_large_pages_are_taken_whole(store: Store, held: Lease) -> None:
    ids = range(2**53, 2**53 + 1_201)
    effects = [write(number) for number in ids]
    store.stage_page(StagedPage(mirrored=[mirror_of(number) for number in ids], effects=effects), held, 0.0)
    assert list(store.known(ids)) == list(ids)
    assert [each.effect for each in store.lease_batch(held, 0.0, 5_000)] == effects


def test_facts_domains_and_runs_are_kept(store: Store, held: Lease) -> None:
    store.note_fact("surveys_unreadable", "403", held, 5.0)
    store.note_fact("surveys_unreadable", "404", held, 6.0)
    store.replace_domains({"old.example": frozenset({"1"})}, held, 7.0)
    store.replace_domains({"a.example": frozenset({"1", "2"}), "b.example": frozenset({"3"})}, held, 8.0)
    store.begin_run(Run(run_id="r1", job="import", started_at=1.0), held)
    store.begin_run(Run(run_id="r2", job="refresh", started_at=2.0), held)
    ended = Run(run_id="r1", job="import", started_at=1.0, finished_at=3.0, outcome="ok", report="{}")
    store.finish_run(ended, held)
    assert (store.fact_noted_at("surveys_unreadable"), store.fact_noted_at("other")) == (6.0, None)
    assert store.companies_of(["a.example", "b.example", "old.example"]) == {
        "a.example": frozenset({"1", "2"}),
        "b.example": frozenset({"3"}),
    }
    assert store.domains_indexed_at() == 8.0
    assert list(store.overview().runs) == [Run(run_id="r2", job="refresh", started_at=2.0), ended]


def test_a_store_that_was_opened_again_holds_the_same(engine: Engine, store: Store, held: Lease) -> None:
    store.stage_page(_FIRST, held, 1_000.0)
    engine.dispose()
    assert _all_of(Store(engine)) == _all_of(store)
    assert store.known_count() == 2


def _confirm(store: Store, held: Lease, confirmation: Confirmation) -> None:
    store.settle_batch(SettledBatch(confirmations=[confirmation]), held, 0.0)


def _all_of(store: Store) -> tuple[Overview, object, object, float | None]:
    return store.overview(), store.known(range(1, 11)), store.links(range(355, 365), range(80, 95)), store.next_due()
