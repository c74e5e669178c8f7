"""The HubSpot portal: which one it is, what the key may do, and whether it is set up for the worker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import SecretStr

from zenhub_sync.config import Owners
from zenhub_sync.delivery.owners import OwnerDirectory
from zenhub_sync.delivery.portal import has_task_key
from zenhub_sync.doctor import hubspot_setup
from zenhub_sync.doctor.findings import Finding, failure, fine, made, warning
from zenhub_sync.hubspot.client import HubSpot
from zenhub_sync.hubspot.models import Account, PropertyDefinition
from zenhub_sync.planning.portal import PipelineNames
from zenhub_sync.planning.rules.owner import PortalOwner
from zenhub_sync.transport.errors import Rejected, Unauthorized

# What any one of a row grants. developers.hubspot.com … objects/tickets/guide, activities/tasks/guide (2026-09): tasks
# go by the contact scopes; `tickets` is the older catch-all.
_NEEDED: tuple[tuple[str, ...], ...] = (
    ("crm.objects.tickets.read", "tickets"),
    ("crm.objects.tickets.write", "tickets"),
    ("crm.objects.companies.read",),
    ("crm.objects.contacts.read",),
    ("crm.objects.contacts.write",),
    ("crm.objects.owners.read",),
)
_FOR_SETUP: tuple[tuple[str, ...], ...] = (
    ("crm.schemas.tickets.write", "tickets"),
    ("crm.schemas.companies.write",),
)
_ADD_SCOPES = "add them to the service key (Development > Keys > Service keys)"


def examine(
    hubspot: HubSpot, token: SecretStr, names: PipelineNames, *, portal_id: str | None, owners: Owners
) -> Iterator[Finding]:
    """Make every check of the portal; one whose key is refused is asked nothing more."""
    first = list(made("hubspot.token", lambda: check_account(hubspot.account(), portal_id)))
    yield from first
    if first[0].check == "hubspot.token":
        yield warning("hubspot", "its other checks were not made", "mend the token first, then ask again")
        return
    yield from made("hubspot.scopes", lambda: check_scopes(_granted(hubspot, token)))
    yield from hubspot_setup.examine(hubspot, names)
    yield from made("hubspot.fallback", lambda: check_fallback(_owners(hubspot), owners.fallback))
    if owners.csm_property is not None:
        csm = owners.csm_property
        yield from made("hubspot.csm", lambda: check_csm(hubspot.properties("companies"), csm))
    yield from made("hubspot.task_key", lambda: check_task_key(unique=has_task_key(hubspot)))


def check_account(account: Account, expected: str | None) -> list[Finding]:
    check, found = "hubspot.portal", f"portal {account.portal_id} ({account.account_type or 'of unknown type'})"
    if expected is None:
        return [warning(check, f"{found}; any portal would be written", f"set hubspot.portal_id: {account.portal_id}")]
    if account.portal_id != expected:
        return [failure(check, f"{found}, but hubspot.portal_id is {expected}", "use the token of that portal")]
    return [fine(check, found)]


def check_scopes(granted: frozenset[str] | None) -> list[Finding]:
    """Compare the key's scopes with what the jobs need, and tell whether it is good for `setup` too."""
    check = "hubspot.scopes"
    if granted is None:
        return [warning(check, "HubSpot does not tell this token's scopes", "the other checks show what it may do")]
    missing = _lacking(granted, _NEEDED)
    if missing:
        return [failure(check, f"the key lacks {', '.join(missing)}", _ADD_SCOPES)]
    schemas = _lacking(granted, _FOR_SETUP)
    note = f"; not for setup, which also needs {', '.join(schemas)}" if schemas else ", for setup too"
    return [fine(check, f"the key has what the jobs need{note}")]


def check_fallback(owners: Mapping[str, PortalOwner], configured: str | None) -> list[Finding]:
    """Look for the owner who gets the tasks that nobody else can get."""
    check = "hubspot.fallback"
    if configured is None:
        return [
            warning(
                check,
                "owners.fallback is not set: a bad rating of a company without an owner is parked",
                "set owners.fallback to the e-mail or id of a HubSpot owner",
            )
        ]
    found = [owner for owner in owners.values() if configured.casefold() in {owner.id, owner.email.casefold()}]
    if any(not owner.archived for owner in found):
        return [fine(check, "owners.fallback is an active owner")]
    what = "is deactivated in HubSpot" if found else "is no owner of this portal"
    return [failure(check, f"owners.fallback {what}", "set it to the e-mail or id of an active owner")]


def check_csm(there: Sequence[PropertyDefinition], name: str) -> list[Finding]:
    """Look for the company property that names the CSM: one that is not there, HubSpot leaves out in silence."""
    check = "hubspot.csm"
    found = next((definition for definition in there if definition.name == name), None)
    if found is None:
        mend = "correct owners.csm_property: it is the internal name, which HubSpot's property settings show"
        return [failure(check, f"companies have no property {name}", mend)]
    # developers.hubspot.com … crm/properties/guide (2026-09): such a property refers to OWNER.
    if found.referenced_object_type != "OWNER":
        return [
            warning(check, f"{name} does not hold a HubSpot user", "name a company property of the type HubSpot user")
        ]
    return [fine(check, f"{name} holds a HubSpot user")]


def check_task_key(*, unique: bool) -> list[Finding]:
    told = (
        "tasks have it and it is unique: HubSpot refuses a second task" if unique else "not there; nothing relies on it"
    )
    return [fine("hubspot.task_key", f"unique property zenhub_key on tasks: {told}")]


def _owners(hubspot: HubSpot) -> Mapping[str, PortalOwner]:
    return OwnerDirectory(hubspot=hubspot).owners()


def _lacking(granted: frozenset[str], needed: Sequence[tuple[str, ...]]) -> list[str]:
    return [any_of[0] for any_of in needed if granted.isdisjoint(any_of)]


def _granted(hubspot: HubSpot, token: SecretStr) -> frozenset[str] | None:
    try:
        return frozenset(hubspot.token_description(token).scopes)
    except (Rejected, Unauthorized):
        return None
