"""A HubSpot of dictionaries, with the shape of the client's protocols: what was written is what a test looks at.

Far simpler than the sandbox, which speaks HTTP and knows the vendor's rules; this one does as it is told: `refused`
records are refused alone, `poison` ones make HubSpot refuse the whole request, `silent` ones are left out of answers,
`definitions` are properties and whether they are unique, and `faults` are raised by the next calls of a method, None
meaning none (`lost`: after it was carried out). `reads` are the kinds of the batch reads so far.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from zenhub_sync.hubspot.inputs import AssociationInput, UpdateInput
from zenhub_sync.hubspot.models import Account, CrmObject, Owner, PropertyDefinition
from zenhub_sync.hubspot.results import (
    Association,
    AssociationResult,
    ObjectPage,
    OwnerPage,
    Pair,
    PairResult,
    ReadResult,
    Refusal,
    WriteResult,
    WrittenObject,
)
from zenhub_sync.transport.errors import Missing, Rejected, ServiceError

_KINDS_BY_TYPE = {230: "tickets", 192: "companies", 204: "contacts"}


@dataclass(slots=True, kw_only=True)
class FakeHubSpot:
    """The records by kind and id, and the links by kind, id and other kind."""

    records: defaultdict[str, dict[str, dict[str, str]]] = field(default_factory=lambda: defaultdict(dict))
    links: defaultdict[tuple[str, str, str], dict[str, frozenset[int]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    people: list[Owner] = field(default_factory=list)
    merged: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Refusal] = field(default_factory=dict)
    poison: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    faults: dict[str, list[ServiceError | None]] = field(default_factory=dict)
    lost: dict[str, list[ServiceError | None]] = field(default_factory=dict)
    definitions: dict[tuple[str, str], bool] = field(default_factory=dict)
    page_size: int = 100
    written: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    _numbers: Iterable[int] = field(default_factory=lambda: count(7001))

    def put(self, kind: str, record_id: str, **properties: str) -> str:
        """Let a record be there already."""
        self.records[kind][record_id] = properties
        return record_id

    def connect(self, from_kind: str, from_id: str, to_kind: str, to_id: str, *types: int) -> None:
        """Let two records be linked already."""
        self.links[from_kind, from_id, to_kind][to_id] = frozenset(types)
        self.links[to_kind, to_id, from_kind][from_id] = frozenset(types)

    def property(self, kind: str, name: str) -> PropertyDefinition:
        if (kind, name) not in self.definitions:
            raise Missing("404", status=404)
        return PropertyDefinition(name=name, type="string", has_unique_value=self.definitions[kind, name])

    def account(self) -> Account:
        return Account(portal_id="4242", ui_domain="app-eu1.hubspot.com")

    def owners(self, *, archived: bool = False, after: str | None = None) -> OwnerPage:
        self._trip("owners")
        chosen = [owner for owner in self.people if owner.archived is archived]
        start = int(after or 0)
        end = start + self.page_size
        return OwnerPage(owners=tuple(chosen[start:end]), after=str(end) if end < len(chosen) else None)

    def read(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, id_property: str | None = None
    ) -> ReadResult:
        self.reads.append(kind)
        self._trip("read")
        assert 0 < len(ids) <= 100
        found: dict[str, CrmObject] = {}
        missing: list[str] = []
        for wanted in ids:
            record_id = self._find(kind, wanted, id_property)
            if wanted in self.silent:
                continue
            if record_id is None:
                missing.append(wanted)
            else:
                found[record_id] = self._object(kind, record_id, properties)
        answered = {*found, *missing}
        unaccounted = tuple(each for each in ids if each in self.silent or (not id_property and each not in answered))
        return ReadResult(found=tuple(found.values()), missing=tuple(missing), unaccounted=unaccounted)

    def read_one(self, kind: str, object_id: str, properties: Sequence[str]) -> CrmObject:
        record_id = self._find(kind, object_id, None)
        if record_id is None:
            raise Missing("not there", status=404)
        return self._object(kind, record_id, properties)

    def list(self, kind: str, properties: Sequence[str], *, after: str | None = None, limit: int = 100) -> ObjectPage:
        ids = sorted(self.records[kind])
        start = int(after or 0)
        end = start + min(limit, self.page_size)
        page = tuple(self._object(kind, each, properties) for each in ids[start:end])
        return ObjectPage(results=page, after=str(end) if end < len(ids) else None)

    def update(self, kind: str, inputs: Sequence[UpdateInput]) -> WriteResult:
        self._trip("update")
        return self._write(kind, inputs, None)

    def upsert(self, kind: str, id_property: str, inputs: Sequence[UpdateInput]) -> WriteResult:
        self._trip("upsert")
        return self._write(kind, inputs, id_property)

    def create(
        self, kind: str, properties: Mapping[str, str], associations: Sequence[AssociationInput] = ()
    ) -> CrmObject:
        self._trip("create")
        record_id = self.put(kind, str(self._next()), **properties)
        for link in associations:
            self.connect(kind, record_id, _KINDS_BY_TYPE[link.type_id], link.to_id, link.type_id)
        self._trip("create", lost=True)
        return self._object(kind, record_id, list(properties))

    def associate(self, from_kind: str, to_kind: str, type_id: int, pairs: Sequence[Pair]) -> PairResult:
        self._trip("associate")
        self._spit(other for pair in pairs for other in pair)
        linked, refused = set[Pair](), dict[Pair, Refusal]()
        for pair in pairs:
            at_fault = next((self.refused[each] for each in pair if each in self.refused), None)
            if at_fault is not None:
                refused[pair] = at_fault
            elif not self.silent & set(pair):
                self.connect(from_kind, pair[0], to_kind, pair[1], type_id)
                linked.add(pair)
        return PairResult(linked=frozenset(linked), refused=refused)

    def associations(
        self, from_kind: str, to_kind: str, ids: Sequence[str], *, after: Mapping[str, str] | None = None
    ) -> AssociationResult:
        self._trip("associations")
        assert 0 < len(ids) <= 1000
        links: dict[str, tuple[Association, ...]] = {}
        more: dict[str, str] = {}
        for each in ids:
            all_links = sorted(self.links[from_kind, each, to_kind].items())
            start = int((after or {}).get(each, 0))
            end = start + self.page_size
            links[each] = tuple(Association(to_id=to, type_ids=types) for to, types in all_links[start:end])
            if end < len(all_links):
                more[each] = str(end)
        unread = tuple(each for each in ids if each in self.unread)
        return AssociationResult(links=links, more=more, unread=unread)

    def _write(self, kind: str, inputs: Sequence[UpdateInput], id_property: str | None) -> WriteResult:
        assert 0 < len(inputs) <= 100
        assert len({each.id for each in inputs}) == len(inputs)
        self._spit(each.id for each in inputs)
        written: dict[str, WrittenObject] = {}
        refused: dict[str, Refusal] = {}
        for each in inputs:
            record_id = self._find(kind, each.id, id_property)
            if each.id in self.refused:
                refused[each.trace] = self.refused[each.id]
            elif record_id is None and id_property is None:
                refused[each.trace] = refusal("gone", category="OBJECT_NOT_FOUND", property_name=None)
            elif each.id not in self.silent:
                new = record_id is None if id_property is not None else None
                record_id = record_id or self.put(kind, f"9{each.id}", **{id_property or "": each.id})
                self.records[kind][record_id].update(each.properties)
                self.written.append(record_id)
                written[each.trace] = WrittenObject(object=CrmObject(id=record_id), new=new)
        return WriteResult(written=written, refused=refused)

    def _find(self, kind: str, wanted: str, id_property: str | None) -> str | None:
        if id_property is None:
            survivor = self.merged.get(wanted, wanted)
            return survivor if survivor in self.records[kind] else None
        return next((i for i, said in self.records[kind].items() if wanted in _values(said, id_property)), None)

    def _object(self, kind: str, record_id: str, properties: Sequence[str]) -> CrmObject:
        said = self.records[kind][record_id]
        return CrmObject(id=record_id, properties={name: said[name] for name in properties if name in said})

    def _spit(self, identities: Iterable[str]) -> None:
        if self.poison & set(identities):
            raise Rejected("hubspot: 400 VALIDATION_ERROR", status=400, code="VALIDATION_ERROR")

    def _trip(self, method: str, *, lost: bool = False) -> None:
        script = (self.lost if lost else self.faults).get(method, [])
        fault = script.pop(0) if script else None
        if fault is not None:
            raise fault

    def _next(self) -> int:
        return next(iter(self._numbers))


def refusal(
    message: str = "no such option",
    *,
    category: str = "VALIDATION_ERROR",
    property_name: str | None = "hs_pipeline_stage",
) -> Refusal:
    return Refusal(code="INVALID_OPTION", property_name=property_name, message=message, category=category)


def _values(said: Mapping[str, str], id_property: str) -> set[str]:
    """Return what a record answers to: a contact also to its additional addresses."""
    more = said.get("hs_additional_emails", "").split(";") if id_property == "email" else []
    return {said.get(id_property, "").lower(), *(each.lower() for each in more)} - {""}
