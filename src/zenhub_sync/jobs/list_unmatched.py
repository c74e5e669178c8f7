"""The organizations without a company, with what would mend it. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from zenhub_sync.intake.company_index import read_index
from zenhub_sync.intake.suggestions import Suggester, Suggestion
from zenhub_sync.jobs.match_again import show_organizations
from zenhub_sync.jobs.worker import Worker


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmatchedRow:
    """An organization without a company; `name` is None where Zendesk does not tell it any more."""

    organization_id: int
    name: str | None = field(repr=False)
    tickets: int
    bad_ratings: int
    suggestions: Sequence[Suggestion]


def list_unmatched(worker: Worker) -> list[UnmatchedRow]:
    """Return them, those with most tickets first."""
    unmatched = worker.store.matching.unmatched_organizations()
    if not unmatched:
        return []
    shown = {each.id: each for each in show_organizations(worker, [row.organization_id for row in unmatched])}
    free_mail = worker.intake.free_mail
    suggester = Suggester.over(read_index(worker.hubspot, free_mail).companies)
    return [
        UnmatchedRow(
            organization_id=row.organization_id,
            name=organization.name if organization is not None else None,
            tickets=row.tickets,
            bad_ratings=row.bad,
            suggestions=suggester.suggest(organization, free_mail) if organization is not None else (),
        )
        for row in unmatched
        for organization in (shown.get(row.organization_id),)
    ]
