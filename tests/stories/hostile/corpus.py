"""Hostile tickets by tables: every bad text in every text field, every wrong value in every field, and odd ones.

A case changes one field of an otherwise good row. Its new value is given as the bytes that stand in the JSON, because
much of what is hostile (invalid UTF-8, NaN, a key twice) is lost as soon as a JSON library has touched it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product


class Place(StrEnum):
    """Which row of the page is changed."""

    TICKET = "ticket"
    RATING = "rating"
    USER = "user"
    ORGANIZATION = "organization"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`raw` None takes the field away. The reason is named by where it stands and what is in it."""

    place: Place
    field: str
    raw: bytes | None
    what: str

    @property
    def name(self) -> str:
        return f"{self.place}.{self.field}: {self.what}"


def _quoted(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass")


SPOOF = "ok\nref zenhub:escalation:1:1"

TEXTS: dict[str, bytes] = {
    "NUL escaped": rb'"nul\u0000nul"',
    "NUL raw": b'"nul\x00nul"',
    "C0 escaped": b'"' + b"".join(b"\\u%04x" % code for code in range(1, 32)) + b'x"',
    "C0 raw": b'"' + bytes(range(1, 32)) + b'x"',
    "DEL and C1": _quoted("\x7f" + "".join(map(chr, range(0x80, 0xA0))) + "x"),
    "lone high surrogate": rb'"a\ud800b"',
    "lone low surrogate": rb'"a\udc00b"',
    "swapped surrogates": rb'"a\udc00\ud800b"',
    "surrogates as UTF-8": b'"a\xed\xa0\x80b"',
    "invalid UTF-8": b'"a\xff\xfe\xc3(b"',
    "overlong UTF-8": b'"a\xc0\xafb"',
    "byte order mark": _quoted("\ufeffa\ufeff"),
    "bidi overrides": _quoted("\u202efdp.exe\u202c \u2066x\u2069"),
    "ZWJ emoji": _quoted("\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 🇧🇷"),
    "zalgo": _quoted("e" + "\u0301" * 500),
    "line separators": _quoted("a\u2028b\u2029c\u0085d"),
    "script": _quoted('"><script>alert(document.cookie)</script>'),
    "img onerror": _quoted("<img src=x onerror=alert(1)>"),
    "broken HTML": _quoted('<a href="x'),
    "entities": _quoted("&lt;script&gt; &#0; &amp;amp;"),
    "template expression": _quoted("{{ ''.__class__.__mro__ }} {{ 7 * 7 }}"),
    "template statement": _quoted("{% for x in range(10**9) %}x{% endfor %}"),
    "format string": _quoted("{0.__class__} %s %n ${jndi:ldap://x} {name}"),
    "formula": _quoted("=cmd|' /C calc'!A0"),
    "plus": _quoted("+1+1"),
    "minus": _quoted("-1-1"),
    "at": _quoted("@SUM(1)"),
    "leading tab and CR": _quoted("\t\r=1"),
    "ANSI and a forged line": _quoted("x\r\n\x1b[2J\x1b[31merror: all is lost\x1b]0;owned\x07"),
    "SQL": _quoted("'; DROP TABLE tickets; --"),
    "console markup": _quoted("[/bold][link=file:///etc/passwd]x[/]"),
    "spoofed mark": _quoted(SPOOF),
    "spoofed mark in HTML": _quoted("<br>\nref zenhub:escalation:2:1<br>\n"),
    "only blanks": _quoted(" \t\u00a0\u2003\u200b"),
    "empty": b'""',
    "70 KB": _quoted("x" * 70_000),
    "70 KB of emoji": _quoted("\U0001f525" * 17_500 + "<" * 17_500),
}

TEXT_FIELDS = (
    (Place.TICKET, "subject"),
    (Place.TICKET, "description"),
    (Place.TICKET, "priority"),
    (Place.TICKET, "status"),
    (Place.RATING, "comment"),
    (Place.RATING, "reason"),
    (Place.USER, "name"),
    (Place.USER, "email"),
    (Place.ORGANIZATION, "name"),
)

WRONG: dict[str, bytes | None] = {
    "missing": None,
    "null": b"null",
    "true": b"true",
    "number": b"7",
    "fraction": b"1.5",
    "negative": b"-7",
    "2^53 + 1": b"9007199254740993",
    "2^63": b"9223372036854775808",
    "5,000 digits": b"9" * 5_000,
    "NaN": b"NaN",
    "infinity": b"1e999",
    "word": b'"seven"',
    "number as text": b'"7"',
    "list": b"[]",
    "list of nulls": b"[null, null]",
    "object": b"{}",
    "100,000 deep": b"[" * 100_000 + b"]" * 100_000,
}

FIELDS = (
    *((Place.TICKET, field) for field in (
        "id", "subject", "description", "status", "custom_status_id", "priority", "tags", "requester_id",
        "organization_id", "brand_id", "created_at", "updated_at", "generated_timestamp",
        "satisfaction_rating", "via", "followup_ids",
    )),
    (Place.RATING, "score"),
    (Place.RATING, "comment"),
    (Place.USER, "email"),
    (Place.ORGANIZATION, "domain_names"),
)  # fmt: skip

MOMENTS = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00",
    "2026-11-22T12:00:00",
    "2026-11-22",
    "2026-02-30T00:00:00Z",
    "2026-11-22T12:00:60Z",
    "1791525179",
)

WORDS = {
    (Place.TICKET, "status"): ("deleted", "OPEN", "archived_by_a_robot"),
    (Place.TICKET, "priority"): ("URGENT", "meh"),
    (Place.TICKET, "support_type"): ("robot",),
    (Place.RATING, "score"): ("offered", "unoffered", "badwithcomment", "goodwithcomment", "BAD", "1"),
}

ODD = (
    Case(place=Place.TICKET, field="description", raw=b'"' + b"x" * 10_000_000 + b'"', what="10 MB"),
    Case(place=Place.TICKET, field="tags", raw=b"[" + b'"t",' * 99_999 + b'"t"]', what="100,000 tags"),
    Case(place=Place.TICKET, field="tags", raw=b'["closed_by_merge"]', what="merged"),
    Case(place=Place.TICKET, field="status", raw=b'"deleted", "tags": ["closed_by_merge"]', what="deleted and merged"),
    Case(place=Place.TICKET, field="subject", raw=b'"first", "subject": "second"', what="key twice"),
    Case(place=Place.TICKET, field="id", raw=b'1, "id": 2, "id": null', what="key thrice"),
    Case(place=Place.TICKET, field="generated_timestamp", raw=b"9223372036854775807", what="2^63 - 1"),
    Case(place=Place.TICKET, field="custom_status_id", raw=b"-9223372036854775808", what="-2^63"),
    Case(place=Place.USER, field="email", raw=b"null", what="requester without e-mail"),
    Case(place=Place.USER, field="id", raw=b"null", what="requester without id"),
    Case(place=Place.USER, field="email", raw=_quoted("x" * 70_000 + "@acme.example"), what="long address"),
    Case(place=Place.ORGANIZATION, field="domain_names", raw=b'["' + b"a." * 35_000 + b'com"]', what="70 KB"),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Yield every case of the corpus."""
    yield from _texts()
    yield from _wrong()
    for field, moment in product(("created_at", "updated_at"), MOMENTS):
        yield Case(place=Place.TICKET, field=field, raw=_quoted(moment), what=moment)
    for (place, field), words in WORDS.items():
        for word in words:
            yield Case(place=place, field=field, raw=_quoted(word), what=word)
    yield from ODD


def _texts() -> Iterator[Case]:
    for (place, field), (what, raw) in product(TEXT_FIELDS, TEXTS.items()):
        yield Case(place=place, field=field, raw=raw, what=what)
    for what, raw in TEXTS.items():
        yield Case(place=Place.TICKET, field="tags", raw=b'["vip", ' + raw + b"]", what=what)


def _wrong() -> Iterator[Case]:
    for (place, field), (what, raw) in product(FIELDS, WRONG.items()):
        # Another ticket's id is a good one: nobody can tell.
        if (field, what) != ("id", "number"):
            yield Case(place=place, field=field, raw=raw, what=what)
