"""What the mirror tells of a company: its tickets and bad ratings of the last months, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.fakes.facts import COMPANY, NOW, mirror_of

from zenhub_sync.planning.history import CompanyHistory
from zenhub_sync.planning.tickets import HubSpotId, MirroredTicket, Status, ZendeskTicketId
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.staging import StagedPage
from zenhub_sync.store.store import Store

_AT = NOW.timestamp()


def _ticket(number: int, days_ago: float, status: Status = Status.SOLVED, **changes: object) -> MirroredTicket:
    opened = int((NOW - timedelta(days=days_ago)).timestamp())
    return replace(mirror_of(number, company_id=COMPANY, opened_at=opened, status=status), **changes)  # type: ignore[arg-type]  # fields by name


def _rated(*pairs: tuple[int, float]) -> dict[int, datetime]:
    return {number: NOW - timedelta(days=days) for number, days in pairs}


def test_the_history_counts_the_companys_tickets_and_bad_ratings(store: Store, held: Lease) -> None:
    tickets = [
        _ticket(1, 200, Status.OPEN),  # too old to count, but still open
        _ticket(2, 80, Status.PENDING),
        _ticket(3, 10),
        _ticket(4, 1, Status.DELETED),
        _ticket(5, 3, company_id=HubSpotId("999")),
    ]
    store.stage_page(StagedPage(mirrored=tickets, rated_badly=_rated((1, 100), (2, 40), (3, 2), (5, 1))), held, _AT)
    store.stage_page(StagedPage(rated_badly=_rated((3, 1))), held, _AT)
    store.stage_page(StagedPage(rated_badly=_rated((3, 1))), held, _AT)  # the same once more
    assert store.history(tickets[2], _AT) == CompanyHistory(
        tickets=3,
        bad_ratings=3,
        bad_lately=2,
        oldest_open=1,
        oldest_open_at=datetime.fromtimestamp(tickets[0].opened_at, UTC),
    )


def test_without_a_company_the_organization_speaks_and_without_both_nobody(store: Store, held: Lease) -> None:
    alone = _ticket(1, 5, company_id=None, organization_id=360)
    other = _ticket(2, 6, company_id=None, organization_id=360)
    nobody = _ticket(3, 5, company_id=None)
    store.stage_page(StagedPage(mirrored=[alone, other, nobody], rated_badly=_rated((2, 1))), held, _AT)
    assert store.history(alone, _AT) == CompanyHistory(tickets=2, bad_ratings=1, bad_lately=1)
    assert store.history(nobody, _AT) is None


def test_a_forgotten_ticket_has_no_part_in_it(store: Store, held: Lease) -> None:
    tickets = [_ticket(1, 5, Status.OPEN), _ticket(2, 5)]
    store.stage_page(StagedPage(mirrored=tickets, rated_badly=_rated((1, 1), (2, 1))), held, _AT)
    store.forget(held, [ZendeskTicketId(1)], None, _AT)
    assert store.history(tickets[1], _AT) == CompanyHistory(tickets=1, bad_ratings=1, bad_lately=1)
