"""The words of a task, out of the configured templates, in the CSM's language and time zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from zenhub_sync.delivery.payloads import TaskText
from zenhub_sync.errors import ConfigProblem
from zenhub_sync.planning.effects import OpenEscalation
from zenhub_sync.planning.marks import with_mark
from zenhub_sync.planning.properties import MAX_LINE, MAX_TEXT, clip
from zenhub_sync.planning.rules.owner import OwnerChoice, Why

# The comment is the customer's and may be of any length; the rest of the task must still fit under HubSpot's limit.
_MOST_COMMENT = 5_000
_MOST_SUBJECT = 255
_ROOM_FOR_MARK = 200

_WHY: Mapping[str, Mapping[Why, str]] = {
    "pt_BR": {
        Why.NO_COMPANY: "Esta tarefa veio para você porque o ticket não tem empresa no HubSpot.",
        Why.COMPANY_WITHOUT_OWNER: "Esta tarefa veio para você porque a empresa não tem proprietário no HubSpot.",
        Why.OWNER_ARCHIVED: "Esta tarefa era para {name}, cujo usuário no HubSpot está desativado.",
        Why.OWNER_UNKNOWN: "Esta tarefa veio para você porque o proprietário da empresa não existe mais no HubSpot.",
    },
    "en": {
        Why.NO_COMPANY: "This task came to you because the ticket has no company in HubSpot.",
        Why.COMPANY_WITHOUT_OWNER: "This task came to you because the company has no owner in HubSpot.",
        Why.OWNER_ARCHIVED: "This task was meant for {name}, whose HubSpot user is deactivated.",
        Why.OWNER_UNKNOWN: "This task came to you because the company's owner no longer exists in HubSpot.",
    },
}
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
_CLOSED = {
    "pt_BR": "A avaliação do cliente mudou{when}: tarefa concluída automaticamente.",
    "en": "The customer's rating changed{when}: task completed automatically.",
}
_FAULTS_OF_A_TEMPLATE = (
    TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
)
_DATE = {"pt_BR": "%d/%m/%Y %H:%M", "en": "%Y-%m-%d %H:%M"}


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
) -> TaskText:
    """Write the task. A template that fails on real values is a configuration problem, not the ticket's."""
    values = _values(templates, effect, choice, company=company, hubspot_url=hubspot_url)
    try:
        subject = _compiled(templates.subject, html=False).render(values)
        body = _compiled(templates.body, html=True).render(values)
    except _FAULTS_OF_A_TEMPLATE as error:
        raise ConfigProblem(
            f"task template cannot be rendered: {type(error).__name__}; mend task.subject or task.body in the "
            "configuration"
        ) from error
    body = _cut(body)
    return TaskText(subject=clip(" ".join(subject.split()), _MOST_SUBJECT), body=with_mark(body, effect.key))


@lru_cache(maxsize=8)
def _compiled(source: str, *, html: bool) -> Template:
    return ImmutableSandboxedEnvironment(autoescape=html).from_string(source)


def _cut(body: str) -> str:
    """Leave room for the mark, and cut before a tag rather than inside it: the mark must not end up in an attribute."""
    cut = clip(body, MAX_TEXT - _ROOM_FOR_MARK)
    return cut[: cut.rindex("<")] if cut.rfind("<") > cut.rfind(">") else cut


def closing_note(templates: TaskTemplates, at: datetime | None) -> str:
    """Say on a task that its reason is gone."""
    when = at.astimezone(templates.zone).strftime(_DATE[templates.locale]) if at is not None else ""
    return _CLOSED[templates.locale].format(when=f" ({when})" if when else "")


def _values(
    templates: TaskTemplates, effect: OpenEscalation, choice: OwnerChoice, *, company: str | None, hubspot_url: str
) -> dict[str, Any]:
    story, word = effect.story, _WORDS[templates.locale]
    why = [_WHY[templates.locale][choice.why].format(name=choice.meant_for)] if choice.why is not None else []
    return {
        "ticket": {
            "id": effect.zendesk_id,
            "subject": clip(story.subject, MAX_LINE),
            "status": word.get(story.status, story.status),
            "priority": word.get(story.priority, story.priority) if story.priority else None,
            "url": story.url,
            "hubspot_url": hubspot_url,
            "created_at": _local(story.created_at, templates),
            "updated_at": _local(story.updated_at, templates),
        },
        "rating": {
            "comment": clip(story.comment, _MOST_COMMENT) if story.comment else None,
            "reason": clip(story.reason, MAX_LINE) if story.reason else None,
            "points": story.points,
            "scale": story.scale,
            "at": _local(story.rated_at, templates) if story.rated_at else None,
        },
        "requester": {"name": story.requester_name, "email": story.requester_email},
        "organization": story.organization,
        "company": company,
        "owner": (choice.owner.name or choice.owner.email) if choice.owner is not None else None,
        "why": why,
        "key": effect.key,
    }


def _local(moment: str, templates: TaskTemplates) -> str:
    if not moment:
        return ""
    return datetime.fromisoformat(moment).astimezone(templates.zone).strftime(_DATE[templates.locale])
