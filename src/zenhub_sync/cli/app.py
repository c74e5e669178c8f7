"""All commands, and what every one of them does with an error: one or two lines for a person, and the exit code."""

from __future__ import annotations

import copy
import os
import sys
import traceback
from collections.abc import Sequence

import typer

from zenhub_sync.cli import (
    backfill,
    config,
    demo,
    doctor,
    explain,
    forget,
    health,
    history,
    import_,
    match,
    migrate,
    parked,
    refresh,
    sandbox,
    serve,
    setup,
    state,
    status,
)
from zenhub_sync.errors import ZenhubError
from zenhub_sync.telemetry import describe, scrub

NOT_AVAILABLE = 5
INTERRUPTED = 130
UNEXPECTED = 1

app = typer.Typer(
    name="zenhub-sync",
    help="Mirror Zendesk tickets into a HubSpot pipeline; a bad rating becomes one task for the CSM.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo")(demo.demo)
app.command("sandbox")(sandbox.sandbox)
app.command("setup")(setup.setup)
app.command("doctor")(doctor.doctor)
app.command("import")(import_.import_)
app.command("refresh")(refresh.refresh)
app.command("backfill")(backfill.backfill)
app.command("serve")(serve.serve)
app.command("health")(health.health)
app.command("status")(status.status)
app.command("explain")(explain.explain)
app.command("history")(history.history)
app.add_typer(config.app, name="config")
app.add_typer(parked.app, name="parked")
app.add_typer(match.app, name="match")
app.command("forget")(forget.forget)
app.add_typer(state.app, name="state")
app.command("migrate")(migrate.migrate)


@app.callback(invoke_without_command=True)
def _version(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Show the version and exit."),  # noqa: FBT001, FBT003 - Typer's way
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(installed("zenhub-sync"))
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code; nothing but an exit code ever leaves here."""
    try:
        _of(arguments)(args=list(arguments), prog_name="zenhub-sync")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else UNEXPECTED
    except ZenhubError as error:
        hint = "; nothing is lost, the next run goes on from here" if error.exit_code == NOT_AVAILABLE else ""
        return _tell(f"{error}{hint}", error, error.exit_code)
    except KeyboardInterrupt as error:
        return _tell("interrupted; the next run goes on from here", error, INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has left; Python would complain once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the last line of defence: no traceback with data in it reaches a log
        if _was_interrupted(error):
            return _tell("interrupted; the next run goes on from here", error, INTERRUPTED)
        return _tell(_unexpected(error), error, UNEXPECTED)
    return 0


def _of(arguments: Sequence[str]) -> typer.Typer:
    """Return the command line with the command that is asked for alone: Typer works out all that it is shown."""
    asked = [each for each in app.registered_commands if each.name in arguments[:1]]
    groups = [each for each in app.registered_groups if each.name in arguments[:1]]
    if not asked and not groups:
        return app
    alone = copy.copy(app)
    alone.registered_commands, alone.registered_groups = asked, groups
    return alone


def _was_interrupted(error: BaseException) -> bool:
    """Tell whether the error came of an interruption: a driver stopped within a call may fail at cleaning up."""
    before = error.__cause__ or error.__context__
    return before is not None and (isinstance(before, KeyboardInterrupt) or _was_interrupted(before))


def _tell(message: str, error: BaseException, code: int) -> int:
    print(f"error: {scrub(message)}", file=sys.stderr)  # noqa: T201 - this is the command line
    if os.environ.get("LOG_LEVEL", "").upper() == "DEBUG":
        print(describe(error), file=sys.stderr)  # noqa: T201 - likewise
    return code


def _unexpected(error: Exception) -> str:
    """Name the kind of error and the place; its text may hold a customer's data."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(last.filename)}:{last.lineno}"
    return (
        f"unexpected {type(error).__name__} at {place}; nothing is lost, the next run goes on from here. "
        "Please report it; LOG_LEVEL=DEBUG shows where it comes from"
    )
