"""The one thing ever written to a company: which Zendesk organization it is, because a person says so.

Nothing is written before everything that can be known is checked; both writes may be repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from zenhub_sync.errors import ConfigProblem, UsageProblem
from zenhub_sync.hubspot.inputs import UpdateInput
from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.hubspot.results import Refusal, WriteResult
from zenhub_sync.planning.properties import ORGANIZATION_ID
from zenhub_sync.transport.errors import Missing, Rejected, Unauthorized, Unavailable

SCOPE = "crm.objects.companies.write"
_FORBIDDEN = 403


class CompanyCalls(Protocol):
    """The part of the HubSpot client that reads one company and changes it."""

    def read_one(self, kind: str, object_id: str, properties: Sequence[str]) -> CrmObject: ...

    def update(self, kind: str, inputs: Sequence[UpdateInput]) -> WriteResult: ...


def linked_organization(hubspot: CompanyCalls, company_id: str) -> str | None:
    """Return the organization that the company says it is; raise `UsageProblem` if it cannot be linked with any."""
    try:
        company = hubspot.read_one("companies", company_id, (ORGANIZATION_ID,))
    except Missing as error:
        raise UsageProblem(
            f"HubSpot has no company {company_id}, or it is archived; nothing was changed. Its id is the last number "
            "in the address of its page"
        ) from error
    if company.id != company_id:
        raise UsageProblem(
            f"company {company_id} was merged into company {company.id}; nothing was changed. Link that one"
        )
    return company.properties.get(ORGANIZATION_ID) or None


def name_organization(hubspot: CompanyCalls, company_id: str, organization_id: int | None) -> None:
    """Write on the company which organization it is, or (None) that it is none."""
    value = str(organization_id) if organization_id is not None else ""
    named = UpdateInput(id=company_id, properties={ORGANIZATION_ID: value}, trace=f"company:{company_id}")
    try:
        answer = hubspot.update("companies", [named])
    except Rejected as error:
        raise _refused(company_id, str(error)) from error
    except Unauthorized as error:
        if error.status != _FORBIDDEN:
            raise
        raise ConfigProblem(
            f"HubSpot does not let this service key write companies; give it the scope {SCOPE}, which only match link "
            "and match unlink need. Nothing was changed"
        ) from error
    refusal = answer.refused.get(named.trace)
    if isinstance(refusal, Refusal):
        raise _refused(company_id, refusal.message)
    if named.trace not in answer.written:
        raise Unavailable(f"hubspot: the answer does not say whether company {company_id} was written; try again")


def _refused(company_id: str, why: str) -> ConfigProblem:
    return ConfigProblem(
        f"HubSpot refuses {ORGANIZATION_ID} on company {company_id}: {why}; nothing was changed. Another company, "
        "maybe an archived one, may hold the value; run zenhub-sync setup if the property is missing"
    )
