"""What the two accounts say of themselves, each judgement as a table."""

from __future__ import annotations

import pytest
from tests.unit.zendesk.rows import page, ticket

from zenhub_sync.config import Config
from zenhub_sync.doctor import hubspot, hubspot_setup, zendesk
from zenhub_sync.doctor.findings import Finding
from zenhub_sync.hubspot.models import (
    Account,
    Pipeline,
    PropertyDefinition,
    PropertyOption,
    PropertyRule,
    PropertyRules,
    Stage,
    Usage,
)
from zenhub_sync.jobs.portal_definitions import COMPANY_PROPERTIES, TICKET_PROPERTIES
from zenhub_sync.planning.rules.owner import PortalOwner
from zenhub_sync.sandbox.hubspot import DEFAULT_SCOPES
from zenhub_sync.wiring import pipeline_names
from zenhub_sync.zendesk.models import TicketPage, User
from zenhub_sync.zendesk.pages import read_ticket_page

NAMES = pipeline_names(Config())


def levels(findings: list[Finding]) -> list[str]:
    return [finding.level.value for finding in findings]


@pytest.mark.parametrize(("role", "level"), [("admin", "ok"), ("agent", "failure"), (None, "failure")])
def test_the_credential_has_to_be_an_admins(role: str | None, level: str) -> None:
    assert levels(zendesk.check_role(User(id=7, role=role))) == [level]


@pytest.mark.parametrize(
    ("granted", "level"),
    [
        (None, "warning"),
        (frozenset({"tickets:read", "users:read"}), "ok"),
        (frozenset({"read"}), "ok"),
        (frozenset({"tickets:read"}), "failure"),
    ],
)
def test_a_scope_that_was_dropped_in_silence_is_found(granted: frozenset[str] | None, level: str) -> None:
    assert levels(zendesk.check_scopes(granted, ("tickets:read", "users:read"))) == [level]


@pytest.mark.parametrize(
    ("rating", "survey", "legacy", "level", "says"),
    [
        ({"score": "unoffered"}, True, False, "ok", "survey"),
        ({"score": "unoffered"}, False, True, "ok", "legacy"),
        ({"score": "unoffered"}, False, False, "warning", "the time of a rating is its ticket's"),
        (None, False, True, "warning", "nothing will be escalated"),
    ],
)
def test_which_csat_is_on_shows_in_what_can_be_read(
    rating: dict[str, str] | None, survey: bool, legacy: bool, level: str, says: str
) -> None:
    [finding] = zendesk.check_csat(
        read_ticket_page(page([ticket(satisfaction_rating=rating)])), survey=survey, legacy=legacy
    )

    assert (finding.level.value, says in finding.message) == (level, True)


def test_an_account_without_tickets_says_nothing_of_its_csat() -> None:
    empty = TicketPage(tickets=(), users=(), organizations=(), after_cursor=None, end_of_stream=True)

    assert levels(zendesk.check_csat(empty, survey=False, legacy=True)) == ["ok"]


@pytest.mark.parametrize(("expected", "level"), [(None, "warning"), ("24601", "ok"), ("999", "failure")])
def test_another_portal_is_a_failure_and_any_portal_a_warning(expected: str | None, level: str) -> None:
    assert levels(hubspot.check_account(Account(portal_id="24601"), expected)) == [level]


@pytest.mark.parametrize(
    ("granted", "level", "says"),
    [
        (None, "warning", "does not tell"),
        (DEFAULT_SCOPES, "ok", "for setup too"),
        (frozenset(s for s in DEFAULT_SCOPES if "schemas" not in s), "ok", "not for setup"),
        (frozenset(s for s in DEFAULT_SCOPES if "tickets" not in s) | {"tickets"}, "ok", "for setup too"),
        (DEFAULT_SCOPES - {"crm.objects.owners.read"}, "failure", "crm.objects.owners.read"),
    ],
)
def test_the_keys_scopes_are_compared_with_what_the_jobs_need(
    granted: frozenset[str] | None, level: str, says: str
) -> None:
    [finding] = hubspot.check_scopes(granted)

    assert (finding.level.value, says in finding.message) == (level, True)


OWNERS = {
    "1": PortalOwner(id="1", email="Ana@acme.example", name="Ana", archived=False),
    "2": PortalOwner(id="2", email="gone@acme.example", name="Rui", archived=True),
}


@pytest.mark.parametrize(
    ("configured", "level"),
    [
        (None, "warning"),
        ("1", "ok"),
        ("ana@acme.example", "ok"),
        ("gone@acme.example", "failure"),
        ("nobody@acme.example", "failure"),
    ],
)
def test_the_fallback_has_to_be_an_active_owner(configured: str | None, level: str) -> None:
    assert levels(hubspot.check_fallback(OWNERS, configured)) == [level]


@pytest.mark.parametrize(
    ("name", "level", "says"),
    [
        ("csm_owner", "ok", "holds a HubSpot user"),
        ("csm_name", "warning", "does not hold a HubSpot user"),
        ("csm_onwer", "failure", "companies have no property csm_onwer"),
    ],
)
def test_a_mistyped_csm_property_which_hubspot_would_leave_out_in_silence_is_found(
    name: str, level: str, says: str
) -> None:
    definitions = [
        PropertyDefinition(name="csm_owner", type="enumeration", referenced_object_type="OWNER"),
        PropertyDefinition(name="csm_name", type="string"),
    ]

    [finding] = hubspot.check_csm(definitions, name)

    assert (finding.level.value, says in finding.message) == (level, True)


def a_pipeline(*, without: str = "", closed: str = "") -> Pipeline:
    return Pipeline(
        id=NAMES.id,
        label=NAMES.label,
        stages=tuple(
            Stage(
                id=name.id,
                label=name.label,
                metadata={"ticketState": "CLOSED" if role.value in {"solved", "closed", closed} else "OPEN"},
            )
            for role, name in NAMES.stages.items()
            if role.value != without
        ),
    )


@pytest.mark.parametrize(
    ("pipeline", "expected"),
    [
        (a_pipeline(), ["ok"]),
        (a_pipeline(without="hold"), ["failure"]),
        (a_pipeline(closed="pending"), ["warning", "ok"]),
        (a_pipeline(closed="contato_cs"), ["failure", "ok"]),
    ],
)
def test_each_role_needs_a_stage_and_the_one_for_escalations_an_open_one(
    pipeline: Pipeline, expected: list[str]
) -> None:
    assert levels(list(hubspot_setup.check_stages(pipeline, NAMES))) == expected


@pytest.mark.parametrize(
    ("usage", "says"),
    [
        (None, "setup"),
        (Usage(object_type_id="0-5", limit=15, usage=3), "setup"),
        (Usage(object_type_id="0-5", limit=1, usage=1), "name an existing pipeline"),
    ],
)
def test_a_missing_pipeline_is_made_by_setup_unless_the_plan_has_no_room(usage: Usage | None, says: str) -> None:
    [finding] = hubspot_setup.check_room_for_pipeline(usage, "Suporte")

    assert (finding.level.value, says in finding.mend) == ("failure", True)


def there(**changes: object) -> list[PropertyDefinition]:
    """Return our ticket properties as HubSpot would tell them, one of them changed."""
    return [
        PropertyDefinition(
            name=wanted.name,
            type=wanted.type,
            has_unique_value=wanted.has_unique_value,
            options=tuple(PropertyOption(value=option.value) for option in wanted.options),
        ).model_copy(update=changes if wanted.name == changes.get("name") else {})
        for wanted in TICKET_PROPERTIES
    ]


@pytest.mark.parametrize(
    ("definitions", "says"),
    [
        (there(), ""),
        (there()[1:], "lack the properties zendesk_ticket_id"),
        (there(name="zendesk_csat_score", type="string"), "zendesk_csat_score is of type string, not number"),
        (there(name="zendesk_ticket_id", has_unique_value=False), "zendesk_ticket_id is not unique"),
        (there(name="zendesk_csat", options=(PropertyOption(value="bad"),)), "lacks the options good, offered"),
    ],
)
def test_properties_need_the_right_names_types_uniqueness_and_options(
    definitions: list[PropertyDefinition], says: str
) -> None:
    [finding] = hubspot_setup.check_properties("tickets", TICKET_PROPERTIES, definitions)

    assert (finding.level.value, says in finding.message) == ("failure" if says else "ok", True)


def test_the_companys_property_is_looked_at_too() -> None:
    assert levels(hubspot_setup.check_properties("companies", COMPANY_PROPERTIES, [])) == ["failure"]


@pytest.mark.parametrize(
    ("usages", "level"),
    [
        (None, "warning"),
        ([], "ok"),
        ([Usage(object_type_id="0-5", limit=1000, usage=20)], "ok"),
        ([Usage(object_type_id="0-5", limit=1000, usage=960)], "warning"),
        ([Usage(object_type_id="0-5")], "ok"),
    ],
)
def test_room_for_properties_runs_out_slowly(usages: list[Usage] | None, level: str) -> None:
    assert levels(hubspot_setup.check_property_room(usages)) == [level]


@pytest.mark.parametrize(
    ("rules", "level"),
    [
        (None, "warning"),
        ([], "ok"),
        ([("zendesk_tags", "MAX_LENGTH")], "warning"),
        ([("their_own", "MAX_LENGTH")], "ok"),
        ([("zendesk_tags", None)], "ok"),
    ],
)
def test_only_rules_on_what_the_worker_writes_matter(rules: list[tuple[str, str | None]] | None, level: str) -> None:
    told = None if rules is None else [rules_of(name, kind) for name, kind in rules]

    assert levels(hubspot_setup.check_rules("tickets", told)) == [level]


def rules_of(name: str, kind: str | None) -> PropertyRules:
    rules = (PropertyRule(rule_type=kind),) if kind is not None else ()
    return PropertyRules(property_name=name, property_validation_rules=rules)
