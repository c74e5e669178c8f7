"""Parked records have few kinds of trouble, each with what to do about it."""

from __future__ import annotations

import pytest

from zenhub_sync.service.page.facts import span
from zenhub_sync.service.parked import ADVICE, ParkedRecord, kind_of_trouble


@pytest.mark.parametrize(
    ("what", "reason", "kind"),
    [
        ("unreadable", "ticket.status", "unreadable"),
        ("write_ticket", "hubspot: write_ticket for ticket 7: INVALID_OPTION", "refused_by_hubspot"),
        ("open_escalation", "hubspot: the tasks of ticket 7 cannot all be read", "refused_by_hubspot"),
        ("open_escalation", "task for ticket 7: the company has no owner, and owners.fallback is not set", "no_owner"),
        ("link_ticket", "something new", "other"),
    ],
)
def test_every_record_has_a_kind_with_advice(what: str, reason: str, kind: str) -> None:
    record = ParkedRecord(ticket=7, what=what, since=0.0, reason=reason)

    assert kind_of_trouble(record) == kind
    assert ADVICE[kind]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "0 min"), (59, "0 min"), (3599, "59 min"), (7200, "2 h"), (47 * 3600, "47 h"), (48 * 3600, "2 days")],
)
def test_spans_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert span(seconds) == said
