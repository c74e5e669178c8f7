"""The main job, as its users see it: every ticket once, every bad rating one task, and then nothing more."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.stories.stage import Stage, set_stage

from zenhub_sync.config import Config
from zenhub_sync.sandbox.seed import seed_company, seed_many

COMMENT = 'Péssimo! <script>alert("x")</script> {{ 7 * 7 }}'


def rate_ten(stage: Stage, offered: tuple[int, ...]) -> None:
    """Let seven customers be unhappy and three happy."""
    for ticket in offered[:7]:
        stage.sandbox.desk.rate(ticket, points=1, comment=COMMENT, reason="Demorou demais")
    for ticket in offered[7:10]:
        stage.sandbox.desk.rate(ticket, points=5, comment="Obrigada!")


def test_every_ticket_arrives_once_with_stage_properties_company_and_contact(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = seed_many(stage.sandbox, tickets=250)
        stage.setup()

        report = stage.import_()

        assert report.document()["tickets"] == {
            "read": 250, "created": 250, "updated": 0, "unchanged": 0, "parked": 0,
        }  # fmt: skip
        for number in world.tickets:
            source, mirrored = stage.sandbox.desk.ticket(number), stage.hubspot_ticket(number)
            organization = source["organization_id"]
            assert mirrored["hs_pipeline"] == "zenhub_support"
            assert mirrored["hs_pipeline_stage"] == f"zenhub_{source['status']}"
            assert mirrored["zendesk_status"] == source["status"]
            assert mirrored["subject"] == source["subject"]
            assert mirrored["zendesk_csat"] == source["satisfaction_rating"]["score"]
            portal, ticket_id = stage.sandbox.portal, stage.hubspot_id(number)
            assert set(portal.associated("tickets", ticket_id, "companies")) == {world.companies[organization]}
            assert portal.associated("tickets", ticket_id, "companies")[world.companies[organization]] == {26, 339}
            assert len(portal.associated("tickets", ticket_id, "contacts")) == 1


def test_bad_ratings_give_one_task_each_to_the_right_owner(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = seed_many(stage.sandbox, tickets=250)
        stage.setup()
        stage.import_()
        rate_ten(stage, world.offered)

        report = stage.refresh()

        assert report.tally.opened == 7
        portal = stage.sandbox.portal
        assert len(portal.ids("tasks")) == 7
        for number in world.offered[:7]:
            organization = stage.sandbox.desk.ticket(number)["organization_id"]
            ((task_id, task),) = stage.tasks_of(number).items()
            assert task["hubspot_owner_id"] == world.owner_of_organization(organization)
            assert set(portal.associated("tasks", task_id, "companies")) == {world.companies[organization]}
            assert len(portal.associated("tasks", task_id, "contacts")) == 1
            assert task["hs_timestamp"] > stage.clock.now().isoformat()
            assert task["hs_task_body"].splitlines()[-1] == f"ref zenhub:escalation:{number}:1"
            assert "&lt;script&gt;" in task["hs_task_body"]
            assert "<script>" not in task["hs_task_body"]
            assert "{{ 7 * 7 }}" in task["hs_task_body"]
            mirrored = stage.hubspot_ticket(number)
            assert mirrored["hs_pipeline_stage"] == "zenhub_contato_cs"
            assert mirrored["zenhub_task_key"] == f"escalation:{number}:1"
            assert mirrored["zenhub_task_id"] == task_id
            assert (mirrored["zendesk_csat_score"], mirrored["zendesk_csat_scale"]) == ("1", "5")
        for number in world.offered[7:10]:
            assert stage.tasks_of(number) == {}
            assert stage.hubspot_ticket(number)["zendesk_csat"] == "good"


def test_a_second_import_and_refresh_write_nothing_at_all(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = seed_many(stage.sandbox, tickets=250)
        stage.setup()
        stage.import_()
        stage.sandbox.desk.set_status(world.tickets[0], "open")
        rate_ten(stage, world.offered)
        stage.refresh()
        written = len(stage.writes())

        for job in (stage.import_, stage.refresh, stage.import_, stage.refresh):
            job()

        assert len(stage.writes()) == written


def test_a_refresh_with_nothing_new_costs_two_requests(database_url: str) -> None:
    with set_stage(database_url) as stage:
        seed_many(stage.sandbox, tickets=250)
        stage.setup()
        stage.import_()
        stage.refresh()
        stage.sandbox.forget_requests()

        stage.refresh()

        assert [(service, path) for service, _, path, _ in stage.sandbox.requests] == [
            ("zendesk", "/oauth/tokens"),
            ("zendesk", "/api/v2/incremental/tickets/cursor"),
        ]


def test_a_company_with_every_awkward_case_is_mirrored_without_parking_anything(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = seed_company(stage.sandbox)
        stage.setup()

        report = stage.import_()

        assert report.parked == 0
        assert Counter(write.action for write in stage.sandbox.ledger.writes(kind="tickets", by="api"))["create"] == 60
        stages = {
            world.deleted: "zenhub_closed",
            world.scrubbed: "zenhub_closed",
            world.merged_source: "zenhub_closed",
            world.pending: "zenhub_pending",
            world.hold: "zenhub_hold",
        }
        for number, expected in stages.items():
            assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == expected
        assert stage.sandbox.portal.ids("tasks") == (), "ratings older than seven days open no task"
        assert report.tally.suppressed == 1


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("ownerless", "a empresa não tem proprietário"),
        ("owner_left", "cujo usuário no HubSpot está desativado"),
        ("unknown_company", "o ticket não tem empresa"),
    ],
)
def test_a_case_without_a_valid_owner_goes_to_the_fallback_and_says_why(database_url: str, case: str, why: str) -> None:
    with set_stage(database_url) as stage:
        world = seed_company(stage.sandbox)
        name, fallback = next(iter(world.owners.items()))
        stage.config = Config.model_validate({"owners": {"fallback": name}})
        number = getattr(world, case)
        stage.setup()
        stage.import_()
        stage.sandbox.desk.rate(number, points=1)

        stage.refresh()

        (task,) = stage.tasks_of(number).values()
        assert task["hubspot_owner_id"] == fallback
        assert why in task["hs_task_body"]


def test_without_a_fallback_the_escalation_is_parked_and_follows_when_an_owner_is_there(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = seed_company(stage.sandbox)
        stage.setup()
        stage.import_()
        stage.sandbox.desk.rate(world.ownerless, points=1)

        parked = stage.refresh()
        assert parked.parked == 1
        assert stage.tasks_of(world.ownerless) == {}
        assert stage.hubspot_ticket(world.ownerless)["hs_pipeline_stage"] == "zenhub_contato_cs"

        organization = stage.sandbox.desk.ticket(world.ownerless)["organization_id"]
        owner = next(iter(world.owners.values()))
        stage.sandbox.portal.update("companies", world.companies[organization], {"hubspot_owner_id": owner})
        healed = stage.refresh()

        assert healed.parked == 0
        (task,) = stage.tasks_of(world.ownerless).values()
        assert task["hubspot_owner_id"] == owner
