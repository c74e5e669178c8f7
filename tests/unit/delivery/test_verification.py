"""A task is done when it is read back with its owner and all its associations."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fakes.facts import COMPANY, CONTACT, escalation, mirror_of, record, stored
from tests.fakes.hubspot import FakeHubSpot, refusal

from zenhub_sync.delivery.owners import OwnerDirectory
from zenhub_sync.delivery.results import Results
from zenhub_sync.delivery.verification import verify
from zenhub_sync.planning.tickets import MirroredTicket
from zenhub_sync.store.outbox_states import EffectState

_MATCHED = mirror_of(1, company_id=COMPANY, contact_id=CONTACT)
_LINKS = {"tickets": ("91", 230), "companies": (COMPANY, 192), "contacts": (CONTACT, 204)}


@pytest.mark.parametrize("known", [_MATCHED, mirror_of(1)], ids=["all three", "ticket alone"])
def test_a_complete_task_is_done_and_is_written_on_its_ticket(known: MirroredTicket) -> None:
    results = _verify(_portal(), known)
    assert _states(results) == [EffectState.DONE]
    assert results.follow_ups == [record(1, "7001")]


@pytest.mark.parametrize("kind", _LINKS)
def test_a_link_that_is_missing_is_made_and_read_back_later(kind: str) -> None:
    hubspot = _portal(without=kind)
    results = _verify(hubspot)
    assert _states(results) == [EffectState.VERIFYING]
    assert results.settlements[0].due_at > results.now
    to_id, type_id = _LINKS[kind]
    assert hubspot.links["tasks", "7001", kind] == {to_id: {type_id}}
    assert _states(_verify(hubspot)) == [EffectState.DONE]


@pytest.mark.parametrize("kind", ["companies", "contacts"])
def test_a_company_or_contact_that_is_gone_is_not_missed(kind: str) -> None:
    hubspot = _portal(without=kind)
    hubspot.records[kind].clear()
    assert _states(_verify(hubspot)) == [EffectState.DONE]


@pytest.mark.parametrize(("kind", "gone"), [("companies", COMPANY), ("contacts", CONTACT)])
def test_a_company_or_contact_that_was_merged_is_looked_for_under_its_new_id(kind: str, gone: str) -> None:
    """Also if the run died before it could remember the new id."""
    hubspot = _portal(without=kind)
    hubspot.merged = {gone: "900"}
    hubspot.put(kind, "900")
    hubspot.connect("tasks", "7001", kind, "900", _LINKS[kind][1])
    assert _states(_verify(hubspot)) == [EffectState.DONE]


def test_a_link_to_another_company_is_not_ours() -> None:
    hubspot = _portal(without="companies")
    hubspot.connect("tasks", "7001", "companies", "999", 192)
    assert _states(_verify(hubspot)) == [EffectState.VERIFYING]


def test_a_task_without_an_owner_is_not_done() -> None:
    assert _states(_verify(_portal(owner=""))) == [EffectState.VERIFYING]


@pytest.mark.parametrize(
    ("hubspot", "lacks"),
    [("owner", "its owner"), ("companies", "companies"), ("tickets", "tickets")],
)
def test_after_a_few_reads_it_is_parked_with_what_it_lacks(hubspot: str, lacks: str) -> None:
    portal = _portal(owner="") if hubspot == "owner" else _portal(without=hubspot)
    portal.silent = {_LINKS[hubspot][0]} if hubspot in _LINKS else set()
    results = _verify(portal, attempts=6)
    assert _states(results) == [EffectState.PARKED]
    assert results.settlements[0].reason == f"hubspot: task 7001 for ticket 1 still lacks {lacks}"


def test_a_task_that_a_person_deleted_at_once_was_made() -> None:
    hubspot = _portal()
    hubspot.records["tasks"].clear()
    results = _verify(hubspot)
    assert _states(results) == [EffectState.DONE]
    assert results.follow_ups == [record(1, "7001")]


def test_a_task_that_the_answer_leaves_out_is_read_again() -> None:
    """Left out is not deleted: nothing is known of it."""
    hubspot = _portal()
    hubspot.silent = {"7001"}
    assert _states(_verify(hubspot)) == [EffectState.VERIFYING]


def test_a_task_that_answers_keep_leaving_out_is_parked() -> None:
    hubspot = _portal()
    hubspot.silent = {"7001"}
    assert _states(_verify(hubspot, attempts=6)) == [EffectState.PARKED]


@pytest.mark.parametrize("refused", ["the pair", "the request"])
def test_a_link_that_is_refused_holds_up_its_own_task_alone(refused: str) -> None:
    hubspot = _portal(without="contacts")
    _add_task(hubspot, "7002", "92")
    if refused == "the pair":
        hubspot.refused = {CONTACT: refusal()}
    else:
        hubspot.poison = {CONTACT}
    results = _verify(hubspot, _MATCHED, mirror_of(2), attempts=6)
    assert _states(results) == [EffectState.PARKED, EffectState.DONE]


def test_more_than_a_batch_is_read_back() -> None:
    hubspot = FakeHubSpot()
    for number in range(1, 131):
        _add_task(hubspot, f"{7000 + number}", f"9{number}")
    results = _verify(hubspot, *(mirror_of(number) for number in range(1, 131)))
    assert _states(results) == [EffectState.DONE] * 130


def _portal(*, without: str | None = None, owner: str = "77") -> FakeHubSpot:
    hubspot = FakeHubSpot()
    hubspot.put("companies", COMPANY)
    hubspot.put("contacts", CONTACT)
    hubspot.put("tasks", "7001", hubspot_owner_id=owner)
    for kind, (to_id, type_id) in _LINKS.items():
        if kind != without:
            hubspot.connect("tasks", "7001", kind, to_id, type_id)
    return hubspot


def _add_task(hubspot: FakeHubSpot, task: str, ticket: str) -> None:
    hubspot.put("tasks", task, hubspot_owner_id="77")
    hubspot.connect("tasks", task, "tickets", ticket, 230)


def _verify(hubspot: FakeHubSpot, *known: MirroredTicket, attempts: int = 1) -> Results:
    mirrors = known or (_MATCHED,)
    results = Results(now=1_000.0)
    leased = [
        replace(
            stored(escalation(mirror.zendesk_id), number, state=EffectState.VERIFYING, attempts=attempts),
            hubspot_id=f"{7000 + number}",
        )
        for number, mirror in enumerate(mirrors, start=1)
    ]
    verify(hubspot, OwnerDirectory(hubspot=hubspot), leased, {mirror.zendesk_id: mirror for mirror in mirrors}, results)
    return results


def _states(results: Results) -> list[EffectState]:
    return [settlement.state for settlement in results.settlements]
