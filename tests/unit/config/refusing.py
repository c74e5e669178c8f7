"""Read configuration text in the tests."""

from __future__ import annotations

import pytest

from zenhub_sync.config import Config
from zenhub_sync.config.loading import parse_config
from zenhub_sync.errors import ConfigProblem


def config(text: str) -> Config:
    """Return the configuration in `text`."""
    return parse_config(text.encode(), name="zenhub.yaml")


def problems(text: str | bytes) -> list[str]:
    """Return the lines of the refusal of `text`, without the file name that each of them must begin with."""
    content = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(ConfigProblem) as refusal:
        parse_config(content, name="zenhub.yaml")
    lines = str(refusal.value).splitlines()
    assert all(line.startswith("zenhub.yaml: ") for line in lines)
    return [line.removeprefix("zenhub.yaml: ") for line in lines]
