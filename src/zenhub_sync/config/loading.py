"""From the YAML file to `Config`, or to one ConfigProblem with a line for every problem."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from zenhub_sync.config.model import Config
from zenhub_sync.errors import ConfigProblem

DEFAULT_PATH = Path("config/zenhub-sync.yaml")


def load_config(path: Path | None, *, cwd: Path) -> Config:
    """Return the configuration in `path`, else the one in `config/zenhub-sync.yaml` under `cwd`, else the default.

    A path that was given (`ZENHUB_CONFIG`) must exist.
    """
    file = cwd / (path or DEFAULT_PATH)
    if path is None and not file.exists():
        return Config.unsaid()
    shown = path or DEFAULT_PATH
    return parse_config(_content(file, shown), name=str(shown))


def parse_config(content: bytes, *, name: str) -> Config:
    """Return the configuration that `content` holds; `name` is the file's, for the messages."""
    from zenhub_sync.config.problems import describe
    from zenhub_sync.config.yaml_text import YamlProblem, read_mapping  # only who has a file has to load YAML

    try:
        # By the YAML's keys alone: `import_` is Python's spelling, not the person's.
        return Config.model_validate(read_mapping(content), by_alias=True, by_name=False)
    except YamlProblem as problem:
        raise _refusal(name, list(problem.lines)) from None
    except ValidationError as problem:
        raise _refusal(name, describe(problem, Config)) from None


def _content(file: Path, shown: Path) -> bytes:
    from zenhub_sync.config.yaml_text import SIZE_LIMIT

    try:
        with file.open("rb") as stream:
            return stream.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "not a path"
        advice = "set ZENHUB_CONFIG to a readable YAML file, or unset it"
        raise ConfigProblem(f"{shown}: cannot be read: {reason}; {advice}") from None


def _refusal(name: str, lines: list[str]) -> ConfigProblem:
    return ConfigProblem("\n".join(f"{name}: {line}" for line in lines))
