"""Batch answers are matched to what was asked, whatever their order and completeness."""

from __future__ import annotations

import json

import pytest
from tests.fakes.sender import answer

from zenhub_sync.hubspot.batches import read_found, read_written
from zenhub_sync.hubspot.inputs import UpdateInput
from zenhub_sync.hubspot.links import read_links, read_pairs
from zenhub_sync.hubspot.results import Association, AssociationResult, PairResult, ReadResult, WriteResult
from zenhub_sync.transport.errors import Malformed

KEY = "zendesk_ticket_id"


def row(number: str, **changes: object) -> dict[str, object]:
    return {"id": number, "properties": {}, "archived": False} | changes


def keyed(number: str, key: str, **changes: object) -> dict[str, object]:
    return row(number, properties={KEY: key}, **changes)


def error(category: str = "VALIDATION_ERROR", **context: list[str]) -> dict[str, object]:
    return {"status": "error", "category": category, "message": "...", "context": context}


def inputs(*ids: str) -> list[UpdateInput]:
    return [UpdateInput(id=each, properties={}, trace=f"t{each}") for each in ids]


def found(ids: list[str], *, by: str | None = None, **body: object) -> ReadResult:
    return read_found(ids, by)(answer(json.dumps(body).encode(), 207))


def wrote(ids: list[str], *, by: str | None = None, **body: object) -> WriteResult:
    return read_written(inputs(*ids), by)(answer(json.dumps(body).encode(), 207))


READS = [
    (["1", "2"], None, {"results": [row("2"), row("1")]}, {"2", "1"}, (), ()),
    (["1"], None, {"results": [{"id": 1, "properties": {"a": 3}}]}, {"1"}, (), ()),
    (["1", "2"], None, {"results": [row("1")], "errors": [error("OBJECT_NOT_FOUND", ids=["2"])]}, {"1"}, ("2",), ()),
    (["1"], None, {"results": [], "errors": [error("OBJECT_NOT_FOUND", ids=["1"])]}, set(), ("1",), ()),
    (["1", "2"], None, {"results": [row("9")]}, {"9"}, (), ("1", "2")),
    (["1"], None, {"results": [], "errors": [error("INTERNAL_ERROR", ids=["1"])]}, set(), (), ("1",)),
    (["1", "2"], None, {"results": [{"properties": {}}, row("2")]}, {"2"}, (), ("1",)),
    (["48"], KEY, {"results": [keyed("1", "48")]}, {"1"}, (), ()),
    (["Ana@X.com"], KEY, {"results": [keyed("1", "ana@x.com")]}, {"1"}, (), ()),
    (["48"], KEY, {"results": [], "errors": [error("OBJECT_NOT_FOUND", ids=["48"])]}, set(), ("48",), ()),
    (["48"], KEY, {"results": [row("48")]}, {"48"}, (), ("48",)),
    (["1"], None, {"results": [], "errors": [error("OBJECT_NOT_FOUND")]}, set(), ("1",), ()),
    (["1", "2"], None, {"results": [], "errors": [error("OBJECT_NOT_FOUND")]}, set(), (), ("1", "2")),
]


@pytest.mark.parametrize(("ids", "by", "body", "there", "missing", "unaccounted"), READS, ids=range(len(READS)))
def test_a_batch_read(
    ids: list[str],
    by: str | None,
    body: dict[str, object],
    there: set[str],
    missing: tuple[str, ...],
    unaccounted: tuple[str, ...],
) -> None:
    read = found(ids, by=by, **body)
    assert {each.id for each in read.found} == there
    assert (read.missing, read.unaccounted) == (missing, unaccounted)


def test_property_values_are_text_or_nothing() -> None:
    properties = {"a": "x", "b": None, "c": 3, "d": True, "e": 1.5}
    (read,) = found(["1"], results=[row("1", properties=properties)]).found
    assert read.properties == {"a": "x", "b": None, "c": "3", "d": "true", "e": "1.5"}


TRACED = {"objectWriteTraceId": ["t1"]}

WRITES: list[tuple[list[str], str | None, dict[str, object], dict[str, str], set[str], tuple[str, ...]]] = [
    # by trace, in any order
    (
        ["1", "2"],
        None,
        {"results": [row("2", objectWriteTraceId="t2"), row("1", objectWriteTraceId="t1")]},
        {"t1": "1", "t2": "2"},
        set(),
        (),
    ),
    # a merged record answers with the survivor's id
    (["1"], None, {"results": [row("9", objectWriteTraceId="t1")]}, {"t1": "9"}, set(), ()),
    # without an echo: by id
    (["1", "2"], None, {"results": [row("2"), row("1")]}, {"t1": "1", "t2": "2"}, set(), ()),
    # without an echo: by the unique property
    (["48", "49"], KEY, {"results": [keyed("7", "49"), keyed("8", "48")]}, {"t48": "8", "t49": "7"}, set(), ()),
    # in an upsert the record id is not the key
    (["48"], KEY, {"results": [row("48")]}, {}, set(), ("t48",)),
    # the good are written, the bad refused
    (
        ["1", "2"],
        None,
        {"results": [row("2")], "errors": [error() | {"context": TRACED}]},
        {"t2": "2"},
        {"t1"},
        (),
    ),
    # an error by id
    (
        ["1", "2"],
        None,
        {"results": [row("2")], "errors": [error("OBJECT_NOT_FOUND", ids=["1"])]},
        {"t2": "2"},
        {"t1"},
        (),
    ),
    # all failed
    (["1"], None, {"results": [], "errors": [error()]}, {}, {"t1"}, ()),
    # an error that names nobody is about the only one left
    (["1", "2"], None, {"results": [row("2")], "errors": [error()]}, {"t2": "2"}, {"t1"}, ()),
    # ... but not if two are left, or two errors
    (["1", "2"], None, {"results": [], "errors": [error()]}, {}, set(), ("t1", "t2")),
    (["1"], None, {"results": [], "errors": [error(), error()]}, {}, set(), ("t1",)),
    # nothing said is nothing known
    (["1", "2"], None, {"results": [row("1")]}, {"t1": "1"}, set(), ("t2",)),
    (["1"], None, {"results": [row("5", objectWriteTraceId="other")]}, {}, set(), ("t1",)),
    (["1"], None, {"results": [{"objectWriteTraceId": "t1"}]}, {}, set(), ("t1",)),
    (["1"], None, {"errors": []}, {}, set(), ("t1",)),
    # said to be both: nothing known
    (["1"], None, {"results": [row("1")], "errors": [error() | {"context": TRACED}]}, {}, set(), ("t1",)),
]


@pytest.mark.parametrize(("ids", "by", "body", "written", "refused", "unaccounted"), WRITES, ids=range(len(WRITES)))
def test_a_batch_write(
    ids: list[str],
    by: str | None,
    body: dict[str, object],
    written: dict[str, str],
    refused: set[str],
    unaccounted: tuple[str, ...],
) -> None:
    result = wrote(ids, by=by, **body)
    assert {trace: each.object.id for trace, each in result.written.items()} == written
    assert set(result.refused) == refused
    assert result.unaccounted == unaccounted


@pytest.mark.parametrize(("said", "new"), [(True, True), (False, False), (None, None), ("yes", None)])
def test_an_upsert_says_whether_the_record_is_new(said: object, *, new: bool | None) -> None:
    result = wrote(["1"], results=[row("1", new=said)])
    assert result.written["t1"].new is new


def test_a_refusal_has_its_reason() -> None:
    packed = [{"error": "INVALID_OPTION", "name": "zendesk_csat", "message": "meh was not one of"}]
    failure = {"category": "VALIDATION_ERROR", "message": f"Property values were not valid: {json.dumps(packed)}"}
    why = wrote(["1"], results=[], errors=[failure | {"context": TRACED}]).refused["t1"]
    assert (why.code, why.property_name, why.category) == ("INVALID_OPTION", "zendesk_csat", "VALIDATION_ERROR")
    assert why.message == "VALIDATION_ERROR INVALID_OPTION on zendesk_csat"


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b"null", b'{"results": {}}', b'{"results": [], "errors": {}}', b"<html>"]
)
def test_what_is_no_batch_is_malformed(body: bytes) -> None:
    for reader in (read_found(["1"], None), read_written(inputs("1"), None), read_pairs([]), read_links(["1"])):
        with pytest.raises(Malformed):
            reader(answer(body))


def linked(*pairs: tuple[str, str], status: int = 207, **body: object) -> PairResult:
    return read_pairs(pairs)(answer(json.dumps(body).encode(), status))


def ends(origin: object, target: object) -> dict[str, object]:
    return {"fromObjectTypeId": "0-5", "fromObjectId": origin, "toObjectTypeId": "0-2", "toObjectId": target}


def test_without_any_error_all_pairs_are_linked() -> None:
    assert linked(("1", "2"), ("3", "4"), status=201, results=[]).linked == {("1", "2"), ("3", "4")}


@pytest.mark.parametrize("result", [ends(1, 2), ends("1", "2"), ends(2, 1)], ids=["numbers", "strings", "reverse"])
def test_of_a_mixed_answer_only_what_is_named_is_linked(result: dict[str, object]) -> None:
    read = linked(("1", "2"), ("3", "4"), ("5", "6"), results=[result], errors=[error(toObjectId=["4"])])
    assert read.linked == {("1", "2")}
    assert set(read.refused) == {("3", "4")}
    assert read.unaccounted == (("5", "6"),)


def test_an_error_that_names_both_ends_is_about_that_pair_alone() -> None:
    read = linked(("1", "2"), ("1", "3"), results=[], errors=[error(fromObjectId=["1"], toObjectId=["3"])])
    assert set(read.refused) == {("1", "3")}
    assert read.unaccounted == (("1", "2"),)


def test_an_error_that_names_nobody_is_about_the_only_pair_left() -> None:
    assert set(linked(("1", "2"), ("3", "4"), results=[ends(1, 2)], errors=[error()]).refused) == {("3", "4")}


def links(*ids: str, **body: object) -> AssociationResult:
    return read_links(ids)(answer(json.dumps(body).encode(), 207))


def to(target: object, *type_ids: int) -> dict[str, object]:
    return {"toObjectId": target, "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": t} for t in type_ids]}


def test_links_are_read_with_all_their_types() -> None:
    read = links("1", "2", results=[{"from": {"id": "1"}, "to": [to(9, 26, 339), to("8", 339)]}])
    assert read.links == {
        "1": (
            Association(to_id="9", type_ids=frozenset({26, 339})),
            Association(to_id="8", type_ids=frozenset({339})),
        ),
        "2": (),
    }
    assert (read.more, read.unread) == ({}, ())


def test_links_that_go_on_say_so() -> None:
    page = {"from": {"id": 1}, "to": [], "paging": {"next": {"after": "x", "link": "https://evil.example"}}}
    assert links("1", results=[page]).more == {"1": "x"}


UNREAD: list[tuple[dict[str, object], tuple[str, ...]]] = [
    ({"results": [], "errors": [error("OBJECT_NOT_FOUND", fromObjectId=["1"])]}, ()),
    ({"results": [], "errors": [error("INTERNAL_ERROR", fromObjectId=["1"])]}, ("1",)),
    ({"results": [], "errors": [error("INTERNAL_ERROR")]}, ("1", "2")),
    ({"results": [{"from": {"id": "2"}, "to": []}], "errors": [error("INTERNAL_ERROR")]}, ("1",)),
    ({"results": [{"from": {}, "to": []}]}, ("1", "2")),
    ({"results": ["1"]}, ("1", "2")),
    ({"results": [{"from": {"id": "1"}, "to": "?"}]}, ("1", "2")),
]


@pytest.mark.parametrize(("body", "unread"), UNREAD, ids=range(len(UNREAD)))
def test_no_links_are_concluded_only_where_reading_did_not_fail(
    body: dict[str, object], unread: tuple[str, ...]
) -> None:
    read = links("1", "2", **body)
    assert read.unread == unread
    assert not set(unread) & set(read.links)
