"""The whole state of one portal, handed to every endpoint."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.hubspot.attic import Attic
from zenhub_sync.sandbox.hubspot.catalogue import Catalogue
from zenhub_sync.sandbox.hubspot.kinds import Kind
from zenhub_sync.sandbox.hubspot.links import Links
from zenhub_sync.sandbox.hubspot.options import PortalOptions
from zenhub_sync.sandbox.hubspot.pipeline_models import Pipeline, Stage, default_pipelines
from zenhub_sync.sandbox.hubspot.records import Record, Records
from zenhub_sync.sandbox.hubspot.times import stamp
from zenhub_sync.sandbox.ledger import Ledger, Write

T = TypeVar("T")
API = "api"
PERSON = "person"


@dataclass(slots=True, kw_only=True)
class Owner:
    """`id` is what records are assigned to; `user_id` is another number and good for nothing but reading."""

    id: str
    user_id: int
    email: str
    first_name: str
    last_name: str
    created_at: datetime
    updated_at: datetime
    archived: bool = False

    def as_json(self) -> dict[str, Any]:
        """Spell it as the owners API does; teams are left out where there are none."""
        return {
            "id": self.id,
            "email": self.email,
            "type": "PERSON",
            "firstName": self.first_name,
            "lastName": self.last_name,
            "userId": None if self.archived else self.user_id,
            "userIdIncludingInactive": self.user_id,
            "createdAt": stamp(self.created_at),
            "updatedAt": stamp(self.updated_at),
            "archived": self.archived,
        }


class World:
    """One portal's records, definitions, pipelines and owners; the caller holds the lock."""

    def __init__(self, clock: SandboxClock, ledger: Ledger, options: PortalOptions, *, keep: int | None = None) -> None:
        self.clock = clock
        self.ledger = ledger
        self.options = options
        self.random = random.Random(options.seed)
        self._moment: datetime | None = None
        attic = None if keep is None else Attic()
        self.records = Records() if attic is None else Records(attic, attic.keys, keep=keep or 0)
        self.links = Links(None if attic is None else attic.links)
        self.owners: dict[str, Owner] = {}
        self.pipelines: dict[str, dict[str, Pipeline]] = default_pipelines(clock.now())
        self.catalogue = Catalogue(stages_of=self._stages_of, pipelines_of=self._pipelines_of)

    def now(self) -> datetime:
        """Return the moment of the request; HubSpot knows no more than milliseconds."""
        if self._moment is not None:
            return self._moment
        moment = self.clock.now()
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    @contextmanager
    def request(self) -> Iterator[None]:
        """Let everything inside the block happen at this moment."""
        self.records.tidy()
        self.catalogue.look_again()
        self._moment = self.now()
        try:
            yield
        finally:
            self._moment = None
            self.catalogue.look_again()

    def shuffled(self, values: list[T]) -> list[T]:
        """Give batch results out of order, as live batches were seen to come."""
        return self.random.sample(values, len(values))

    def record_write(self, action: str, kind: str, id_: str, by: str, values: Mapping[str, str]) -> None:
        self.ledger.record(Write(at=self.now(), action=action, kind=kind, id=id_, by=by, values=dict(values)))

    def stage(self, kind: Kind, stage_id: str) -> tuple[Pipeline, Stage] | None:
        """Find a stage of any pipeline: stage ids are unique in an object type."""
        for pipeline in self.pipelines.get(kind.name, {}).values():
            stage = pipeline.stage(stage_id)
            if stage is not None:
                return pipeline, stage
        return None

    def associated(self, record: Record, to_kind: Kind) -> Mapping[str, frozenset[int]]:
        """Return the live records of one type that a record is associated with; nothing for one that is gone."""
        if not record.live:
            return {}
        known = self.links.of((record.kind.name, record.id), to_kind.name)
        return {id_: types for id_, types in known.items() if self.records.live(to_kind, id_)}

    def _stages_of(self, kind: str) -> list[tuple[str, str]]:
        return [(stage.id, stage.label) for one in self.pipelines.get(kind, {}).values() for stage in one.stages]

    def _pipelines_of(self, kind: str) -> list[tuple[str, str]]:
        return [(one.id, one.label) for one in self.pipelines.get(kind, {}).values()]
