"""Link an organization with a company because a person says so, or take that back.

HubSpot is written first: it refuses what cannot be, and a run that dies after it is made good by the same command or by
the next refresh, which finds the company by its property.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zenhub_sync.delivery.companies import linked_organization, name_organization
from zenhub_sync.errors import UsageProblem
from zenhub_sync.intake.matching import How
from zenhub_sync.intake.organizations import companies_by_property
from zenhub_sync.jobs.import_tickets import CURSOR
from zenhub_sync.jobs.match_again import relink
from zenhub_sync.jobs.report import PlannedChange
from zenhub_sync.jobs.run_job import Job
from zenhub_sync.jobs.sync_pages import Sweep, start_of
from zenhub_sync.jobs.worker import JobOptions, Worker
from zenhub_sync.planning.guard import Tally
from zenhub_sync.planning.relinking import plan_unlink
from zenhub_sync.store.directory import OrganizationLink
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.store import StagedPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Link an organization with a company, or (`company_id` None) with none, and repair all its tickets."""

    worker: Worker
    sweep: Sweep
    held: Lease
    organization_id: int
    company_id: str | None

    @property
    def tally(self) -> Tally:
        return self.sweep.tally

    @property
    def changes(self) -> Sequence[PlannedChange]:
        return ()

    def run(self) -> None:
        if self.company_id is not None:
            self._link(self.company_id)
        else:
            self._unlink()

    def _link(self, company_id: str) -> None:
        worker, number = self.worker, self.organization_id
        self._check_organization()
        said = linked_organization(worker.hubspot, company_id)
        if said not in {None, str(number)}:
            raise UsageProblem(
                f"company {company_id} is linked with organization {said} already; nothing was changed. Run "
                f"zenhub-sync match unlink {said} first"
            )
        holder = companies_by_property(worker.hubspot, [number]).get(number)
        if holder not in {None, company_id}:
            raise UsageProblem(
                f"organization {number} is linked with company {holder} already; nothing was changed. Run "
                f"zenhub-sync match unlink {number} first"
            )
        if said is None:
            name_organization(worker.hubspot, company_id, number)
        self._store(company_id, How.HAND.value)
        relink(worker, self.sweep)
        lanes = [ticket.zendesk_id for ticket in worker.store.matching.tickets_of_organization(number)]
        worker.store.unpark(self.held, worker.now(), lanes)

    def _unlink(self) -> None:
        worker, number = self.worker, self.organization_id
        holder = companies_by_property(worker.hubspot, [number]).get(number)
        stored = worker.store.links([number], ())[0].get(number)
        by_hand = stored is not None and stored.how in {How.HAND.value, How.PROPERTY.value}
        if holder is None and not by_hand:
            raise UsageProblem(
                f"organization {number} is not linked by hand; nothing was changed. zenhub-sync match list shows what "
                "has no company, and match link puts another link in the place of one that a rule made"
            )
        if holder is not None:
            name_organization(worker.hubspot, holder, None)
        linked = {holder, stored.company_id if stored is not None else None}
        self._store(None, None)
        tickets = worker.store.matching.tickets_of_organization(number)
        self.sweep.apply([plan_unlink(ticket) for ticket in tickets if ticket.company_id in linked - {None}])

    def _store(self, company_id: str | None, how: str | None) -> None:
        """Remember the link; one that was taken back is as one never asked for, so that the rules have their turn."""
        worker = self.worker
        checked_at = worker.now() if company_id is not None else 0.0
        link = OrganizationLink(
            organization_id=self.organization_id, company_id=company_id, how=how, checked_at=checked_at
        )
        worker.store.stage_page(StagedPage(organizations=[link]), self.held, worker.now())

    def _check_organization(self) -> None:
        """Raise `UsageProblem` unless a known ticket is of the organization, or Zendesk knows it."""
        number = self.organization_id
        if self.worker.store.matching.tickets_of_organization(number):
            return
        if not any(shown.id == number for shown in self.worker.zendesk.show_many_organizations([number])):
            raise UsageProblem(
                f"Zendesk has no organization {number}, and no known ticket is of it; nothing was changed. "
                "zenhub-sync match list shows the organizations without a company"
            )


def link_job(organization_id: int, company_id: str | None) -> Job:
    """Return the job that links the organization with this company, or takes its link back."""

    def prepare(worker: Worker, options: JobOptions, held: Lease | None) -> Link:
        assert held is not None  # noqa: S101 - there is no dry run of it
        sweep = Sweep(worker=worker, options=options, cursor=start_of(worker, CURSOR), create=False, held=held)
        return Link(worker=worker, sweep=sweep, held=held, organization_id=organization_id, company_id=company_id)

    return Job(name="match", body=prepare)
