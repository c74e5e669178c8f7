"""What differs from one portal to the next: plan, scopes, admin rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# What a service key needs to mirror tickets and to set the portal up. `oauth` comes with every service key; tasks
# have no scope of their own and go by the contact scopes.
# developers.hubspot.com … objects/tickets/guide and activities/tasks/guide (2026-09); live portal report, 2026-10-06
DEFAULT_SCOPES = frozenset(
    {
        "oauth",
        "crm.objects.tickets.read",
        "crm.objects.tickets.write",
        "crm.schemas.tickets.read",
        "crm.schemas.tickets.write",
        "crm.objects.contacts.read",
        "crm.objects.contacts.write",
        "crm.objects.companies.read",
        "crm.objects.companies.write",
        "crm.schemas.companies.read",
        "crm.schemas.companies.write",
        "crm.objects.owners.read",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalOptions:
    """`required_on_create` maps an object type to properties that an admin made mandatory (enforced since 2026-09).

    `validation_rules` maps an object type and a property to the types of its rules; they are shown, not enforced: how
    such a refusal reads is not established.

    `search_lag` is the age in seconds that a write must have before search sees it; `seed` shuffles what comes
    unordered.
    """

    portal_id: int = 24601
    token: str = "pat-na1-sandbox"  # noqa: S105 - a made-up token of a made-up portal
    scopes: frozenset[str] = DEFAULT_SCOPES
    # developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines: the Professional plan
    burst: int = 190
    daily: int = 625_000
    search_per_second: int = 5
    association_burst: int = 150
    association_daily: int = 500_000
    search_lag: float = 20.0
    max_custom_pipelines: int = 15
    task_unique_properties: bool = False
    task_custom_properties: bool = False
    required_on_create: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    validation_rules: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    enforce_limits: bool = True
    seed: int = 0
    time_zone: str = "America/Sao_Paulo"
