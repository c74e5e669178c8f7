"""`zenhub-sync match`: organizations without a company."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from zenhub_sync.cli.ids import LARGEST

if TYPE_CHECKING:
    from zenhub_sync.jobs.list_unmatched import UnmatchedRow

app = typer.Typer(help="Show organizations without a company, and link them by hand.", no_args_is_help=True)

_JSON = typer.Option(False, "--json", help="Print one JSON document on stdout.")  # noqa: FBT003 - Typer's way
_ORGANIZATION = typer.Argument(metavar="ORG_ID", help="Zendesk's number of the organization.", min=1, max=LARGEST)
_COMPANY = typer.Argument(metavar="COMPANY_ID", help="The last number in the address of the company's HubSpot page.")


@app.command("list")
def list_(as_json: bool = _JSON) -> None:  # noqa: FBT001 - Typer's way
    """List the organizations without a company, with the companies that they may be."""
    from rich.console import Console

    from zenhub_sync.cli.running import open_worker
    from zenhub_sync.jobs.list_unmatched import list_unmatched

    with open_worker(dry_run=True) as worker:
        worker.check_portal()
        rows = list_unmatched(worker)
    if as_json:
        typer.echo(json.dumps({"organizations": [_document(row) for row in rows]}, ensure_ascii=False))
    elif rows:
        _show(rows, Console())
    else:
        typer.echo("every organization of a known ticket has its company")


@app.command("link")
def link(
    organization: int = _ORGANIZATION,
    company: str = _COMPANY,
    as_json: bool = _JSON,  # noqa: FBT001 - Typer's way
) -> None:
    """Link an organization with a company, and let all its tickets follow.

    Writes the company's zendesk_organization_id, which needs the scope crm.objects.companies.write.
    """
    from zenhub_sync.errors import UsageProblem

    if not (company.isascii() and company.isdigit()):
        raise UsageProblem(
            "COMPANY_ID is a number, the last one in the address of the company's HubSpot page; nothing was changed"
        )
    _run(organization, company, as_json=as_json)
    if not as_json:
        typer.echo(f"organization {organization} is linked with company {company}")


@app.command("unlink")
def unlink(
    organization: int = _ORGANIZATION,
    as_json: bool = _JSON,  # noqa: FBT001 - Typer's way
) -> None:
    """Take back the link of an organization; its next company is the one that the rules find, or the next link.

    Nothing is deleted in HubSpot: its tickets there stay associated with the company until they get another one.
    """
    _run(organization, None, as_json=as_json)
    if not as_json:
        typer.echo(f"organization {organization} is linked with no company by hand any more")


def _run(organization: int, company: str | None, *, as_json: bool) -> None:
    from zenhub_sync.cli.running import run_from_command_line
    from zenhub_sync.cli.waiting import SECONDS
    from zenhub_sync.jobs.match_organization import link_job
    from zenhub_sync.jobs.worker import JobOptions

    run_from_command_line(link_job(organization, company), JobOptions(patience=SECONDS), as_json=as_json)


def _document(row: UnmatchedRow) -> dict[str, Any]:
    return {
        "organization_id": row.organization_id,
        "name": row.name,
        "tickets": row.tickets,
        "bad_ratings": row.bad_ratings,
        "suggestions": [
            {"company_id": each.company_id, "name": each.name, "reason": each.reason} for each in row.suggestions
        ],
    }


def _show(rows: list[UnmatchedRow], console: Any) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table("organization", "name", "tickets", "bad ratings", "may be company", box=None, pad_edge=False)
    for row in rows:
        may_be = [
            f"{each.company_id} {escape(each.name or '(no name)')}: {escape(each.reason)}" for each in row.suggestions
        ]
        table.add_row(
            str(row.organization_id),
            escape(row.name or "(gone from Zendesk)"),
            str(row.tickets),
            str(row.bad_ratings),
            "\n".join(may_be),
        )
    console.print(table)
    console.print("link one with: zenhub-sync match link ORG_ID COMPANY_ID", highlight=False)
