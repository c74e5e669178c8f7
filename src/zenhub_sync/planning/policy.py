"""The choices of the people who run this, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from zenhub_sync.planning.tickets import SourceTicket, StageRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """Bounds on what one run may do unasked. Moves are not judged before there are more than `min_moves`."""

    max_escalations: int = 50
    max_move_share: float = 0.3
    min_moves: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What planning needs to know beyond the ticket itself.

    `low_points` None: the ticket's own rating says bad; tickets of some brands and forms have a threshold of their own,
    a form's before its brand's. `custom_roles` maps ids of custom Zendesk statuses that the configuration names; all
    others follow their category. `scanner_window`: an answer without words within this time of the survey looks like a
    machine's. `after_contact` says that there is a stage for tickets whose task was completed.
    """

    max_rating_age: timedelta = timedelta(days=7)
    low_points: int | None = None
    low_points_by_brand: Mapping[int, int | None] = field(default_factory=dict)
    low_points_by_form: Mapping[int, int | None] = field(default_factory=dict)
    scanner_window: timedelta | None = timedelta(seconds=30)
    custom_roles: Mapping[int, StageRole] = field(default_factory=dict)
    after_contact: bool = False
    no_subject: str = "sem assunto"
    merged_into: str = "Mesclado no ticket #{id}: {url}"
    follow_up_of: str = "Continuação do ticket #{id}: {url}"
    safety: Safety = field(default_factory=Safety)

    def threshold(self, source: SourceTicket) -> int | None:
        """Return the most points that count as low for this ticket, None where its own rating decides."""
        for ours, theirs in (
            (self.low_points_by_form, source.form_id),
            (self.low_points_by_brand, source.brand_id),
        ):
            if theirs is not None and theirs in ours:
                return ours[theirs]
        return self.low_points

    @property
    def counts_points(self) -> bool:
        """Tell whether the points of any ticket may decide."""
        return any(
            points is not None
            for points in (self.low_points, *self.low_points_by_brand.values(), *self.low_points_by_form.values())
        )
