"""The words of a task, out of the configured templates, in the CSM's language and time zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from zenhub_sync.delivery.payloads import TaskText
from zenhub_sync.delivery.reasons import moved_sentences, why_sentences
from zenhub_sync.delivery.words import comment_lines, local, plain, word
from zenhub_sync.errors import ConfigProblem
from zenhub_sync.planning.effects import OpenEscalation
from zenhub_sync.planning.history import HISTORY_DAYS, CompanyHistory
from zenhub_sync.planning.marks import with_mark
from zenhub_sync.planning.properties import MAX_LINE, MAX_TEXT, clip
from zenhub_sync.planning.rules.owner import OwnerChoice

if TYPE_CHECKING:
    from jinja2 import Template

_MOST_SUBJECT = 255
_ROOM_FOR_MARK = 200

_CATEGORIES: Mapping[str, Mapping[str, str]] = {
    "pt_BR": {"bad": "ruim", "neutral": "neutra", "good": "boa"},
    "en": {},
}
_NO_SUBJECT = {"pt_BR": "sem assunto", "en": "no subject"}
_CLOSED = {
    "pt_BR": "A avaliação do cliente mudou{when}: tarefa concluída automaticamente.",
    "en": "The customer's rating changed{when}: task completed automatically.",
}

Moment = datetime | str | None
When = Callable[[Moment], str | None]
"""Write a moment as people there write it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTemplates:
    """The configured templates; both are Jinja, sandboxed. The body is HTML, and every value in it is escaped."""

    subject: str
    body: str
    locale: str
    zone: ZoneInfo


def render_task(
    templates: TaskTemplates,
    effect: OpenEscalation,
    choice: OwnerChoice,
    *,
    company: str | None,
    hubspot_url: str,
    history: CompanyHistory | None = None,
    taken_from: str | None = None,
) -> TaskText:
    """Write the task. A template that fails on real values is a configuration problem, not the ticket's."""
    values = _values(templates, effect, choice, company=company, hubspot_url=hubspot_url, history=history)
    values["why"] += moved_sentences(taken_from, templates.locale)
    try:
        subject = _compiled(templates.subject, html=False).render(values)
        body = _compiled(templates.body, html=True).render(values)
    except _faults_of_a_template() as error:
        raise ConfigProblem(
            f"task template cannot be rendered: {type(error).__name__}; mend task.subject or task.body in the "
            "configuration"
        ) from error
    body = _cut(body)
    return TaskText(subject=clip(" ".join(subject.split()), _MOST_SUBJECT), body=with_mark(body, effect.key))


def _faults_of_a_template() -> tuple[type[Exception], ...]:
    from jinja2 import TemplateError

    plain_faults = (TypeError, ValueError, ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError)
    return (TemplateError, *plain_faults)


@lru_cache(maxsize=8)
def _compiled(source: str, *, html: bool) -> Template:
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # most runs make no task

    return ImmutableSandboxedEnvironment(autoescape=html).from_string(source)


def _cut(body: str) -> str:
    """Leave room for the mark, and cut before a tag rather than inside it: the mark must not end up in an attribute."""
    cut = clip(body, MAX_TEXT - _ROOM_FOR_MARK)
    return cut[: cut.rindex("<")] if cut.rfind("<") > cut.rfind(">") else cut


def closing_note(templates: TaskTemplates, at: datetime | None) -> str:
    """Say on a task that its reason is gone."""
    when = local(at, templates.locale, templates.zone)
    return _CLOSED[templates.locale].format(when=f" ({when})" if when else "")


def _values(
    templates: TaskTemplates,
    effect: OpenEscalation,
    choice: OwnerChoice,
    *,
    company: str | None,
    hubspot_url: str,
    history: CompanyHistory | None,
) -> dict[str, Any]:
    """Return what the templates may name; `TEMPLATE_VARIABLES` of the configuration lists the same."""
    story, locale = effect.story, templates.locale

    def when(moment: Moment) -> str | None:
        return local(moment, locale, templates.zone)

    return {
        "ticket": _ticket(effect, locale, when) | {"hubspot_url": hubspot_url},
        "rating": {
            "comment": comment_lines(story.comment) if story.comment else None,
            "reason": _line(story.reason),
            "points": story.points,
            "scale": story.scale,
            "category": _CATEGORIES[locale].get(story.category or "", _line(story.category)),
            "at": when(story.rated_at),
        },
        "requester": {"name": _line(story.requester_name), "email": _line(story.requester_email)},
        "organization": _line(story.organization),
        "company": _line(company),
        "history": _history(history, when),
        "repeats": history.bad_lately if history is not None else 1,
        "owner": (choice.owner.name or choice.owner.email) if choice.owner is not None else None,
        "confirm": story.confirm,
        "why": why_sentences(choice, locale),
        "key": effect.key,
    }


def _ticket(effect: OpenEscalation, locale: str, when: When) -> dict[str, Any]:
    story = effect.story
    return {
        "id": effect.zendesk_id,
        "subject": _line(story.subject) or _NO_SUBJECT[locale],
        "status": word(story.status, locale),
        "priority": word(story.priority, locale) if story.priority else None,
        "group": _line(story.group),
        "url": story.url,
        "created_at": when(story.created_at),
        "updated_at": when(story.updated_at),
        "solved_at": when(story.solved_at),
        "replies": story.replies,
        "reopens": story.reopens,
        "parent": story.follow_up_of,
        "parent_url": f"{story.url.rpartition('/')[0]}/{story.follow_up_of}" if story.follow_up_of else None,
    }


def _history(history: CompanyHistory | None, when: When) -> dict[str, Any] | None:
    if history is None:
        return None
    return {
        "days": HISTORY_DAYS,
        "tickets": history.tickets,
        "bad_ratings": history.bad_ratings,
        "oldest_open": history.oldest_open,
        "oldest_open_at": when(history.oldest_open_at),
    }


def _line(text: str | None) -> str | None:
    return clip(plain(text), MAX_LINE) or None if text else None
