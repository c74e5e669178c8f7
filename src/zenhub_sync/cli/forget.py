"""`zenhub-sync forget`: erase what is kept about a ticket or a person."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from zenhub_sync.cli.ids import LARGEST, SMALLEST


def forget(
    number: int = typer.Argument(
        metavar="REQUESTER_ID|TICKET_ID", min=SMALLEST, max=LARGEST, help="Zendesk's id of a ticket or of a person."
    ),
    requester: bool = typer.Option(False, "--requester", help="The id is a person's, not a ticket's."),  # noqa: FBT001, FBT003
    hubspot: bool = typer.Option(False, "--hubspot", help="Also blank in HubSpot what the worker wrote there."),  # noqa: FBT001, FBT003
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on stdout."),  # noqa: FBT001, FBT003
) -> None:
    """Erase from the store what is kept about a ticket, or about all tickets of a person (LGPD).

    What remains is what prevents a second ticket or task: ids and the escalation's key. They are not written again.
    """
    from contextlib import closing
    from random import Random

    from zenhub_sync.cli.runtime import start
    from zenhub_sync.cli.waiting import SECONDS
    from zenhub_sync.clock import SystemClock
    from zenhub_sync.delivery.forgetting import blank_in_hubspot
    from zenhub_sync.errors import UsageProblem
    from zenhub_sync.jobs.turns import patient_lease
    from zenhub_sync.store.opening import open_store
    from zenhub_sync.wiring import open_hubspot

    runtime, clock = start(accounts=False), SystemClock()
    refused: list[int] = []
    with closing(open_store(runtime.database_url)) as store, patient_lease(store, clock, SECONDS) as held:
        of_person = store.tickets_of(number)
        of_ticket = [number] if store.known([number]) else []
        if of_person and of_ticket and not requester:
            raise UsageProblem(f"{number} is both a ticket and a person; say --requester for the person")
        ids = of_person if requester or not of_ticket else of_ticket
        if not ids:
            raise UsageProblem(f"the store knows neither a ticket nor a requester {number}")
        if hubspot:
            with open_hubspot(runtime.settings, runtime.config, clock, Random()) as portal:
                refused = blank_in_hubspot(portal, store.known(ids).values())
        person = number if requester or not of_ticket else None
        store.forget(held, ids, person, clock.now().timestamp())
    _tell(ids, refused, hubspot=hubspot, as_json=as_json)


def _tell(ids: Sequence[int], refused: Sequence[int], *, hubspot: bool, as_json: bool) -> None:
    import json

    from zenhub_sync.errors import ConfigProblem

    if as_json:
        typer.echo(json.dumps({"tickets": list(ids), "refused_by_hubspot": list(refused)}))
    else:
        typer.echo(f"forgot {len(ids)} ticket(s){' and blanked them in HubSpot' if hubspot else ''}")
    if refused:
        numbers = ", ".join(str(refused_id) for refused_id in refused)
        raise ConfigProblem(f"HubSpot did not blank the tickets {numbers}; do it there by hand")
