"""`zenhub-sync config`: what holds, where it comes from, and whether the file is right."""

from __future__ import annotations

from pathlib import Path

import typer

app = typer.Typer(help="Show, check or describe the configuration.", no_args_is_help=True)

_JSON = typer.Option(False, "--json", help="Print one JSON document on stdout.")  # noqa: FBT003 - Typer's way
_FILE = typer.Argument(None, metavar="[FILE]", help="Default: ZENHUB_CONFIG, else config/zenhub-sync.yaml.")


@app.command("show")
def show(as_json: bool = _JSON) -> None:  # noqa: FBT001 - Typer's way
    """Show every setting and where its value comes from; of a secret only that it is set."""
    import json
    import os
    from dataclasses import asdict

    from zenhub_sync.config import load_config
    from zenhub_sync.config.showing import shown_values
    from zenhub_sync.settings import load_settings
    from zenhub_sync.settings.showing import shown_variables

    settings = load_settings(os.environ)
    variables = list(shown_variables(settings, os.environ))
    values = list(shown_values(load_config(settings.config_path, cwd=Path.cwd())))
    if as_json:
        document = {"environment": [asdict(each) for each in variables], "config": [asdict(each) for each in values]}
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    for name, value, origin in [*((v.name, v.value, v.origin) for v in variables), ("", "", "")]:
        typer.echo(f"{name:<44} {'' if value is None else value}{f'  ({origin})' if origin else ''}".rstrip())
    for each in values:
        typer.echo(f"{each.key:<44} {_yaml(each.value)}  ({each.origin})")


def _yaml(value: object) -> str:
    import json

    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else f"{text[:97]}…"


@app.command("validate")
def validate(file: Path = _FILE, as_json: bool = _JSON) -> None:  # noqa: FBT001 - Typer's way
    """Check the file alone; needs no credentials. Exit code 3 with a line for every problem."""
    import json
    import os

    from zenhub_sync.config import DEFAULT_PATH, load_config
    from zenhub_sync.errors import ConfigProblem

    given = file or (Path(os.environ["ZENHUB_CONFIG"]) if os.environ.get("ZENHUB_CONFIG") else None)
    problems: list[str] = []
    try:
        load_config(given, cwd=Path.cwd())
    except ConfigProblem as problem:
        problems = str(problem).splitlines()
        if not as_json:
            raise
    there = given is not None or (Path.cwd() / DEFAULT_PATH).exists()
    shown = str(given or DEFAULT_PATH) if there else None
    if as_json:
        typer.echo(json.dumps({"file": shown, "valid": not problems, "problems": problems}, ensure_ascii=False))
    else:
        typer.echo(f"{shown} is valid" if there else f"there is no {DEFAULT_PATH}; the defaults hold")
    if problems:
        raise typer.Exit(ConfigProblem.exit_code)


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of the file, for editors."""
    import json

    from zenhub_sync.config.showing import schema as described

    typer.echo(json.dumps(described(), ensure_ascii=False, indent=2))
