"""Try tickets again that found no company or contact, and let tickets follow where their organization leads now.

By organization and requester, never by ticket: two requests to each vendor for a hundred of them. Where nothing can
have changed, nothing is asked: in a small portal one look at its companies tells, in a large one the time that passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from zenhub_sync.intake.directory import Found
from zenhub_sync.jobs.sync_pages import Sweep
from zenhub_sync.jobs.worker import Worker
from zenhub_sync.planning.relinking import plan_links
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.matching import Unmatched
from zenhub_sync.store.store import StagedPage
from zenhub_sync.zendesk.models import Organization

X = TypeVar("X")

# Users and organizations are shown 100 at once (developer.zendesk.com, show many).
_AT_ONCE = 100
# So many organizations and requesters are looked up in one run, those asked for longest ago first.
_MOST = 2_000
# Shorter than the time between two refreshes of a day, longer than that between two of a person who tries things out.
_PATIENCE = 4 * 3600.0
_PAGE = 500
_TRIED_AT = "matched_again"
_RELINKED_AT = "relinked"
# What a page learned is dated when it was asked, before it is stored; and the clocks of two hosts differ.
_OVERLAP = 3600.0


def match_again(worker: Worker, sweep: Sweep) -> None:
    """Look up what may have changed, and relink the tickets for which it did. A dry run leaves both out."""
    if sweep.held is None:
        return
    unmatched = worker.store.matching.unmatched(_MOST)
    waiting = worker.store.matching.waiting_unmatched()
    if (unmatched.organizations or unmatched.requesters) and (waiting or _may_have_changed(worker, unmatched)):
        _look_up(worker, unmatched, sweep.held)
    relink(worker, sweep)
    if waiting:
        matched = [
            ticket.zendesk_id for ticket in worker.store.known(waiting).values() if ticket.company_id is not None
        ]
        worker.store.unpark(sweep.held, worker.now(), matched)


def relink(worker: Worker, sweep: Sweep) -> None:
    """Link every ticket with the company and contact that its organization and its requester lead to now.

    Only those of whom something was learned since the last time are looked at; a run that dies on the way does not
    count as one.
    """
    begun, last = worker.now(), worker.store.fact_noted_at(_RELINKED_AT)
    since = last - _OVERLAP if last is not None else 0.0
    while moved := worker.store.matching.moved(_PAGE, since):
        plans = [plan for ticket, match in moved if (plan := plan_links(ticket, match)) is not None]
        if not plans:
            raise RuntimeError("tickets that lead elsewhere got no link; the two rules disagree")
        sweep.apply(plans)
    if sweep.held is not None:
        worker.store.note_fact(_RELINKED_AT, "", sweep.held, begun)


def _may_have_changed(worker: Worker, unmatched: Unmatched) -> bool:
    """Tell whether asking again is worth its requests: an import may have asked for all of them a moment ago."""
    asked_at = max(worker.store.fact_noted_at(_TRIED_AT) or 0.0, unmatched.asked_at)
    return worker.now() - asked_at >= _PATIENCE or worker.directory.companies_changed(worker.now())


def show_organizations(worker: Worker, ids: Sequence[int]) -> list[Organization]:
    """Return those of the organizations that Zendesk still has."""
    return _show(worker.zendesk.show_many_organizations, ids)


def _look_up(worker: Worker, unmatched: Unmatched, held: Lease) -> None:
    organizations = show_organizations(worker, unmatched.organizations)
    users = _show(worker.zendesk.show_many_users, unmatched.requesters)
    found = worker.directory.ask_again(
        {each.id: each for each in organizations}, {each.id: each for each in users}, worker.now()
    )
    _remember(worker, found, unmatched, held)
    worker.store.note_fact(_TRIED_AT, f"{len(organizations)} {len(users)}", held, worker.now())


def _remember(worker: Worker, found: Found, asked: Unmatched, held: Lease) -> None:
    """Store what was found out about organizations and requesters; those that Zendesk shows no more were asked, too."""
    now = worker.now()
    if found.index is not None:
        worker.store.replace_domains(found.index.domains, held, now, found.index.note)
    told = {link.organization_id for link in found.organizations}, {link.requester_id for link in found.requesters}
    gone, left = worker.store.links(set(asked.organizations) - told[0], set(asked.requesters) - told[1])
    page = StagedPage(
        organizations=[*found.organizations, *(replace(link, checked_at=now) for link in gone.values())],
        requesters=[*found.requesters, *(replace(link, checked_at=now) for link in left.values())],
    )
    worker.store.stage_page(page, held, now)


def _show(ask: Callable[[Sequence[int]], Sequence[X]], ids: Sequence[int]) -> list[X]:
    return [shown for chunk in _chunks(ids) for shown in ask(chunk)]


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
