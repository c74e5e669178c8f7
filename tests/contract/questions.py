"""What was asked when each recording was made, put to the sandbox; `$names` are ids of the scene."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from string import Template
from typing import Any

import httpx

from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.hubspot import PortalOptions
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions
from zenhub_sync.transport.call import Answer, Call

TICKET = {"subject": "Fatura em dobro", "hs_pipeline": "0", "hs_pipeline_stage": "1"}
TASK = {
    "hs_timestamp": "2026-10-22T12:00:00Z",
    "hs_task_subject": "CSAT baixo",
    "hs_task_body": "Ligar para a cliente",
    "hs_task_priority": "LOW",
    "hs_task_status": "WAITING",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request, the call by which our client asks it (None: it never does), and how the sandbox may differ.

    `deviations` are differences of shape with their reasons. `times`: the answer to the last of so many is meant.
    """

    recording: str
    method: str = "GET"
    path: str
    body: Any = None
    call: Call[Any] | None = None
    deviations: Mapping[str, str] = field(default_factory=dict)
    times: int = 1
    token: str = PortalOptions().token
    desk: DeskOptions = field(default_factory=DeskOptions)
    portal: PortalOptions = field(default_factory=PortalOptions)


def answer_of_the_sandbox(question: Question) -> Answer:
    """Ask in a fresh sandbox with a little of everything in it."""
    clock = SandboxClock(datetime(2026, 10, 20, 12, 0, tzinfo=UTC), frozen=True)
    with Sandbox(clock=clock, desk_options=question.desk, portal_options=question.portal) as sandbox:
        ids = _tickets(sandbox) | _records(sandbox)
        path = Template(question.path).substitute(ids)
        body = question.body and json.loads(Template(json.dumps(question.body)).substitute(ids))
        with _client(sandbox, question) as client:
            for _ in range(question.times):
                response = client.request(question.method, path, json=body)
        assert sandbox.crashes == []
    return Answer(status=response.status_code, headers=dict(response.headers), body=response.content)


@contextmanager
def _client(sandbox: Sandbox, question: Question) -> Iterator[httpx.Client]:
    desk = question.desk
    with httpx.Client(base_url=sandbox.base_url) as client:
        if question.recording.startswith("hubspot/"):
            client.headers["authorization"] = f"Bearer {question.token}"
        else:
            client.auth = httpx.BasicAuth(f"{desk.email}/token", desk.api_token or "")
        yield client


def _tickets(sandbox: Sandbox) -> dict[str, str]:
    """Open tickets whose ratings are not asked for, not given, turned good, and bad; in this order."""
    desk = sandbox.desk
    organization = desk.add_organization("Padaria Central", domain_names=["padaria.com.br"])
    desk.add_organization("Mercado Sul")
    user = desk.add_user("Ana Souza", "ana@padaria.com.br", organization_id=organization)
    unasked, unanswered, turned, bad = (
        desk.add_ticket(subject=f"Fatura {n}", requester_id=user, organization_id=organization, status="solved")
        for n in range(4)
    )
    for ticket in (turned, unanswered, bad):
        sandbox.clock.advance(5)
        desk.offer_survey(ticket)
    desk.rate(turned, points=1, comment="Demorou demais", reason="Demora")
    sandbox.clock.advance(61)
    desk.rate(turned, points=5)
    desk.rate(bad, points=1, reason="Demora")
    sandbox.clock.advance(61)
    return {"zd_ticket": str(unasked), "zd_user": str(user), "zd_organization": str(organization)}


def _records(sandbox: Sandbox) -> dict[str, str]:
    portal = sandbox.portal
    company = portal.create("companies", {"name": "Padaria Central"})
    return {
        "company": company,
        "contact": portal.create("contacts", {"email": "ana@padaria.com.br"}),
        "other_contact": portal.create("contacts", {"email": "bia@padaria.com.br"}),
        "ticket": portal.create("tickets", TICKET, [("companies", company, 26)]),
        "task": portal.create("tasks", TASK),
    }
