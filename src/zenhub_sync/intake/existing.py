"""HubSpot tickets that an earlier store made: known again by their unique `zendesk_ticket_id`, never by search."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.hubspot.results import ReadResult
from zenhub_sync.planning.portal import Portal
from zenhub_sync.planning.properties import TASK_ID, TASK_KEY, TICKET_ID
from zenhub_sync.planning.tickets import ExistingTicket, HubSpotId, ZendeskTicketId
from zenhub_sync.transport.asking import Asking, Coming

_READ = ("hs_pipeline_stage", "zendesk_status", "zendesk_csat", TICKET_ID, TASK_KEY, TASK_ID)
# Batch reads take 100 ids (developers.hubspot.com, using-object-apis 2026-09).
_AT_ONCE = 100
# So many pages after one whose sample was new are taken for new as well.
_TRUSTED_PAGES = 9

Existing = tuple[dict[ZendeskTicketId, ExistingTicket], frozenset[int]]
"""The tickets that are there, and the ids for which HubSpot did not say."""


class ObjectReads(Protocol):
    """The part of the HubSpot client that reads records in batches."""

    def read(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, id_property: str | None = None
    ) -> ReadResult: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """What is looked for of a page's unknown tickets; `trusting` an earlier page's sample, if so many of it held."""

    wanted: frozenset[ZendeskTicketId]
    asked: frozenset[ZendeskTicketId]
    samples: bool
    trusting: int | None
    coming: Coming[Existing]


@dataclass(slots=True)
class Newcomers:
    """Look for tickets that the store does not know; what the pages of a run have shown says how closely.

    Up to a batch, all are looked for. Of more, a sample is; where none of it is there, the others are taken for new,
    and so are those of the next pages, until HubSpot turns out to have had one (docs/adr/0010). A page that is asked
    for while the sample it trusts is on its way is looked for whole if that shows something.
    """

    _trusted_pages: int = 0
    _sampling: bool = False
    _surprised: bool = False
    _disappointments: int = 0

    def ask(
        self,
        hubspot: ObjectReads,
        ids: Iterable[ZendeskTicketId],
        portal: Portal,
        rated: Collection[int],
        asking: Asking,
    ) -> Looking:
        """Begin to look; those `rated` are always looked for: the number of an escalation may stand in HubSpot alone.

        Pages must be asked for, and answered, in their order.
        """
        wanted = sorted(set(ids))
        many = len(wanted) > _AT_ONCE and not self._surprised
        trusts = many and (self._trusted_pages > 0 or self._sampling)
        samples = many and not trusts
        if trusts:
            self._trusted_pages -= 1
        self._sampling |= samples
        asked = _chosen(wanted, rated, samples=samples) if many else wanted
        return Looking(
            wanted=frozenset(wanted),
            asked=frozenset(asked),
            samples=samples,
            trusting=self._disappointments if trusts else None,
            coming=asking.ahead(partial(_read, hubspot, asked, portal)),
        )

    def answer(self, looking: Looking, hubspot: ObjectReads, portal: Portal) -> Existing:
        """Return the HubSpot tickets that stand for these Zendesk tickets, and the ids for which HubSpot did not say.

        "Not read" is not "not there": those must wait, or a ticket that exists would be taken for a new one.
        """
        found, unread = looking.coming.result()
        disappointed = looking.trusting not in {None, self._disappointments} or (looking.samples and self._surprised)
        if found or unread or disappointed:
            more, silent = _read(hubspot, sorted(looking.wanted - looking.asked), portal)
            found, unread = found | more, unread | silent
        if found or unread:
            self._disappoint()
        elif looking.samples:
            self._sampling = False
            self._trusted_pages += _TRUSTED_PAGES
        return found, unread

    def surprise(self) -> None:
        """Take nothing for new any more in this run: HubSpot had a ticket that was."""
        self._surprised = True
        self._disappoint()

    def _disappoint(self) -> None:
        """Trust no sample that was taken, or asked for, before."""
        self._trusted_pages, self._sampling = 0, False
        self._disappointments += 1


def _chosen(wanted: Sequence[ZendeskTicketId], rated: Collection[int], *, samples: bool) -> list[ZendeskTicketId]:
    """Return the rated ones, and a sample of the others that fills up their last request, which costs nothing."""
    chosen = [each for each in wanted if each in rated]
    if samples or chosen:
        chosen += _sample([each for each in wanted if each not in rated], _AT_ONCE - len(chosen) % _AT_ONCE)
    return sorted(chosen)


def _sample(wanted: Sequence[ZendeskTicketId], size: int) -> list[ZendeskTicketId]:
    """Return the oldest tickets and some from all over: what an earlier store had made, it made oldest first."""
    oldest, others = wanted[: size // 2], wanted[size // 2 :]
    most = min(size - len(oldest), len(others))
    return [*oldest, *(others[n * len(others) // most] for n in range(most))]


def _read(hubspot: ObjectReads, wanted: Sequence[ZendeskTicketId], portal: Portal) -> Existing:
    found: dict[ZendeskTicketId, ExistingTicket] = {}
    unread: set[int] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        chunk = [str(zendesk_id) for zendesk_id in wanted[start : start + _AT_ONCE]]
        answer = hubspot.read("tickets", chunk, _READ, id_property=TICKET_ID)
        unread.update(int(number) for number in answer.unaccounted)
        for record in answer.found:
            existing = _existing(record, portal)
            if existing is not None:
                found[existing.zendesk_id] = existing
    return found, frozenset(unread)


def _existing(record: CrmObject, portal: Portal) -> ExistingTicket | None:
    said = record.properties
    number = said.get(TICKET_ID) or ""
    if not (number.isascii() and number.isdigit()):
        return None
    task_id = said.get(TASK_ID)
    return ExistingTicket(
        zendesk_id=ZendeskTicketId(int(number)),
        hubspot_id=HubSpotId(record.id),
        stage_id=said.get("hs_pipeline_stage"),
        roles=portal.roles_of(said.get("hs_pipeline_stage")),
        zendesk_status=said.get("zendesk_status"),
        task_key=said.get(TASK_KEY) or None,
        task_id=HubSpotId(task_id) if task_id else None,
        csat=said.get("zendesk_csat"),
    )
