"""`config/zenhub-sync.yaml` writes out every default, and nothing but the defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from zenhub_sync.config import Config, load_config
from zenhub_sync.config.problems import known_paths
from zenhub_sync.errors import ConfigProblem

ROOT = Path(__file__).parents[3]


def test_the_file_says_what_is_built_in() -> None:
    assert load_config(None, cwd=ROOT) == Config()


def test_the_file_leaves_no_key_out() -> None:
    written = yaml.safe_load((ROOT / "config" / "zenhub-sync.yaml").read_text("utf-8"))
    # `existing` is what a stage written as a mere string means; nobody writes it. A stage that is null has no parts.
    unwritten = re.compile(r"\.existing$|^hubspot\.pipeline\.after_contact\.")
    known = {path for path in known_paths(Config) if not unwritten.search(path)}
    assert set(paths(written)) == known


def paths(section: dict[str, object], above: str = "") -> Iterator[str]:
    """Yield the path of every key in `section`."""
    for key, value in section.items():
        yield f"{above}{key}"
        if isinstance(value, dict):
            yield from paths(value, f"{above}{key}.")


def test_the_defaults_are_those_of_the_contract() -> None:
    config = Config()
    assert (config.locale, config.timezone) == ("pt_BR", "America/Sao_Paulo")
    assert (config.schedule.import_, config.schedule.refresh, config.schedule.watch) == (
        "0 6 * * *",
        "0 7,13 * * *",
        None,
    )
    assert config.import_.initial_lookback == timedelta(days=30)
    assert (config.zendesk.rate_share, config.hubspot.rate_share, config.hubspot.portal_id) == (0.5, 0.8, None)
    assert config.owners.fallback is None
    assert (config.rules.max_rating_age, config.rules.low_csat.points_at_most) == (timedelta(days=7), None)
    assert config.delivery.settle == timedelta(seconds=120)
    assert (config.safety.max_escalations_per_run, config.safety.max_move_share) == (50, 0.3)


def test_the_file_in_the_working_directory_is_read_when_nothing_else_is_named(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "zenhub-sync.yaml").write_text("locale: en")
    assert load_config(None, cwd=tmp_path).locale == "en"


def test_without_that_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_config(None, cwd=tmp_path) == Config()


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("# nothing\n")
    assert load_config(Path("empty.yaml"), cwd=tmp_path) == Config()


@pytest.mark.parametrize("path", ["absent.yaml", "."])
def test_a_file_that_was_named_must_be_readable(tmp_path: Path, path: str) -> None:
    with pytest.raises(ConfigProblem, match=r"cannot be read: .*ZENHUB_CONFIG"):
        load_config(Path(path), cwd=tmp_path)
