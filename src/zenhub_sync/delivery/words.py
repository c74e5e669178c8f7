"""How values are said to a person: dates and words of the locale, and what a customer wrote as nothing but text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from zenhub_sync.planning.properties import clip

_WORDS: Mapping[str, Mapping[str, str]] = {
    "pt_BR": {
        "new": "novo",
        "open": "aberto",
        "pending": "aguardando cliente",
        "hold": "em espera",
        "solved": "resolvido",
        "closed": "fechado",
        "urgent": "urgente",
        "high": "alta",
        "normal": "normal",
        "low": "baixa",
    },
    "en": {},
}
_DATE = {"pt_BR": "%d/%m/%Y %H:%M", "en": "%Y-%m-%d %H:%M"}

# A comment is the customer's and may be of any length; the rest of the task must still fit under HubSpot's limit.
_MOST_COMMENT = 5_000

# Control characters say nothing; embeddings and overrides of the writing direction (Unicode Bidirectional Algorithm,
# UAX 9) would turn around the words beside them; a lone surrogate is half a character.
_KEPT_CONTROLS = {0x09, 0x0A, 0x0D}
_CONTROLS = {*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)} - _KEPT_CONTROLS
_UNSAID: Mapping[int, str | None] = dict.fromkeys(_CONTROLS) | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


class Lines(str):
    """A text of several lines; in HTML its line breaks are kept, and all else of it is text."""

    __slots__ = ()

    def __html__(self) -> str:
        return escape(str(self)).replace("\n", Markup("<br>\n"))


def plain(text: str) -> str:
    """Return what somebody wrote without what only a machine would read in it."""
    return text.translate(_UNSAID)


def comment_lines(comment: str) -> Lines:
    """Return a customer's comment as a task shows it."""
    return Lines(plain(clip(comment, _MOST_COMMENT)))


def word(said: str, locale: str) -> str:
    """Return Zendesk's word for a status or a priority in the language of the locale."""
    return _WORDS[locale].get(said, said)


def local(moment: datetime | str | None, locale: str, zone: ZoneInfo) -> str | None:
    """Return a moment as people there write it; nothing for none."""
    if not moment:
        return None
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return at.astimezone(zone).strftime(_DATE[locale])
