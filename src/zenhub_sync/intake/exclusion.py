"""Tickets that the configuration wants no part of: tests, and colleagues who ask as customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zenhub_sync.zendesk.models import Organization, Ticket, User

# https://developer.zendesk.com/api-reference/ticketing/users/users/ : `role` is end-user, agent or admin.
_COLLEAGUES = frozenset({"agent", "admin"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Which tickets are left out; organizations by id or name, folded."""

    organizations: frozenset[str] = frozenset()
    brands: frozenset[int] = frozenset()
    forms: frozenset[int] = frozenset()
    agents_as_requester: bool = False

    def reason(
        self, ticket: Ticket, users: Mapping[int, User], organizations: Mapping[int, Organization]
    ) -> str | None:
        """Say why the ticket is left out, None if it is not."""
        requester = users.get(ticket.requester_id or 0)
        organization = organizations.get(ticket.organization_id or 0)
        names = {str(ticket.organization_id)} if ticket.organization_id is not None else set()
        if organization is not None and organization.name is not None:
            names.add(organization.name.strip().casefold())
        if self.organizations & names:
            return "excluded by zendesk.exclude.organizations"
        if ticket.brand_id in self.brands:
            return "excluded by zendesk.exclude.brands"
        if ticket.ticket_form_id in self.forms:
            return "excluded by zendesk.exclude.forms"
        if self.agents_as_requester and requester is not None and requester.role in _COLLEAGUES:
            return "excluded by zendesk.exclude.agents_as_requester"
        return None
