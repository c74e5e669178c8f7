"""The HubSpot pipeline by its roles: as the configuration names it, and as the portal has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zenhub_sync.planning.tickets import StageRole

CLOSED_ROLES = frozenset({StageRole.SOLVED, StageRole.CLOSED})
"""Roles whose stage is CLOSED in HubSpot; all others are OPEN, `contato CS` too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageName:
    """A stage as configured: made with this id and label, or (`existing`) found by either of them."""

    id: str
    label: str
    existing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineNames:
    """The pipeline as configured, its stages in their order."""

    id: str
    label: str
    stages: Mapping[StageRole, StageName]


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """The pipeline as the portal has it, the labels of its stages, and the ticket priorities it offers."""

    pipeline_id: str
    stages: Mapping[StageRole, str]
    priorities: frozenset[str]
    labels: Mapping[str, str] = field(default_factory=dict)

    def roles_of(self, stage_id: str | None) -> frozenset[StageRole]:
        """Return the roles of a stage: none for one that is not ours, several where roles share it."""
        return frozenset(role for role, known in self.stages.items() if known == stage_id)
