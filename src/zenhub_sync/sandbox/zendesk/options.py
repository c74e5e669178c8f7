"""How the sandbox's Zendesk account is set up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

READ_SCOPES = frozenset(
    {
        "read",
        "tickets:read",
        "users:read",
        "organizations:read",
        "groups:read",
        "brands:read",
        "account_settings:read",
        "satisfaction_ratings:read",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskOptions:
    """Plan, credentials and switches of one account; the defaults are a Suite Professional account of 2026.

    `account_limit` is the plan's requests per minute; the Help Center API has an equal pool of its own.
    `withhold` is the age in seconds that a change must reach before an incremental export shows it.
    `search_lag` is the age before search finds it. `token_life` None means tokens without an end.
    """

    subdomain: str = "acme"
    client_id: str = "zenhub"
    client_secret: str = "sandbox-secret"  # noqa: S105 - opens nothing but the sandbox
    email: str = "ops@acme.example"
    api_token: str | None = "sandbox-token"  # noqa: S105 - opens nothing but the sandbox
    allowed_scopes: frozenset[str] = READ_SCOPES
    token_life: int | None = 1800
    account_limit: int = 400
    export_limit: int = 10
    users_export_limit: int = 20
    enforce_limits: bool = True
    withhold: int = 60
    search_lag: int = 120
    csat: Literal["survey", "legacy", "none"] = "survey"
    survey_access: bool = True
    on_hold_active: bool = True
    user_is_admin: bool = True
