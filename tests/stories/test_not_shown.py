"""Zendesk names a requester and an organization and does not show them: that is not known, and it is not empty."""

from __future__ import annotations

import json

from tests.stories.stage import Stage, set_stage

from zenhub_sync.sandbox.seed import seed_many

PEOPLE = ("zendesk_requester_email", "zendesk_organization")


def answer_without_rows(stage: Stage, *numbers: int) -> None:
    """Let the next page of the export be these tickets and nobody beside them; the cursor stays where it is."""
    page = {"tickets": [stage.sandbox.desk.ticket(number) for number in numbers], "end_of_stream": True}
    body = json.dumps({**page, "after_cursor": None}, default=str).encode()
    stage.sandbox.faults.add("answer", path="/incremental/tickets/cursor", status=200, body=body)


def test_what_is_not_shown_stays_as_it_is(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = seed_many(stage.sandbox, tickets=20).offered[0]
        stage.setup()
        stage.import_()
        before = stage.hubspot_ticket(number)
        assert all(before[name] for name in PEOPLE)
        stage.sandbox.desk.edit(number, subject="Outro assunto")
        stage.clock.advance(61)
        answer_without_rows(stage, number)

        assert stage.refresh().tally.updated == 1

        after = stage.hubspot_ticket(number)
        assert after["subject"] == "Outro assunto"
        assert [after[name] for name in PEOPLE] == [before[name] for name in PEOPLE]
        assert stage.refresh().tally.updated == 0


def test_the_next_answer_that_shows_them_writes_and_links_them(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = seed_many(stage.sandbox, tickets=20).offered[0]
        stage.setup()
        answer_without_rows(stage, number)
        assert stage.import_().tally.created == 1
        assert not any(stage.hubspot_ticket(number).get(name) for name in PEOPLE)

        stage.import_()

        said, row = stage.hubspot_ticket(number), stage.sandbox.desk.ticket(number)
        assert said["zendesk_organization"] == stage.sandbox.desk.records.organizations[row["organization_id"]]["name"]
        assert said["zendesk_requester_email"] == stage.sandbox.desk.records.users[row["requester_id"]]["email"]
        linked = stage.sandbox.portal.associated("tickets", stage.hubspot_id(number), "companies")
        assert linked
        assert stage.sandbox.portal.associated("tickets", stage.hubspot_id(number), "contacts")
