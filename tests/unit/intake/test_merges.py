"""Where a merged ticket went, as its history tells it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.zendesk.rows import answer

from zenhub_sync.intake.merges import survivors
from zenhub_sync.transport.errors import Missing, ServiceError, Unauthorized, Unavailable
from zenhub_sync.zendesk.models import AuditPage
from zenhub_sync.zendesk.pages import read_audit_page


class _Desk:
    def __init__(self, *pages: list[dict[str, Any]] | ServiceError) -> None:
        self._pages = pages
        self.asked: list[int] = []

    def ticket_audits(self, ticket_id: int, *, after: str | None = None) -> AuditPage:
        number = int(after or 0)
        self.asked.append(ticket_id)
        page = self._pages[number]
        if isinstance(page, ServiceError):
            raise page
        more = number + 1 < len(self._pages)
        return read_audit_page(answer({"audits": page, "meta": {"has_more": more, "after_cursor": str(number + 1)}}))


def _via(rel: object, source: object, **more: object) -> dict[str, Any]:
    return {"channel": "web", "source": {"rel": rel, "from": source, **more}}


def _said(via: object, body: str = "…", kind: str = "Comment") -> dict[str, Any]:
    return {"via": None, "events": [{"type": kind, "body": body, "via": via}]}


_BORN = _said(_via(None, {"address": "a@b.example"}), "Veja o pedido #3")


@pytest.mark.parametrize(
    ("audits", "target"),
    [
        ([_BORN, _said(_via("merge", {"ticket_id": 9}))], 9),
        ([_said(_via("merge", {}, to={"ticket_id": 9}))], 9),
        ([_said(_via("merge", {}), "closed and merged into request #9 “Nota”.")], 9),
        ([_said(_via("merge", "odd"), "Fechado e mesclado na solicitação #9")], 9),
        ([{"via": _via("merge", {"ticket_id": 9}), "events": [{"type": "Comment", "body": "…"}]}], 9),
        ([_said(_via("merge", {"ticket_id": 8})), _said(_via("merge", {"ticket_id": 9}))], 9),
        ([_said(_via("merge", {"ticket_ids": [1]}), "sem número")], None),
        ([_said(_via("merge", {"ticket_id": 5}))], None),  # itself
        ([_said(_via("merge", {"ticket_id": 9}), kind="Change")], None),
        ([_BORN], None),
        ([{"events": "odd"}, {"via": 7}, _said(7), _said(_via("merge", {"ticket_id": "9"}), "")], None),
        ([], None),
    ],
)
def test_the_comment_of_the_merge_names_the_survivor(audits: list[dict[str, Any]], target: int | None) -> None:
    assert survivors(_Desk(audits), [5]) == ({5: target} if target is not None else {})


def test_a_long_history_is_read_to_its_end_but_not_for_ever() -> None:
    merge = [_said(_via("merge", {"ticket_id": 9}))]
    assert survivors(_Desk([_BORN], [_BORN], merge), [5]) == {5: 9}
    desk = _Desk(*([[_BORN]] * 30))
    assert survivors(desk, [5]) == {}
    assert len(desk.asked) == 5


def test_a_day_of_tidying_up_does_not_use_up_the_account() -> None:
    desk = _Desk([])
    survivors(desk, range(1, 1_000))
    assert len(desk.asked) == 50


@pytest.mark.parametrize("error", [Missing("gone", status=404), Unauthorized("scope", status=403)])
def test_a_ticket_is_closed_without_it(error: ServiceError) -> None:
    assert survivors(_Desk(error), [5, 6]) == {}


@pytest.mark.parametrize("error", [Unauthorized("token", status=401), Unavailable("down", status=503)])
def test_a_fault_that_concerns_more_ends_the_run(error: ServiceError) -> None:
    with pytest.raises(type(error)):
        survivors(_Desk(error), [5])
