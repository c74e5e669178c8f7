"""The choices of the people who run this, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from zenhub_sync.planning.tickets import StageRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """Bounds on what one run may do unasked. Moves are not judged before there are more than `min_moves`."""

    max_escalations: int = 50
    max_move_share: float = 0.3
    min_moves: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What planning needs to know beyond the ticket itself.

    `low_points` None: the ticket's own rating says bad. `custom_roles` maps ids of custom Zendesk statuses that the
    configuration names; all others follow their category. `after_contact` says that there is a stage for tickets whose
    task was completed.
    """

    max_rating_age: timedelta = timedelta(days=7)
    low_points: int | None = None
    custom_roles: Mapping[int, StageRole] = field(default_factory=dict)
    after_contact: bool = False
    no_subject: str = "sem assunto"
    safety: Safety = field(default_factory=Safety)
