"""Every problem of a configuration is reported at once: the file, the key's path, what is wrong, what would work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.config.refusing import config, problems


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("locle: en", "locle: unknown key; did you mean locale?"),
        ("rules: {max_rating_aeg: 7d}", "rules.max_rating_aeg: unknown key; did you mean rules.max_rating_age?"),
        ("settle: 120s", "settle: unknown key; did you mean delivery.settle?"),
        ("import_: {}", "import_: unknown key; did you mean import?"),
        ("owners: {xyz: 1}", "owners.xyz: unknown key; known here: fallback, csm_property, chain, follow"),
        ("locale: de", "locale: input should be 'pt_BR' or 'en'; found 'de'"),
        (
            "timezone: Rio",
            "timezone: is not a known time zone; use one such as America/Sao_Paulo; found 'Rio'",
        ),
        ("rules:", "rules: must hold keys of its own; found nothing"),
        ("zendesk: {per_page: '1000'}", "zendesk.per_page: must be a whole number; found '1000'"),
        ("zendesk: {per_page: 1001}", "zendesk.per_page: input should be less than or equal to 1000; found 1001"),
        ("zendesk: {rate_share: 0}", "zendesk.rate_share: input should be greater than 0; found 0"),
        ("hubspot: {rate_share: true}", "hubspot.rate_share: must be a number; found True"),
        ("hubspot: {portal_id: -1}", "hubspot.portal_id: input should be greater than 0; found -1"),
        (
            "owners: {fallback: Eva}",
            "owners.fallback: must be the e-mail or the id of a HubSpot owner; found 'Eva'",
        ),
        (
            "matching: {free_mail_domains: [gmail]}",
            "matching.free_mail_domains.0: must be a mail domain such as gmail.com; found 'gmail'",
        ),
        ("task: {priority: high}", "task.priority: input should be 'NONE', 'LOW', 'MEDIUM' or 'HIGH'; found 'high'"),
    ],
)
def test_a_problem_says_where_what_and_what_would_work(text: str, line: str) -> None:
    assert problems(text) == [line]


def test_all_problems_are_reported_at_once() -> None:
    text = """
        locale: de
        schedule: {import: daily}
        hubspot: {pipeline: {stages: {nwe: X}}}
        rulez: {}
        delivery: {settle: 2 minutes}
    """
    assert [line.split(":")[0] for line in problems(text)] == [
        "locale",
        "schedule.import",
        "hubspot.pipeline.stages.nwe",
        "delivery.settle",
        "rulez",
    ]


@pytest.mark.parametrize("duration", ["30", "30 d", "-1d", "1.5h", "1w", "d", "", "٣d", "9999d", "1d2h"])
def test_a_duration_is_a_number_and_a_unit(duration: str) -> None:
    [line] = problems(f"rules: {{max_rating_age: '{duration}'}}")
    assert line.startswith("rules.max_rating_age: must be ")


def test_a_rating_cannot_have_to_be_younger_than_nothing() -> None:
    assert problems("rules: {max_rating_age: 0d}") == ["rules.max_rating_age: must be longer than zero; found '0d'"]


@pytest.mark.parametrize(("key", "least"), [("delivered", 7), ("runs", 31), ("deleted_tickets", 90)])
def test_nothing_is_kept_for_less_than_others_look_back(key: str, least: int) -> None:
    assert problems(f"retention: {{{key}: {least - 1}d}}") == [
        f"retention.{key}: must be {least}d at least; found '{least - 1}d'"
    ]
    assert getattr(config(f"retention: {{{key}: {least}d}}").retention, key) == timedelta(days=least)
