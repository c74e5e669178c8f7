"""Associate HubSpot tickets with companies and contacts, many pairs a call. Repeating an association is harmless."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal, Protocol

from zenhub_sync.delivery.parts import do_parts
from zenhub_sync.delivery.payloads import TICKET_TO_COMPANY, TICKET_TO_CONTACT
from zenhub_sync.delivery.results import Results
from zenhub_sync.hubspot.following import FollowingReads, read_following
from zenhub_sync.hubspot.results import Pair, PairResult, Refusal
from zenhub_sync.planning.effects import LinkTicket
from zenhub_sync.store.outbox import StoredEffect
from zenhub_sync.transport.asking import Asking
from zenhub_sync.transport.errors import Rejected

# Batch create of associations takes 2,000 (developers.hubspot.com, associate records guide).
_AT_ONCE = 2_000
_LINKED: Final = "linked"
_Fates = dict[Pair, Refusal | Literal["linked"]]


class AssociationCalls(FollowingReads, Protocol):
    """The part of the HubSpot client that links records, and finds those that were merged."""

    def associate(self, from_kind: str, to_kind: str, type_id: int, pairs: Sequence[Pair]) -> PairResult: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """The links to one kind of record: the pair of each effect, and what became of it."""

    kind: Literal["companies", "contacts"]
    type_id: int
    pairs: dict[int, Pair] = field(default_factory=dict)
    fates: _Fates = field(default_factory=dict)

    def fate_of(self, effect_id: int) -> Refusal | Literal["linked"] | None:
        return self.fates.get(self.pairs[effect_id])


def link_tickets(
    hubspot: AssociationCalls,
    leased: Sequence[StoredEffect],
    results: Results,
    asking: Asking,
) -> None:
    """Apply `LinkTicket` effects; one is done when all its links stand."""
    companies = _Side(kind="companies", type_id=TICKET_TO_COMPANY)
    contacts = _Side(kind="contacts", type_id=TICKET_TO_CONTACT)
    for stored in leased:
        effect, ticket_id = stored.effect, stored.ticket_id
        if isinstance(effect, LinkTicket) and ticket_id is not None:
            if effect.company_id is not None:
                companies.pairs[stored.id] = (ticket_id, effect.company_id)
            if effect.contact_id is not None:
                contacts.pairs[stored.id] = (ticket_id, effect.contact_id)
    do_parts(asking, [partial(_link, hubspot, side) for side in (companies, contacts) if side.pairs], results)
    for stored in leased:
        fates = [side.fate_of(stored.id) for side in (companies, contacts) if stored.id in side.pairs]
        refusal = next((fate for fate in fates if isinstance(fate, Refusal)), None)
        if refusal is not None:
            results.refuse(stored, refusal)
        elif all(fate is _LINKED for fate in fates):
            results.done(stored)
        else:
            results.unaccounted(stored)


def _link(hubspot: AssociationCalls, side: _Side, results: Results) -> None:
    """Make the links of one side; where one is refused because its record was merged, link the survivor."""
    side.fates.update(_associate(hubspot, side.kind, side.type_id, list(side.pairs.values())))
    refused = {pair[1] for pair in side.pairs.values() if isinstance(side.fates.get(pair), Refusal)}
    if not refused:
        return
    found = read_following(hubspot, side.kind, refused, ("hs_object_id",))
    merged = {asked: record.id for asked, record in found.items() if record.id != asked}
    for asked, survivor in merged.items():
        results.survive(side.kind, asked, survivor)
    for effect_id, (ticket_id, asked) in side.pairs.items():
        if asked in merged:
            side.pairs[effect_id] = (ticket_id, merged[asked])
    again = [pair for pair in side.pairs.values() if pair not in side.fates]
    side.fates.update(_associate(hubspot, side.kind, side.type_id, again))


def _associate(hubspot: AssociationCalls, to_kind: str, type_id: int, pairs: Sequence[Pair]) -> _Fates:
    """Return what became of each pair; one that the answers leave out is not there."""
    fates: _Fates = {}
    unique = list(dict.fromkeys(pairs))
    for start in range(0, len(unique), _AT_ONCE):
        _associate_chunk(hubspot, to_kind, type_id, unique[start : start + _AT_ONCE], fates)
    return fates


def _associate_chunk(
    hubspot: AssociationCalls, to_kind: str, type_id: int, pairs: Sequence[Pair], fates: _Fates
) -> None:
    """Link the pairs; where the whole call is refused, halve it until the pair at fault stands alone."""
    try:
        answer = hubspot.associate("tickets", to_kind, type_id, pairs)
    except Rejected as error:
        if len(pairs) == 1:
            fates[pairs[0]] = Refusal(code=error.code, property_name=None, message=str(error), category=None)
            return
        middle = len(pairs) // 2
        for half in (pairs[:middle], pairs[middle:]):
            _associate_chunk(hubspot, to_kind, type_id, half, fates)
        return
    fates.update(dict.fromkeys(answer.linked, _LINKED))
    fates.update(answer.refused)
