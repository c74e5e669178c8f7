"""A portal that keeps few records in memory answers as one that keeps them all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

import pytest
from tests.contract.sandbox.portal_caller import OBJECTS, TICKET, Caller, new_property

from zenhub_sync.sandbox.hubspot import Portal

Question = tuple[str, str, Any]


class Forgetful(Caller):
    """A portal with no more than two records in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.portal = Portal(self.clock, self.ledger, self.portal.options, keep=2)


class Life:
    """Make up requests that fit what was made before, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.made: dict[str, list[str]] = {"tickets": ["1"], "companies": ["2"], "contacts": ["3"]}

    def question(self) -> Question:
        return self.chance.choice((self._upsert, self._upsert, self._read, self._change, self._link, self._link,
                                   self._links, self._list, self._end, self._search))()  # fmt: skip

    def _some(self, kind: str, most: int = 4) -> list[str]:
        return list(dict.fromkeys(self.chance.choices(self.made[kind], k=self.chance.randint(1, most))))

    def _upsert(self) -> Question:
        numbers = self.chance.sample(range(60), 5)
        inputs = [
            {
                "id": str(number),
                "idProperty": "zendesk_ticket_id",
                "properties": TICKET | {"subject": f"Caso {number} {self.chance.random()}"},
                "objectWriteTraceId": str(number),
            }
            for number in numbers
        ]
        inputs[0]["properties"] = {"hs_pipeline_stage": "no such stage"}
        return "POST", f"{OBJECTS}/tickets/batch/upsert", {"inputs": inputs}

    def _read(self) -> Question:
        kind = self.chance.choice(list(self.made))
        inputs = [{"id": one} for one in self._some(kind)]
        return "POST", f"{OBJECTS}/{kind}/batch/read", {"inputs": inputs, "properties": ["subject", "name", "email"]}

    def _change(self) -> Question:
        [company] = self._some("companies", 1)
        return "PATCH", f"{OBJECTS}/companies/{company}", {"properties": {"name": f"Nome {self.chance.random()}"}}

    def _link(self) -> Question:
        to_kind, type_id = self.chance.choice((("companies", 26), ("contacts", 16)))
        spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}
        pairs = zip(self._some("tickets"), self._some(to_kind), strict=False)
        inputs = [{"types": [spec], "from": {"id": one}, "to": {"id": other}} for one, other in pairs]
        return "POST", f"/crm/associations/2026-09/tickets/{to_kind}/batch/create", {"inputs": inputs}

    def _links(self) -> Question:
        from_kind, to_kind = self.chance.choice((("tickets", "companies"), ("companies", "tickets")))
        inputs = [{"id": one} for one in self._some(from_kind)]
        return "POST", f"/crm/associations/2026-09/{from_kind}/{to_kind}/batch/read", {"inputs": inputs}

    def _list(self) -> Question:
        return "GET", f"{OBJECTS}/{self.chance.choice(list(self.made))}", None

    def _end(self) -> Question:
        kind = self.chance.choice(("companies", "contacts"))
        if self.chance.random() < 0.3:
            return "DELETE", f"{OBJECTS}/{kind}/{self._some(kind, 1)[0]}", None
        primary, other = self.chance.choices(self.made[kind], k=2)
        return "POST", f"{OBJECTS}/{kind}/merge", {"primaryObjectId": primary, "objectIdToMerge": other}

    def _search(self) -> Question:
        return "POST", f"{OBJECTS}/tickets/search", {"query": "caso", "properties": ["zendesk_ticket_id"], "limit": 50}


@pytest.mark.parametrize("seed", range(6))
def test_a_life_of_requests_is_answered_alike(seed: int) -> None:
    callers, life = (Caller(), Forgetful()), Life(seed)
    for name in ("Ana", "Bia", "Caio", "Duda", "Enzo"):
        for kind, properties in (("companies", {"name": name}), ("contacts", {"email": f"{name}@example.com.br"})):
            life.made[kind].append(both(callers, Caller.make, kind, properties))
    both(callers, Caller.define, "zendesk_ticket_id")
    for _ in range(150):
        method, path, body = life.question()
        status, answer = both(callers, answered, method, path, body)
        if path.endswith("upsert") and status < 300:
            life.made["tickets"] += [row["id"] for row in answer["results"] if row["new"]]
        pause = life.chance.choice((0.5, 15))
        for caller in callers:
            caller.clock.advance(pause)
    assert len(life.made["tickets"]) > 20
    for kind in life.made:
        for record in both(callers, lambda caller: caller.portal.ids(kind)):  # noqa: B023 - called at once
            both(callers, shown, kind, record, life.made)
    assert callers[0].ledger.writes() == callers[1].ledger.writes()


def answered(caller: Caller, method: str, path: str, body: Any) -> tuple[int, Any]:
    response = caller.ask(method, path, body)
    return response.status, json.loads(response.body or b"null")


def shown(caller: Caller, kind: str, record: str, to_kinds: Iterable[str]) -> tuple[Any, ...]:
    links = (caller.portal.associated(kind, record, to_kind) for to_kind in to_kinds)
    return caller.portal.properties_of(kind, record), *links


def both(callers: tuple[Caller, Caller], act: Callable[..., Any], *arguments: Any) -> Any:
    """Do the same with both, and hold the outcomes against each other."""
    first, second = (act(one, *arguments) for one in callers)
    assert first == second
    return first


def test_an_id_that_is_no_number_or_of_another_kind_is_not_found() -> None:
    caller = Forgetful()
    companies = [caller.make("companies", {"name": str(n)}) for n in range(5)]
    for wrong in ("abc", "٣", f"0{companies[0]}", "9" * 30, "-1"):
        assert caller.ask("GET", f"{OBJECTS}/companies/{wrong}").status == 404
    assert caller.ask("GET", f"{OBJECTS}/contacts/{companies[0]}").status == 404
    assert caller.ask("GET", f"{OBJECTS}/companies/{companies[0]}").status == 200


def test_a_unique_value_is_found_and_free_again_after_it_was_changed() -> None:
    caller = Forgetful()
    caller.want(201, "POST", "/crm/properties/2026-09/tickets", new_property("number"))
    tickets = [caller.ticket(number=str(n)) for n in range(5)]
    caller.want(200, "PATCH", f"{OBJECTS}/tickets/{tickets[0]}", {"properties": {"number": "9"}})
    read = caller.want(200, "GET", f"{OBJECTS}/tickets/9", None, idProperty="number")
    assert read["id"] == tickets[0]
    assert caller.ask("GET", f"{OBJECTS}/tickets/0", None, idProperty="number").status == 404
    caller.ticket(number="0")
