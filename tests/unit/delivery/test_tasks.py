"""Making the task: for whom, with which links, and what each kind of answer means."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fakes.clock import FakeClock
from tests.fakes.facts import COMPANY, CONTACT, NOW, escalation, mirror_of, stored
from tests.fakes.hubspot import FakeHubSpot
from tests.fakes.portal import ANA, BIA, FALLBACK, SETTLE, task_policy

from zenhub_sync.delivery.owners import OwnerDirectory
from zenhub_sync.delivery.results import Results
from zenhub_sync.delivery.tasks import TaskMaker, TaskPolicy
from zenhub_sync.planning.rules.owner import OwnerPolicy
from zenhub_sync.planning.tickets import EscalationState, HubSpotId, MirroredTicket, ZendeskTicketId
from zenhub_sync.store.mirror import Confirmation
from zenhub_sync.store.outbox import Settlement
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.transport.errors import OutcomeUnknown, Rejected, ServiceError, Throttled, Unauthorized, Unavailable

_OPEN = {"escalation": EscalationState.OPEN, "episode": 1}
_MATCHED = mirror_of(1, company_id=COMPANY, contact_id=CONTACT, **_OPEN)
_T0 = NOW.timestamp()


@pytest.fixture
def hubspot() -> FakeHubSpot:
    portal = FakeHubSpot(people=[ANA, BIA, FALLBACK])
    portal.put("companies", COMPANY, name="Sol", hubspot_owner_id="77")
    portal.put("contacts", CONTACT, email="ana@padaria.example")
    return portal


def test_the_owner_of_the_company_gets_one_task_with_all_its_links(hubspot: FakeHubSpot) -> None:
    results = _open(hubspot)
    assert hubspot.records["tasks"] == {
        "7001": {
            "hs_timestamp": "2026-11-23T12:00:00Z",
            "hs_task_subject": "Sol",
            "hs_task_body": "Demorou demais<br>\nref zenhub:escalation:1:1",
            "hs_task_status": "NOT_STARTED",
            "hs_task_priority": "HIGH",
            "hs_task_type": "TODO",
            "hubspot_owner_id": "77",
        }
    }
    assert hubspot.links["tasks", "7001", "tickets"] == {"91": {230}}
    assert hubspot.links["tasks", "7001", "companies"] == {COMPANY: {192}}
    assert hubspot.links["tasks", "7001", "contacts"] == {CONTACT: {204}}
    assert results.settlements == [Settlement(id=1, state=EffectState.VERIFYING, due_at=_T0, hubspot_id="7001")]
    assert results.confirmations == [
        Confirmation(zendesk_id=ZendeskTicketId(1), company_id=COMPANY, contact_id=CONTACT, ownerless=""),
        Confirmation(zendesk_id=ZendeskTicketId(1), task_id=HubSpotId("7001"), task_owner="77"),
    ]


def test_the_task_says_where_its_hubspot_ticket_is(hubspot: FakeHubSpot) -> None:
    _open(hubspot, policy=task_policy(body="{{ ticket.hubspot_url }}"))
    assert (
        "https://app-eu1.hubspot.com/contacts/4242/record/0-5/91<br>"
        in hubspot.records["tasks"]["7001"]["hs_task_body"]
    )


@pytest.mark.parametrize(
    ("known", "owner", "why"),
    [
        (mirror_of(1, **_OPEN), None, "o ticket não tem empresa"),
        (mirror_of(1, company_id=HubSpotId("599"), **_OPEN), None, "o ticket não tem empresa"),
        (_MATCHED, "", "a empresa não tem proprietário"),
        (_MATCHED, "78", "era para Bia"),
        (_MATCHED, "999", "não existe mais"),
    ],
    ids=["no company", "company gone", "no owner", "owner archived", "owner unknown"],
)
def test_otherwise_the_fallback_gets_it_and_is_told_why(
    hubspot: FakeHubSpot, known: MirroredTicket, owner: str | None, why: str
) -> None:
    if owner is not None:
        hubspot.records["companies"][COMPANY]["hubspot_owner_id"] = owner
    _open(hubspot, known, policy=task_policy(fallback="plantao@cs.example", body="{{ why[0] }}"))
    task = hubspot.records["tasks"]["7001"]
    assert task["hubspot_owner_id"] == "79"
    assert why in task["hs_task_body"]


@pytest.mark.parametrize(
    ("csm", "company", "parent", "contact", "owner"),
    [
        ("79", "77", "77", "77", "79"),
        ("78", "77", "79", "79", "77"),
        ("", "78", "79", "77", "79"),
        ("", "", "78", "79", "79"),
    ],
    ids=["its CSM", "its owner", "its parent's owner", "the contact's owner"],
)
def test_the_chain_of_owners_is_gone_down_to_the_first_who_can_log_in(
    hubspot: FakeHubSpot, csm: str, company: str, parent: str, contact: str, owner: str
) -> None:
    hubspot.records["companies"][COMPANY] |= {"hubspot_owner_id": company, "csm_da_conta": csm}
    hubspot.put("companies", "600", hubspot_owner_id=parent)
    hubspot.connect("companies", COMPANY, "companies", "600", 14, 450)
    hubspot.records["contacts"][CONTACT]["hubspot_owner_id"] = contact
    policy = replace(task_policy(), owners=OwnerPolicy(csm_property="csm_da_conta"))
    results = _open(hubspot, policy=policy)
    assert hubspot.records["tasks"]["7001"]["hubspot_owner_id"] == owner
    assert [each.task_owner for each in results.confirmations if each.task_id] == [owner]


@pytest.mark.parametrize(
    ("taken_from", "sentence"),
    [
        ("stage-hold", "O ticket no HubSpot estava em outra etapa “Em espera”, escolhida por uma pessoa"),
        ("elsewhere", "O ticket no HubSpot estava em outra etapa, escolhida por uma pessoa"),
        (None, None),
    ],
)
def test_a_task_says_that_its_ticket_was_taken_out_of_a_persons_stage(
    hubspot: FakeHubSpot, taken_from: str | None, sentence: str | None
) -> None:
    policy = task_policy(body="{% for line in why %}{{ line }}<br>{% endfor %}")
    _open(hubspot, replace(_MATCHED, taken_from=taken_from), policy=policy)
    body = hubspot.records["tasks"]["7001"]["hs_task_body"]
    assert (sentence in body) if sentence else ("outra etapa" not in body)


def test_a_company_that_is_the_parent_of_others_is_not_its_own_child(hubspot: FakeHubSpot) -> None:
    hubspot.records["companies"][COMPANY]["hubspot_owner_id"] = ""
    hubspot.put("companies", "600", hubspot_owner_id="79")
    hubspot.connect("companies", COMPANY, "companies", "600", 13, 450)
    assert [each.state for each in _open(hubspot).settlements] == [EffectState.PARKED]


@pytest.mark.parametrize(("owner", "ownerless"), [("77", ""), ("", "company_without_owner"), ("78", "owner_archived")])
def test_what_is_wrong_with_the_owner_is_remembered(hubspot: FakeHubSpot, owner: str, ownerless: str) -> None:
    hubspot.records["companies"][COMPANY]["hubspot_owner_id"] = owner
    results = _open(hubspot)
    assert [each.ownerless for each in results.confirmations if each.task_id is None] == [ownerless]


@pytest.mark.parametrize("fallback", [None, "bia@cs.example", "nobody@cs.example"])
def test_with_nobody_left_it_is_parked_and_tried_with_the_next_run(hubspot: FakeHubSpot, fallback: str | None) -> None:
    results = _open(hubspot, mirror_of(1, **_OPEN), policy=task_policy(fallback=fallback))
    assert hubspot.records["tasks"] == {}
    assert [(each.state, each.due_at) for each in results.settlements] == [(EffectState.PARKED, _T0)]
    assert "task for ticket 1: the ticket has no company, and owners.fallback" in (results.settlements[0].reason or "")


def test_a_company_and_a_contact_that_were_merged_are_followed_and_remembered(hubspot: FakeHubSpot) -> None:
    hubspot.merged = {COMPANY: "900", CONTACT: "901"}
    hubspot.put("companies", "900", name="Sol e Lua", hubspot_owner_id="77")
    hubspot.put("contacts", "901", email="ana@padaria.example")
    results = _open(hubspot)
    assert hubspot.links["tasks", "7001", "companies"] == {"900": {192}}
    assert hubspot.links["tasks", "7001", "contacts"] == {"901": {204}}
    followed = Confirmation(
        zendesk_id=ZendeskTicketId(1), company_id=HubSpotId("900"), contact_id=HubSpotId("901"), ownerless=""
    )
    assert followed in results.confirmations


def test_a_contact_that_is_gone_is_not_linked(hubspot: FakeHubSpot) -> None:
    del hubspot.records["contacts"][CONTACT]
    results = _open(hubspot)
    assert hubspot.links["tasks", "7001", "contacts"] == {}
    assert [each.state for each in results.settlements] == [EffectState.VERIFYING]


@pytest.mark.parametrize(
    "known",
    [
        mirror_of(1, company_id=COMPANY, escalation=EscalationState.CLOSED, episode=1),
        mirror_of(1, company_id=COMPANY, escalation=EscalationState.OPEN, episode=2),
    ],
    ids=["withdrawn", "of an older episode"],
)
def test_a_case_that_is_over_before_its_task_was_made_is_given_up(hubspot: FakeHubSpot, known: MirroredTicket) -> None:
    results = _open(hubspot, known)
    assert hubspot.records["tasks"] == {}
    assert [(each.state, each.reason) for each in results.settlements] == [
        (EffectState.DROPPED, "its reason was gone before the task was made")
    ]


def test_an_answer_that_is_lost_leaves_the_task_uncertain_until_it_has_settled(hubspot: FakeHubSpot) -> None:
    hubspot.lost = {"create": [OutcomeUnknown("the answer was lost")]}
    results = _open(hubspot)
    assert len(hubspot.records["tasks"]) == 1
    assert results.settlements == [
        Settlement(id=1, state=EffectState.UNCERTAIN, due_at=_T0 + SETTLE, reason="the answer was lost")
    ]
    assert [confirmation.task_id for confirmation in results.confirmations] == [None]


def test_a_task_that_is_refused_is_parked_and_the_next_one_made(hubspot: FakeHubSpot) -> None:
    hubspot.faults = {"create": [Rejected("hubspot: 400 INVALID_OPTION", status=400)]}
    results = _open(hubspot, _MATCHED, mirror_of(2, company_id=COMPANY, **_OPEN))
    assert [each.state for each in results.settlements] == [EffectState.PARKED, EffectState.VERIFYING]
    assert results.settlements[0].reason == "hubspot: open_escalation for ticket 1: hubspot: 400 INVALID_OPTION"


@pytest.mark.parametrize("fault", [Throttled("busy"), Unavailable("refused"), Unauthorized("no", status=403)])
def test_a_fault_that_is_not_the_tasks_ends_the_run(hubspot: FakeHubSpot, fault: ServiceError) -> None:
    hubspot.faults = {"create": [fault]}
    with pytest.raises(type(fault)):
        _open(hubspot)
    assert hubspot.records["tasks"] == {}


def test_a_template_that_fails_on_one_ticket_parks_that_one_alone(hubspot: FakeHubSpot) -> None:
    body = "{% if ticket.id == 1 %}{{ 1 / 0 }}{% endif %}"
    results = _open(hubspot, _MATCHED, mirror_of(2, company_id=COMPANY, **_OPEN), policy=task_policy(body=body))
    assert [(each.state, each.due_at) for each in results.settlements] == [
        (EffectState.PARKED, _T0),
        (EffectState.VERIFYING, _T0),
    ]
    assert (results.settlements[0].reason or "").startswith("task for ticket 1: ")
    assert list(hubspot.records["tasks"]) == ["7001"]


def test_a_portal_with_a_unique_key_gets_it_and_an_earlier_task_is_adopted(hubspot: FakeHubSpot) -> None:
    hubspot.put("tasks", "6000", zenhub_key="escalation:1:1")
    hubspot.faults["create"] = [Rejected("400 CONFLICTING_UNIQUE_VALUE", status=400)]
    results = _open(hubspot, keyed=True)
    assert results.settlements == [Settlement(id=1, state=EffectState.VERIFYING, due_at=_T0, hubspot_id="6000")]
    assert list(hubspot.records["tasks"]) == ["6000"]


def _open(
    hubspot: FakeHubSpot,
    *known: MirroredTicket,
    policy: TaskPolicy | None = None,
    keyed: bool = False,
) -> Results:
    mirrors = {mirror.zendesk_id: mirror for mirror in known or (_MATCHED,)}
    results = Results(now=_T0)
    maker = TaskMaker(
        hubspot=hubspot,
        directory=OwnerDirectory(hubspot=hubspot, policy=(policy or task_policy()).owners),
        account=hubspot.account(),
        policy=policy or task_policy(),
        clock=FakeClock(NOW),
        keyed=keyed,
        stages={"stage-hold": "Em espera"},
    )
    maker.open([stored(escalation(zendesk_id), zendesk_id) for zendesk_id in mirrors], mirrors, results)
    return results
