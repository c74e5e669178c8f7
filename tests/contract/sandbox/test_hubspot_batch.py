"""A hundred records at a time in the sandbox's HubSpot."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.contract.sandbox.portal_caller import OBJECTS, TASK, TICKET, Caller

from zenhub_sync.sandbox.hubspot import PortalOptions

TICKETS = f"{OBJECTS}/tickets"
KEY = "zendesk_ticket_id"


def keyed(options: PortalOptions | None = None) -> Caller:
    caller = Caller(options)
    caller.define(KEY)
    return caller


def inputs(keys: Iterable[str], *, traced: bool = True, **changes: Any) -> list[dict[str, Any]]:
    """Spell upsert inputs by key, each with a trace id of its own."""
    plain = [{"id": key, "idProperty": KEY, "properties": TICKET} | changes for key in keys]
    return [one | {"objectWriteTraceId": f"trace {one['id']}"} for one in plain] if traced else plain


def upsert(caller: Caller, status: int, given: list[dict[str, Any]]) -> Any:
    return caller.want(status, "POST", f"{TICKETS}/batch/upsert", {"inputs": given})


def test_an_upsert_creates_then_updates_and_says_which() -> None:
    caller = keyed()
    first = upsert(caller, 200, inputs("12"))
    again = upsert(caller, 200, inputs("123"))
    new = {one["properties"][KEY]: one["new"] for one in again["results"] if one["new"]}
    assert [one["new"] for one in first["results"]] == [True, True]
    assert new == {"3": True}
    assert len(caller.portal.ids("tickets")) == 3
    assert all(one["url"].endswith(one["id"]) for one in again["results"])


def test_results_come_out_of_order_and_are_told_apart_by_trace_id() -> None:
    caller = keyed()
    given = inputs(str(number) for number in range(20))
    results = upsert(caller, 200, given)["results"]
    traces = [one["objectWriteTraceId"] for one in results]
    assert traces != [one["objectWriteTraceId"] for one in given]
    assert all(one["objectWriteTraceId"] == f"trace {one['properties'][KEY]}" for one in results)
    assert sorted(traces) == sorted(one["objectWriteTraceId"] for one in given)


def test_the_disorder_is_the_same_for_one_seed() -> None:
    def order(seed: int) -> list[str]:
        given = inputs(str(number) for number in range(20))
        results = upsert(keyed(PortalOptions(seed=seed)), 200, given)["results"]
        return [one["id"] for one in results]

    assert order(1) == order(1) != order(2)


BAD: dict[str, Any] = {"properties": TICKET | {"hs_ticket_priority": "ASAP"}}


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda one: one.pop("objectWriteTraceId"), id="one input is not traced"),
        pytest.param(lambda one: one.update(objectWriteTraceId="trace 1"), id="two share a trace id"),
    ],
)
def test_without_a_trace_id_of_its_own_on_every_input_one_bad_input_refuses_all(spoil: Any) -> None:
    caller = keyed()
    given = inputs("12") + inputs("3", **BAD)
    spoil(given[1])
    refused = upsert(caller, 400, given)
    assert "ASAP" in refused["message"]
    assert caller.portal.ids("tickets") == ()
    assert caller.ledger.writes(kind="tickets") == ()


def test_with_trace_ids_the_good_inputs_are_written_and_the_bad_one_is_named() -> None:
    caller = keyed()
    answer = upsert(caller, 207, inputs("12") + inputs("3", **BAD))
    assert answer["numErrors"] == 1
    assert answer["status"] == "COMPLETE"
    [error] = answer["errors"]
    assert error["context"]["objectWriteTraceId"] == ["trace 3"]
    assert (error["status"], error["category"]) == ("error", "VALIDATION_ERROR")
    assert {one["objectWriteTraceId"] for one in answer["results"]} == {"trace 1", "trace 2"}
    assert len(caller.portal.ids("tickets")) == 2


def test_all_inputs_may_fail_in_a_207() -> None:
    answer = upsert(keyed(), 207, inputs("12", **BAD))
    assert (answer["results"], answer["numErrors"]) == ([], 2)


def test_a_structured_refusal_keeps_its_errors_inside_a_207() -> None:
    given = inputs("1", properties=TICKET | {"closed_date": "2026-01-01"})
    [error] = upsert(keyed(), 207, given)["errors"]
    assert error["errors"][0]["code"] == "READ_ONLY_VALUE"


@pytest.mark.parametrize("traced", [True, False])
def test_one_id_twice_refuses_the_batch_traced_or_not(traced: bool) -> None:
    caller = keyed()
    given = inputs("1231", traced=False)
    if traced:
        given = [one | {"objectWriteTraceId": str(number)} for number, one in enumerate(given)]
    refused = upsert(caller, 400, given)
    assert refused["message"] == "Duplicate IDs found in batch input: [1]. IDs must be unique"
    assert refused["context"] == {"ids": ["1"]}
    assert caller.portal.ids("tickets") == ()


@pytest.mark.parametrize("name", ["create", "read", "update", "upsert", "archive"])
def test_a_hundred_inputs_are_the_most_and_none_too_few(name: str) -> None:
    caller = keyed()
    many = inputs(str(number) for number in range(101))
    caller.want(400, "POST", f"{TICKETS}/batch/{name}", {"inputs": many})
    caller.want(400, "POST", f"{TICKETS}/batch/{name}", {"inputs": []})
    assert caller.portal.ids("tickets") == ()
    upsert(caller, 200, many[:100])


@pytest.mark.parametrize("name", ["create", "read", "update", "upsert", "archive"])
def test_a_batch_without_inputs_is_told_what_is_missing(name: str) -> None:
    refused = Caller().want(400, "POST", f"{TICKETS}/batch/{name}", {"items": []})
    message = "Invalid input JSON on line 1, column 2: Some required fields were not set: [inputs]"
    assert refused["message"] == message


@pytest.mark.parametrize("name", ["subject", "hs_object_id", "nonsense"])
@pytest.mark.parametrize("endpoint", ["update", "upsert"])
def test_a_batch_by_a_property_that_is_not_unique_is_refused_whole(endpoint: str, name: str) -> None:
    given = inputs("1", idProperty=name)
    refused = Caller().want(400, "POST", f"{TICKETS}/batch/{endpoint}", {"inputs": given})
    assert refused["message"] == f"Unable to perform update/upsert by non-unique 0-5 property {name}"


def test_a_new_ticket_of_an_upsert_needs_what_every_new_ticket_needs() -> None:
    caller = keyed()
    [error] = upsert(caller, 207, inputs("1", properties={"subject": "x"}))["errors"]
    assert error["context"]["properties"] == ["hs_pipeline_stage"]
    upsert(caller, 200, inputs("1"))
    upsert(caller, 200, inputs("1", properties={"subject": "x"}))


def test_an_upsert_that_repeats_the_stage_undoes_a_persons_move() -> None:
    caller = keyed()
    upsert(caller, 200, inputs("1"))
    [ticket] = caller.portal.ids("tickets")
    caller.portal.update("tickets", ticket, {"hs_pipeline_stage": "3"})
    upsert(caller, 200, inputs("1"))
    assert caller.portal.properties_of("tickets", ticket)["hs_pipeline_stage"] == "1"


@pytest.mark.parametrize("endpoint", ["update", "upsert"])
def test_associations_in_an_update_or_upsert_are_ignored(endpoint: str) -> None:
    caller = keyed()
    company = caller.make("companies", {"name": "Acme"})
    ticket = caller.ticket(**{KEY: "1"})
    spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 26}
    given = inputs("1", associations=[{"to": {"id": company}, "types": [spec]}])
    caller.want(200, "POST", f"{TICKETS}/batch/{endpoint}", {"inputs": given})
    assert caller.portal.associated("tickets", ticket, "companies") == {}


def test_inputs_of_one_batch_may_not_share_a_unique_value() -> None:
    caller = keyed()
    given = [{"properties": TICKET | {KEY: "1"}, "associations": []} for _ in range(2)]
    caller.want(400, "POST", f"{TICKETS}/batch/create", {"inputs": given})
    assert caller.portal.ids("tickets") == ()
    traced = [one | {"objectWriteTraceId": str(number)} for number, one in enumerate(given)]
    answer = caller.want(207, "POST", f"{TICKETS}/batch/create", {"inputs": traced})
    [error] = answer["errors"]
    assert error["message"].endswith(f". {answer['results'][0]['id']} already has that value.")


def test_a_batch_creates_with_associations() -> None:
    caller = Caller()
    ticket = caller.ticket()
    spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 230}
    given = [{"properties": TASK, "associations": [{"to": {"id": ticket}, "types": [spec]}]}]
    made = caller.want(201, "POST", f"{OBJECTS}/tasks/batch/create", {"inputs": given})["results"][0]
    assert caller.portal.associated("tasks", made["id"], "tickets") == {ticket: {230}}


def test_a_batch_of_contacts_with_a_known_address_is_a_conflict() -> None:
    caller = Caller()
    known = caller.make("contacts", {"email": "a@x.com"})
    given = [{"properties": {"email": f"{name}@x.com"}, "associations": []} for name in "ba"]
    refused = caller.want(409, "POST", f"{OBJECTS}/contacts/batch/create", {"inputs": given})
    assert refused["message"] == f"Contact already exists. Existing ID: {known}"
    assert caller.portal.ids("contacts") == (known,)


def test_an_update_of_a_missing_record_fails_alone_when_traced() -> None:
    caller = keyed()
    ticket = caller.ticket()
    given = [{"id": one, "properties": {"subject": "y"}, "objectWriteTraceId": one} for one in (ticket, "999")]
    answer = caller.want(207, "POST", f"{TICKETS}/batch/update", {"inputs": given})
    assert [one["id"] for one in answer["results"]] == [ticket]
    assert answer["errors"][0]["context"]["objectWriteTraceId"] == ["999"]
    caller.want(404, "POST", f"{TICKETS}/batch/update", {"inputs": [given[0] | {"objectWriteTraceId": None}, given[1]]})


def test_an_update_by_key_writes_the_record_that_has_it() -> None:
    caller = keyed()
    ticket = caller.ticket(**{KEY: "1"})
    caller.want(200, "POST", f"{TICKETS}/batch/update", {"inputs": inputs("1", properties={"subject": "new"})})
    assert caller.portal.properties_of("tickets", ticket)["subject"] == "new"
    caller.want(207, "POST", f"{TICKETS}/batch/update", {"inputs": inputs("2", properties={"subject": "new"})})
    assert caller.portal.ids("tickets") == (ticket,)


def test_an_upsert_that_contradicts_its_own_key_is_refused() -> None:
    [error] = upsert(keyed(), 207, inputs("1", properties=TICKET | {KEY: "2"}))["errors"]
    assert error["context"]["objectWriteTraceId"] == ["trace 1"]


def test_every_write_of_a_batch_is_in_the_ledger_once() -> None:
    caller = keyed()
    upsert(caller, 200, inputs("12"))
    upsert(caller, 200, inputs("23"))
    assert len(caller.ledger.writes(action="create", kind="tickets", by="api")) == 3
    assert len(caller.ledger.writes(action="update", kind="tickets", by="api")) == 1


def test_writers_at_once_make_one_ticket_for_each_key() -> None:
    caller = keyed(PortalOptions(enforce_limits=False))
    given = inputs(str(number) for number in range(50))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: upsert(caller, 200, given), range(8)))
    assert sum(one["new"] for answer in answers for one in answer["results"]) == 50
    assert len(caller.portal.ids("tickets")) == 50
