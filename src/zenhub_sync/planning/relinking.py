"""Let a known ticket follow where its organization and requester lead now, though Zendesk says nothing new of it."""

from __future__ import annotations

from dataclasses import replace

from zenhub_sync.planning.planner import Change, Plan, link_effect, new_links
from zenhub_sync.planning.tickets import Match, MirroredTicket


def plan_links(before: MirroredTicket, match: Match) -> Plan | None:
    """Give a known ticket the company or contact that was found for it since; None if it has them already."""
    links = new_links(before, match)
    if links is None:
        return None
    mirror = replace(
        before,
        company_id=links.company_id,
        contact_id=links.contact_id,
        link_revision=before.link_revision + 1,
    )
    return Plan(mirror=mirror, change=Change.UPDATED, effects=(link_effect(mirror, links),), notes=("matched",))


def plan_unlink(before: MirroredTicket) -> Plan:
    """Forget the ticket's company; the new set of links takes the place of one that was not sent yet."""
    mirror = replace(before, company_id=None, link_revision=before.link_revision + 1)
    links = Match(contact_id=before.contact_id)
    return Plan(
        mirror=mirror, change=Change.UPDATED, effects=(link_effect(mirror, links),), notes=("its link was taken back",)
    )
