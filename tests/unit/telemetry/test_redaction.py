"""Which fields of a log line are left out."""

from __future__ import annotations

import pytest

from zenhub_sync.telemetry.redaction import REDACTED, redact, register_secrets


@pytest.mark.parametrize(
    "key",
    [
        "token",
        "access_token",
        "accessToken",
        "api-token",
        "client_secret",
        "Authorization",
        "password",
        "email",
        "requester_email",
        "comment",
        "csat_comment",
        "subject",
        "name",
        "organization_name",
        "body",
        "hs_task_body",
    ],
)
def test_a_telling_key_hides_its_value(key: str) -> None:
    assert redact(None, "info", {key: "canary"}) == {key: REDACTED}


@pytest.mark.parametrize("key", ["key", "run_id", "zendesk_id", "attempt", "logger", "event", "filename", "cursor"])
def test_any_other_key_shows_its_value(key: str) -> None:
    assert redact(None, "info", {key: "shown"}) == {key: "shown"}


def test_telling_keys_are_found_inside_values() -> None:
    event = redact(None, "info", {"ticket": {"id": 1, "requester": [{"email": "canary", "id": 2}]}})
    assert event == {"ticket": {"id": 1, "requester": [{"email": REDACTED, "id": 2}]}}


def test_what_is_not_set_is_shown_as_not_set() -> None:
    assert redact(None, "info", {"email": None}) == {"email": None}


def test_numbers_stay_numbers() -> None:
    event: dict[str, object] = {"attempt": 2, "share": 0.5, "forced": True, "ids": (1, 2)}
    assert redact(None, "info", event) == {"attempt": 2, "share": 0.5, "forced": True, "ids": [1, 2]}


def test_a_value_nested_without_end_is_cut_off() -> None:
    loop: list[object] = []
    loop.append(loop)
    assert REDACTED in str(redact(None, "info", {"loop": loop}))


def test_the_longest_secret_is_hidden_first() -> None:
    register_secrets(["hunter", "hunter-two"])
    assert redact(None, "info", {"url": "x=hunter-two"}) == {"url": f"x={REDACTED}"}


def test_a_secret_too_short_to_be_one_hides_nothing() -> None:
    register_secrets(["a", ""])
    assert redact(None, "info", {"cause": "a cat"}) == {"cause": "a cat"}
