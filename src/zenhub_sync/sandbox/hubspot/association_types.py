"""HubSpot's own association types: which pair each id is for, and its way back.

developers.hubspot.com … crm/associations/associate-records/guide. Note 26 and 339: 26 is ticket to its primary company.
"""

from __future__ import annotations

from dataclasses import dataclass

from zenhub_sync.sandbox.hubspot.kinds import Kind
from zenhub_sync.sandbox.hubspot.refusals import RefusalError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AssociationType:
    """`one` says that a record of `from_kind` has at most one of it: a new primary takes the place of the old."""

    from_kind: str
    to_kind: str
    id: int
    label: str | None = None
    one: bool = False


# from, to, id of the plain type there, id of the plain type back
_PLAIN = (
    ("tickets", "contacts", 16, 15),
    ("tickets", "companies", 339, 340),
    ("tickets", "deals", 28, 27),
    ("tickets", "tasks", 229, 230),
    ("tickets", "notes", 227, 228),
    ("companies", "tasks", 191, 192),
    ("contacts", "tasks", 203, 204),
    ("deals", "tasks", 215, 216),
    ("contacts", "companies", 279, 280),
    ("contacts", "notes", 201, 202),
    ("companies", "notes", 189, 190),
    ("deals", "notes", 213, 214),
    ("deals", "contacts", 3, 4),
    ("deals", "companies", 341, 342),
)
_PRIMARY = (
    ("tickets", "companies", 26, 25),
    ("contacts", "companies", 1, 2),
    ("deals", "companies", 5, 6),
)


def _build() -> tuple[dict[int, AssociationType], dict[int, int]]:
    types: dict[int, AssociationType] = {}
    back: dict[int, int] = {}
    for rows, label in ((_PLAIN, None), (_PRIMARY, "Primary")):
        for from_kind, to_kind, there, home in rows:
            one = label is not None
            types[there] = AssociationType(from_kind=from_kind, to_kind=to_kind, id=there, label=label, one=one)
            types[home] = AssociationType(from_kind=to_kind, to_kind=from_kind, id=home, label=label)
            back |= {there: home, home: there}
    for id_, kind in ((452, "tickets"), (450, "companies")):
        types[id_] = AssociationType(from_kind=kind, to_kind=kind, id=id_)
        back[id_] = id_
    # developers.hubspot.com/changelog/2018-9-11-parent-child-associations
    types[13] = AssociationType(from_kind="companies", to_kind="companies", id=13, label="Child Company")
    types[14] = AssociationType(from_kind="companies", to_kind="companies", id=14, label="Parent Company", one=True)
    back |= {13: 14, 14: 13}
    return types, back


TYPES, _BACK = _build()
# The first type of each pair.
_UNLABELLED = {(one.from_kind, one.to_kind): one for one in reversed(TYPES.values())}


def between(from_kind: Kind, to_kind: Kind) -> list[AssociationType]:
    """List the types from one object type to the other, the plain one first."""
    return [one for one in TYPES.values() if (one.from_kind, one.to_kind) == (from_kind.name, to_kind.name)]


def plain(from_kind: Kind, to_kind: Kind) -> AssociationType:
    """Return the unlabelled type of a pair, which every association has."""
    fitting = _UNLABELLED.get((from_kind.name, to_kind.name))
    if fitting is None:
        raise RefusalError(400, f"No association types exist between {from_kind.name} and {to_kind.name}")
    return fitting


def back(one: AssociationType) -> AssociationType:
    return TYPES[_BACK[one.id]]


def spelled(one: AssociationType) -> str:
    """Name a type as the associations inside an object do: `ticket_to_company`, `ticket_to_company_unlabeled`."""
    singular = {"companies": "company"}
    ends = [singular.get(name, name.removesuffix("s")) for name in (one.from_kind, one.to_kind)]
    has_primary = any(other.label for other in TYPES.values() if _ends(other) == _ends(one))
    return "_to_".join(ends) + ("_unlabeled" if has_primary and one.label is None else "")


def _ends(one: AssociationType) -> tuple[str, str]:
    return one.from_kind, one.to_kind
