"""The account's custom statuses, for those that the configuration gives a stage of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.planning.tickets import StageRole
from zenhub_sync.zendesk.models import CustomStatus


def named_roles(configured: Mapping[str, StageRole], statuses: Sequence[CustomStatus]) -> dict[int, StageRole]:
    """Return the role of each status that is named, by id or by the label that agents see."""
    by_name = {str(status.id): status.id for status in statuses}
    by_name |= {_fold(status.agent_label): status.id for status in statuses if status.agent_label}
    unknown = sorted(name for name in configured if _fold(name) not in by_name)
    if unknown:
        known = ", ".join(sorted(status.agent_label for status in statuses if status.agent_label))
        raise ConfigProblem(
            f"zendesk.custom_statuses names {', '.join(unknown)}, which Zendesk does not have; it has {known}"
        )
    return {by_name[_fold(name)]: role for name, role in configured.items()}


def _fold(name: str) -> str:
    return name.strip().casefold()
