"""Reading by key: what an answer passes over is asked for again, and never taken for absent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Barrier

import pytest

from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.hubspot.results import ReadResult
from zenhub_sync.intake.asking import read_by_key
from zenhub_sync.transport.asking import OneByOne, in_threads
from zenhub_sync.transport.errors import Malformed

_THERE = {"ana@x.example": "1", "rui@x.example": "2"}


@dataclass(slots=True, kw_only=True)
class Forgetful:
    """Leaves chosen keys out of its first answers; `named` is what a record says of itself."""

    forgets: dict[str, int] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)

    def read(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, id_property: str | None = None
    ) -> ReadResult:
        self.asked.append(list(ids))
        silent = [key for key in ids if self.forgets.get(key, 0) > 0]
        for key in silent:
            self.forgets[key] -= 1
        heard = [key for key in ids if key not in silent]
        found = [key for key in heard if key in _THERE]
        return ReadResult(
            found=tuple(CrmObject(id=_THERE[key], properties={"email": self.named.get(key, key)}) for key in found),
            missing=tuple(key for key in heard if key not in _THERE),
            unaccounted=tuple(key for key in ids if key in silent or (key in found and key in self.named)),
        )


def _read(hubspot: Forgetful, keys: Sequence[str]) -> dict[str, str]:
    found = read_by_key(
        hubspot,
        "contacts",
        keys,
        ("email",),
        id_property="email",
        names=lambda it: (it.properties["email"] or "",),
        asking=OneByOne(),
    )
    return {key: record.id for key, record in found.items()}


def test_what_hubspot_says_is_not_there_is_left_out() -> None:
    assert _read(Forgetful(), ["ana@x.example", "nobody@x.example"]) == {"ana@x.example": "1"}


@pytest.mark.parametrize(("times", "questions"), [(0, 1), (1, 2), (2, 3)])
def test_what_an_answer_passes_over_is_asked_for_again_and_at_last_alone(times: int, questions: int) -> None:
    hubspot = Forgetful(forgets={"rui@x.example": times})
    assert _read(hubspot, ["ana@x.example", "rui@x.example"]) == _THERE
    assert len(hubspot.asked) == questions
    assert all(asked == ["rui@x.example"] for asked in hubspot.asked[1:])


def test_the_batches_of_many_keys_are_asked_side_by_side() -> None:
    together = Barrier(3, timeout=10)

    class Meeting(Forgetful):
        def read(
            self, kind: str, ids: Sequence[str], properties: Sequence[str], *, id_property: str | None = None
        ) -> ReadResult:
            together.wait()  # nobody gets past it alone
            return super().read(kind, ids, properties, id_property=id_property)

    keys = [f"p{n}@x.example" for n in range(299)]
    with in_threads() as asking:
        found = read_by_key(
            Meeting(),
            "contacts",
            [*keys, "ana@x.example"],
            ("email",),
            id_property="email",
            names=lambda it: (it.properties["email"] or "",),
            asking=asking,
        )
    assert list(found) == ["ana@x.example"]


def test_not_read_is_never_taken_for_not_there() -> None:
    with pytest.raises(Malformed, match="does not say"):
        _read(Forgetful(forgets={"rui@x.example": 3}), ["ana@x.example", "rui@x.example"])


def test_an_answer_that_says_nothing_of_anybody_is_not_taken_apart() -> None:
    keys = [f"p{n}@x.example" for n in range(100)]
    hubspot = Forgetful(forgets=dict.fromkeys(keys, 9))
    with pytest.raises(Malformed):
        _read(hubspot, keys)
    assert len(hubspot.asked) == 2


def test_a_record_under_a_name_of_its_own_is_known_when_it_is_asked_for_alone() -> None:
    hubspot = Forgetful(named={"rui@x.example": "rui.novo@x.example"})
    assert _read(hubspot, ["ana@x.example", "rui@x.example"]) == _THERE


def test_any_number_is_asked_for_in_batches() -> None:
    hubspot = Forgetful()
    _read(hubspot, [f"p{n}@x.example" for n in range(250)])
    assert [len(asked) for asked in hubspot.asked] == [100, 100, 50]
