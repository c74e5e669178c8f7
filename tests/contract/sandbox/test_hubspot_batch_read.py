"""Reading and archiving many records of the sandbox's HubSpot at once."""

from __future__ import annotations

from tests.contract.sandbox.portal_caller import OBJECTS, Caller

TICKETS = f"{OBJECTS}/tickets"
KEY = "zendesk_ticket_id"


def keyed() -> Caller:
    caller = Caller()
    caller.define(KEY)
    return caller


def test_a_read_by_key_names_what_is_missing_in_a_207() -> None:
    caller = keyed()
    caller.ticket(**{KEY: "1"})
    body = {"inputs": [{"id": "1"}, {"id": "2"}, {"id": "3"}], "idProperty": KEY, "properties": [KEY]}
    answer = caller.want(207, "POST", f"{TICKETS}/batch/read", body)
    assert [one["properties"][KEY] for one in answer["results"]] == ["1"]
    assert answer["errors"] == [
        {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "message": "Could not get some TICKET objects, they may be deleted or not exist. Check that ids are valid.",
            "context": {"ids": ["2", "3"]},
        }
    ]


def test_a_read_sees_a_write_at_once() -> None:
    caller = keyed()
    ticket = caller.ticket(**{KEY: "1"})
    answer = caller.want(200, "POST", f"{TICKETS}/batch/read", {"inputs": [{"id": ticket}]})
    assert [one["id"] for one in answer["results"]] == [ticket]
    assert "associations" not in answer["results"][0]


def test_a_read_by_a_property_that_is_not_unique_is_refused() -> None:
    for kind, name in (("tickets", "subject"), ("companies", "domain"), ("tickets", "hs_object_id")):
        body = {"inputs": [{"id": "1"}], "idProperty": name}
        Caller().want(400, "POST", f"{OBJECTS}/{kind}/batch/read", body)


def test_a_read_with_histories_takes_fifty() -> None:
    body = {"inputs": [{"id": str(number)} for number in range(51)], "propertiesWithHistory": ["subject"]}
    refused = Caller().want(400, "POST", f"{TICKETS}/batch/read", body)
    limit = "The maximum number of inputs supported in a batch request for property histories is 50"
    assert refused["message"] == limit


def test_archiving_many_ignores_what_is_not_there() -> None:
    caller = Caller()
    ticket = caller.ticket()
    caller.want(204, "POST", f"{TICKETS}/batch/archive", {"inputs": [{"id": ticket}, {"id": "999"}]})
    assert caller.portal.ids("tickets", archived=True) == (ticket,)
