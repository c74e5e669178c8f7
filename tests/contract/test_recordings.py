"""How two answers are held against each other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.contract.recordings import differences


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ({"id": "1", "note": None}, {"id": "2", "note": "x"}, set()),
        ({"id": 1}, {"id": "1"}, {".id: number for string"}),
        ({"on": True}, {"on": 1}, {".on: boolean for number"}),
        ({"rows": [{"a": 1}]}, {"rows": [{"b": 1}, {"a": 1}]}, {"- .rows[].b"}),
        ({"rows": []}, {"rows": [{"b": 1}]}, set()),
        ({"more": {"x": 1}}, {"more": {}}, {"+ .more.x"}),
        ({"more": [1]}, {"more": {}}, {".more: list for object"}),
    ],
)
def test_differences_of_shape(ours: Any, theirs: Any, expected: set[str]) -> None:
    assert differences(json.dumps(ours).encode(), json.dumps(theirs).encode()) == expected


def test_a_body_that_is_not_json_has_the_shape_of_text() -> None:
    assert differences(b"Too many", b"Number of allowed") == set()
    assert differences(b"Too many", b'{"error": 1}') == {": string for object"}
