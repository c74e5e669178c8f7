"""The life of the sandbox's company: every day customers write and rate, and CSMs finish tasks."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.outside.installed import Accounts

_TICKETS = 28


class Company:
    """What happens, the same in every life; jobs run between its mornings and its evenings.

    It begins with tickets of every awkward kind.
    """

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.rated: list[int] = []
        self.asked: list[int] = []
        self._who = accounts.seed(_TICKETS)

    def morning(self, day: int) -> None:
        """Let customers write: one is angry already, and one has more to say about yesterday's."""
        self.rated.append(self._ticket(day, "solved"))
        self._rate(self.rated[day], 1)
        self.asked.append(self._ticket(day, "open"))
        if day:
            self.accounts.act("desk/edit", ticket_id=self.asked[day - 1], subject=f"Ainda o caso {day - 1}")

    def evening(self, day: int) -> None:
        """Let one be rated badly that was imported well; of yesterday's, one is made up with, and one task is done."""
        self.accounts.act("desk/status", ticket_id=self.asked[day], status="solved")
        self._rate(self.asked[day], 2)
        if day:
            self._rate(self.rated[day - 1], 5)
            [ticket] = self._hubspot_tickets(self.asked[day - 1])
            [task] = self.accounts.act("portal/associated", from_kind="tickets", from_id=ticket, to_kind="tasks")
            done = {"hs_task_status": "COMPLETED"}
            self.accounts.act("portal/update", kind="tasks", object_id=task, properties=done)

    def account(self) -> dict[str, object]:
        """Say what there is in HubSpot; the same in every life, or something was lost or made twice."""
        tickets = self.accounts.act("portal/ids", kind="tickets")
        tasks = self.accounts.act("portal/ids", kind="tasks")
        return {
            "tickets": Counter(self._described("tickets", ticket, _SHOWN, _LINKED) for ticket in tickets),
            "tasks": Counter(self._described("tasks", task, ("mark", *_DONE), _TASK_LINKED) for task in tasks),
        }

    def made(self, kind: str, name: str) -> Counter[str]:
        """Say by the ledger how often each record of a kind was ever made, by what it is known by."""
        made = (w for w in self.accounts.ledger() if (w["action"], w["kind"], w["by"]) == ("create", kind, "api"))
        return Counter({**write["values"], "mark": _mark(write["values"])}[name] for write in made)

    def deeds(self) -> set[tuple[str, str]]:
        """Say what kinds of writes the program made on what kinds of records."""
        return {(write["action"], write["kind"]) for write in self.accounts.ledger() if write["by"] == "api"}

    def _ticket(self, day: int, status: str) -> int:
        organizations = list(self._who["organizations"].values())[:6]
        organization = organizations[day % len(organizations)]
        return int(
            self.accounts.act(
                "desk/ticket",
                subject=f"Caso {day}",
                requester_id=self._who["requesters"][str(organization)][0],
                organization_id=organization,
                status=status,
                description="Não consigo entrar",
            )
        )

    def _rate(self, ticket: int, points: int) -> None:
        if points < 3:
            self.accounts.act("desk/offer", ticket_id=ticket)
        self.accounts.act("desk/rate", ticket_id=ticket, points=points, comment="Foi assim")

    def _hubspot_tickets(self, number: int) -> list[str]:
        return list(
            self.accounts.act("portal/find", kind="tickets", property_name="zendesk_ticket_id", value=str(number))
        )

    def _described(self, kind: str, record: str, shown: tuple[str, ...], linked: tuple[str, ...]) -> tuple[object, ...]:
        values = self.accounts.act("portal/show", kind=kind, object_id=record)
        values["mark"] = _mark(values)
        links = (
            len(self.accounts.act("portal/associated", from_kind=kind, from_id=record, to_kind=to)) for to in linked
        )
        return (*(values.get(name) for name in shown), *links)


_SHOWN = ("zendesk_ticket_id", "subject", "hs_pipeline_stage", "zendesk_csat", "zenhub_task_key")
_LINKED = ("companies", "contacts", "tasks")
_DONE = ("hubspot_owner_id", "hs_task_status")
_TASK_LINKED = ("tickets", "companies", "contacts")


def _mark(task: dict[str, Any]) -> str:
    return str(task.get("hs_task_body", "")).rpartition("\n")[2]
