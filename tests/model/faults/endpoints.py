"""The kinds of endpoint that the worker asks, and what a fault may do to each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from zenhub_sync.sandbox.http import Request
from zenhub_sync.sandbox.world import service_of


class Nature(StrEnum):
    """What asking does: `MAKE` cannot be repeated, `DEFINE` is a write of `setup`."""

    GRANT = "grant"
    READ = "read"
    WRITE = "write"
    MAKE = "make"
    DEFINE = "define"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """How a list goes on: the parameter that carries the cursor, and the key of its rows."""

    param: str
    rows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One kind of call. `optional`: the run goes on without it where the plan does not have it."""

    name: str
    method: str
    path: str
    nature: Nature
    batch: bool = False
    pages: Pages | None = None
    optional: bool = False

    @property
    def service(self) -> str:
        return "zendesk" if self.path.startswith(("/api", "/oauth")) else "hubspot"

    def matches(self, request: Request) -> bool:
        return request.method == self.method and re.fullmatch(self.path, request.path) is not None


_CRM, _V = "/crm/objects/2026-09", "2026-09"
_EXPORT = Pages(param="cursor", rows="tickets")
_LIST = Pages(param="after", rows="results")

TOKEN = Endpoint(name="token", method="POST", path="/oauth/tokens", nature=Nature.GRANT)
EXPORT = Endpoint(
    name="export", method="GET", path="/api/v2/incremental/tickets/cursor", nature=Nature.READ, pages=_EXPORT
)
TASK_CREATE = Endpoint(name="task create", method="POST", path=f"{_CRM}/tasks", nature=Nature.MAKE)

ENDPOINTS: tuple[Endpoint, ...] = (
    TOKEN,
    EXPORT,
    Endpoint(
        name="survey",
        method="GET",
        path="/api/v2/guide/survey_responses",
        nature=Nature.READ,
        pages=Pages(param="page[after]", rows="survey_responses"),
        optional=True,
    ),
    Endpoint(
        name="ratings",
        method="GET",
        path="/api/v2/satisfaction_ratings",
        nature=Nature.READ,
        pages=Pages(param="page[after]", rows="satisfaction_ratings"),
        optional=True,
    ),
    Endpoint(name="handled", method="GET", path="/api/v2/tickets/show_many", nature=Nature.READ, optional=True),
    Endpoint(name="pipelines", method="GET", path=f"/crm/pipelines/{_V}/tickets", nature=Nature.READ),
    Endpoint(name="properties", method="GET", path=f"/crm/properties/{_V}/(tickets|companies)", nature=Nature.READ),
    Endpoint(name="groups", method="GET", path=f"/crm/properties/{_V}/\\w+/groups", nature=Nature.READ),
    Endpoint(name="task key", method="GET", path=f"/crm/properties/{_V}/tasks/\\w+", nature=Nature.READ, optional=True),
    Endpoint(name="account", method="GET", path=f"/account-info/{_V}/details", nature=Nature.READ),
    Endpoint(name="owners", method="GET", path=f"/crm/owners/{_V}", nature=Nature.READ, pages=_LIST),
    Endpoint(name="company list", method="GET", path=f"{_CRM}/companies", nature=Nature.READ, pages=_LIST),
    Endpoint(name="ticket read", method="POST", path=f"{_CRM}/tickets/batch/read", nature=Nature.READ, batch=True),
    Endpoint(name="company read", method="POST", path=f"{_CRM}/companies/batch/read", nature=Nature.READ, batch=True),
    Endpoint(name="contact read", method="POST", path=f"{_CRM}/contacts/batch/read", nature=Nature.READ, batch=True),
    Endpoint(name="task read", method="POST", path=f"{_CRM}/tasks/batch/read", nature=Nature.READ, batch=True),
    Endpoint(name="links read", method="POST", path=f"/crm/associations/{_V}/\\w+/\\w+/batch/read", nature=Nature.READ),
    Endpoint(name="upsert", method="POST", path=f"{_CRM}/tickets/batch/upsert", nature=Nature.WRITE, batch=True),
    Endpoint(name="update", method="POST", path=f"{_CRM}/tickets/batch/update", nature=Nature.WRITE, batch=True),
    Endpoint(
        name="links create", method="POST", path=f"/crm/associations/{_V}/\\w+/\\w+/batch/create", nature=Nature.WRITE
    ),
    TASK_CREATE,
    Endpoint(
        name="group create",
        method="POST",
        path=f"/crm/properties/{_V}/(tickets|companies)/groups",
        nature=Nature.DEFINE,
    ),
    Endpoint(
        name="property create", method="POST", path=f"/crm/properties/{_V}/(tickets|companies)", nature=Nature.DEFINE
    ),
    Endpoint(name="pipeline create", method="POST", path=f"/crm/pipelines/{_V}/tickets", nature=Nature.DEFINE),
)


def endpoint_of(request: Request) -> Endpoint | None:
    """Return the kind of endpoint that a request asks."""
    assert service_of(request.path) is not None
    return next((endpoint for endpoint in ENDPOINTS if endpoint.matches(request)), None)
