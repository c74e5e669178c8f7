"""What planning does not decide of a ticket stays as it was."""

from __future__ import annotations

from dataclasses import fields

from tests.fakes.facts import COMPANY, CONTACT, known_ticket, plan, source_ticket

from zenhub_sync.planning.tickets import EscalationState, HubSpotId, MirroredTicket, StageOwner

# Of a ticket that was never rated badly, merged or forgotten these are as they are at birth.
_AT_BIRTH = {"low", "asked", "merged_into", "forgotten"}


def test_a_ticket_with_nothing_new_is_remembered_as_it_was_in_every_field() -> None:
    source = source_ticket()
    known = known_ticket(
        source,
        link_revision=3,
        asked=(),
        stage_owner=StageOwner.PERSON,
        escalation=EscalationState.CLOSED,
        episode=2,
        rearmed=True,
        task_id=HubSpotId("7001"),
        company_id=COMPANY,
        contact_id=CONTACT,
        rated_at=1_700_000_000,
        complaint=b"words",
        task_owner="77",
        owner_revision=4,
        ownerless="no owner",
        taken_from="stage-theirs",
    )
    born = MirroredTicket(zendesk_id=known.zendesk_id)
    plain = {field.name for field in fields(MirroredTicket) if getattr(known, field.name) == getattr(born, field.name)}
    assert plain == _AT_BIRTH | {"zendesk_id"}
    assert plan(source, known).mirror == known
