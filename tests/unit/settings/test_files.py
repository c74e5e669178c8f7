"""Each variable may also be given as `NAME_FILE`, a path to a file that holds its value."""

from __future__ import annotations

from pathlib import Path

import pytest

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.settings import load_settings
from zenhub_sync.settings.loading import SECRET_FILE_LIMIT


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_secret_may_come_from_a_file(tmp_path: Path, ending: str) -> None:
    file = tmp_path / "token"
    file.write_bytes(f"s3cret{ending}".encode())
    token = load_settings({"HUBSPOT_ACCESS_TOKEN_FILE": str(file)}).require_hubspot().token
    assert token.get_secret_value() == "s3cret"


def test_any_other_variable_may_as_well(tmp_path: Path) -> None:
    file = tmp_path / "subdomain"
    file.write_text("acme\n")
    assert load_settings({"ZENDESK_SUBDOMAIN_FILE": str(file)}).zendesk.subdomain == "acme"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        (b"\xff\xfe", "not UTF-8"),
        (b"x" * (SECRET_FILE_LIMIT + 1), "longer than"),
        (b"two\nlines\n", "control"),
    ],
)
def test_a_file_that_holds_no_secret_is_reported_by_its_variable(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigProblem, match=reason) as refusal:
        load_settings({"HUBSPOT_ACCESS_TOKEN_FILE": str(file)})
    assert str(refusal.value).startswith("HUBSPOT_ACCESS_TOKEN: ")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigProblem, match="HUBSPOT_ACCESS_TOKEN: cannot be read"):
        load_settings({"HUBSPOT_ACCESS_TOKEN_FILE": str(tmp_path)})


def test_a_value_given_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("one")
    with pytest.raises(ConfigProblem, match="HUBSPOT_ACCESS_TOKEN: set twice"):
        load_settings({"HUBSPOT_ACCESS_TOKEN": "two", "HUBSPOT_ACCESS_TOKEN_FILE": str(file)})


def test_an_empty_file_counts_as_not_set(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("\n")
    assert load_settings({"HUBSPOT_ACCESS_TOKEN_FILE": str(file)}).hubspot.token is None
