"""Why a task came to its owner, in the CSM's language."""

from __future__ import annotations

from collections.abc import Mapping

from zenhub_sync.planning.rules.owner import OwnerChoice, Step, Why

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
_YOURS: Mapping[str, Mapping[Step, str]] = {
    "pt_BR": {
        Step.CSM: "Esta tarefa é sua porque você é o CSM da empresa no HubSpot.",
        Step.COMPANY: "Esta tarefa é sua porque você é o proprietário da empresa no HubSpot.",
        Step.PARENT: "Você é o proprietário da empresa matriz.",
        Step.CONTACT: "Você é o proprietário do contato.",
        Step.FALLBACK: "Você recebe as tarefas que ficam sem responsável.",
    },
    "en": {
        Step.CSM: "This task is yours because you are the company's CSM in HubSpot.",
        Step.COMPANY: "This task is yours because you own the company in HubSpot.",
        Step.PARENT: "You own the parent company.",
        Step.CONTACT: "You own the contact.",
        Step.FALLBACK: "You get the tasks that would have no owner.",
    },
}
_PASSED_ON: Mapping[str, Mapping[Step, str]] = {
    "pt_BR": {
        Step.CSM: "Tarefa transferida automaticamente para {name}: é agora o CSM da empresa.",
        Step.COMPANY: "Tarefa transferida automaticamente para {name}: é agora o proprietário da empresa.",
        Step.PARENT: "Tarefa transferida automaticamente para {name}: é o proprietário da empresa matriz.",
        Step.CONTACT: "Tarefa transferida automaticamente para {name}: é o proprietário do contato.",
        Step.FALLBACK: "Tarefa transferida automaticamente para {name}: recebe as tarefas sem responsável.",
    },
    "en": {
        Step.CSM: "Task passed on to {name}, now the company's CSM.",
        Step.COMPANY: "Task passed on to {name}, now the owner of the company.",
        Step.PARENT: "Task passed on to {name}, owner of the parent company.",
        Step.CONTACT: "Task passed on to {name}, owner of the contact.",
        Step.FALLBACK: "Task passed on to {name}, who gets the tasks that would have no owner.",
    },
}

_MOVED = {
    "pt_BR": "O ticket no HubSpot estava em outra etapa{stage}, escolhida por uma pessoa; esta avaliação o moveu.",
    "en": "The HubSpot ticket was in another stage{stage}, chosen by a person; this rating moved it.",
}


def why_sentences(choice: OwnerChoice, locale: str) -> list[str]:
    """Say whom the task was meant for, if for another, and why it came to this person."""
    yours = [_YOURS[locale][choice.step]] if choice.step is not None else []
    if choice.why is None:
        return yours
    return [_WHY[locale][choice.why].format(name=choice.meant_for), *yours]


def moved_sentences(taken_from: str | None, locale: str) -> list[str]:
    """Say that the escalation took the HubSpot ticket out of a stage that a person chose; None: it did not."""
    if taken_from is None:
        return []
    return [_MOVED[locale].format(stage=f" “{taken_from}”" if taken_from else "")]


def passed_on(step: Step, name: str, locale: str) -> str:
    """Say on a task that it went on to another owner."""
    return _PASSED_ON[locale][step].format(name=name)
