"""Whatever a page of Zendesk holds, each ticket comes to properties and tasks that HubSpot can take, or is broken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from tests.fakes.facts import delivered, plan
from tests.fakes.portal import PORTAL
from tests.stories.hostile.corpus import FIELDS, TEXTS, WRONG, Place
from tests.unit.zendesk.rows import ticket

from zenhub_sync.config import Config
from zenhub_sync.delivery.payloads import ticket_properties
from zenhub_sync.delivery.texts import TaskTemplates, render_task
from zenhub_sync.intake.translate import translate_ticket
from zenhub_sync.planning.effects import Effect, OpenEscalation, WriteTicket
from zenhub_sync.planning.marks import mark_of
from zenhub_sync.planning.planner import Change
from zenhub_sync.planning.properties import MAX_TEXT
from zenhub_sync.planning.rules.owner import OwnerChoice, PortalOwner
from zenhub_sync.planning.tickets import SourceTicket
from zenhub_sync.transport.call import Answer
from zenhub_sync.transport.errors import Malformed
from zenhub_sync.zendesk.pages import read_ticket_page

_NOW = datetime(2026, 10, 10, tzinfo=UTC)
_OWNER = OwnerChoice(owner=PortalOwner(id="77", name="Ana", email="ana@cs.example", archived=False))
_EFFECT: TypeAdapter[Effect] = TypeAdapter(Effect)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
raw = st.sampled_from([*TEXTS.values(), *(value for value in WRONG.values() if value is not None)]) | anything.map(
    lambda tree: json.dumps(tree).encode()
)
fields = st.sampled_from(sorted({field for place, field in FIELDS if place is Place.TICKET}))
zones = st.sampled_from(["America/Sao_Paulo", "Pacific/Kiritimati", "Etc/GMT+12"])


def _body(
    changes: Mapping[str, bytes], comment: bytes, score: bytes, name: bytes, email: bytes, organization: bytes
) -> bytes:
    """Write a page of one ticket with these bytes in the place of its values."""
    spoilt = {field: f"@@{field}@@" for field in changes}
    rating = {"score": "@@score@@", "comment": "@@comment@@", "reason": "@@comment@@"}
    row = ticket(1, organization_id=30, satisfaction_rating=rating) | spoilt
    beside = {
        "users": [{"id": 20, "name": "@@name@@", "email": "@@email@@"}],
        "organizations": [{"id": 30, "name": "@@organization@@", "domain_names": []}],
    }
    page = json.dumps({"tickets": [row], "end_of_stream": True, "after_cursor": "c", **beside}).encode()
    values = {**changes, "comment": comment, "score": score, "name": name, "email": email, "organization": organization}
    for field, value in values.items():
        page = page.replace(f'"@@{field}@@"'.encode(), value)
    return page


pages = st.builds(
    _body,
    st.dictionaries(fields, raw, max_size=3),
    raw,
    st.just(b'"bad"') | raw,
    raw,
    raw,
    raw,
)


@settings(max_examples=max(400, settings().max_examples))
@given(pages, zones)
def test_any_ticket_is_planned_and_told_in_valid_words_or_is_broken(body: bytes, zone: str) -> None:
    with suppress(Malformed):
        page = read_ticket_page(Answer(status=200, headers={}, body=body))
        assert len(page.tickets) + len(page.broken) == 1
        users = {user.id: user for user in page.users}
        organizations = {organization.id: organization for organization in page.organizations}
        for read in page.tickets:
            _assert_told(translate_ticket(read, users, organizations, base_url="https://a.zendesk.com"), zone)


def _assert_told(source: SourceTicket, zone: str) -> None:
    planned = plan(source, now=_NOW)
    for effect in planned.effects:
        again: Any = _EFFECT.validate_json(_EFFECT.dump_json(effect))
        assert again == effect, "the outbox gives back what was put in"
        if isinstance(effect, WriteTicket):
            for name, value in ticket_properties(effect, PORTAL, effect.stage).items():
                _assert_valid(name, value)
        if isinstance(effect, OpenEscalation):
            _assert_task(effect, zone)
    assert plan(source, delivered(planned.mirror), now=_NOW).change is Change.UNCHANGED, "seen again, nothing is said"


def _assert_task(effect: OpenEscalation, zone: str) -> None:
    task = Config().task
    templates = TaskTemplates(subject=task.subject, body=task.body, locale="pt_BR", zone=ZoneInfo(zone))
    told = render_task(templates, effect, _OWNER, company=effect.story.organization, hubspot_url="https://h.example")
    assert mark_of(told.body) == effect.key
    assert told.subject.strip()
    _assert_valid("subject", told.subject)
    _assert_valid("body", told.body)


def _assert_valid(name: str, value: str) -> None:
    assert "\x00" not in value, name
    assert len(value.encode("utf-16-le")) // 2 <= MAX_TEXT, name


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9998-12-31T23:59:59Z"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_ends_of_the_calendar_are_told_in_any_time_zone(moment: str, zone: str) -> None:
    when = json.dumps(moment).encode()
    body = _body({"created_at": when, "updated_at": when}, b'"Ruim"', b'"bad"', b'"Ana"', b"null", b'"Acme"')
    (read,) = read_ticket_page(Answer(status=200, headers={}, body=body)).tickets
    _assert_told(translate_ticket(read, {}, {}, base_url="https://a.zendesk.com"), zone)
