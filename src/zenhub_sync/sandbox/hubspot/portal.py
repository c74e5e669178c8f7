"""One HubSpot portal: its API, and the hands of a person in its UI."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Mapping, Sequence

from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.http import Request, Response, json_response
from zenhub_sync.sandbox.hubspot import auth, filling, person
from zenhub_sync.sandbox.hubspot.call import Call
from zenhub_sync.sandbox.hubspot.kinds import Kind, infer
from zenhub_sync.sandbox.hubspot.limits import Bucket, Meter
from zenhub_sync.sandbox.hubspot.options import PortalOptions
from zenhub_sync.sandbox.hubspot.refusals import MissingPageError, RefusalError
from zenhub_sync.sandbox.hubspot.routes import ROUTES, Route, split
from zenhub_sync.sandbox.hubspot.times import milliseconds
from zenhub_sync.sandbox.hubspot.world import World
from zenhub_sync.sandbox.ledger import Ledger

# developers.hubspot.com/docs/api-reference/error-handling: 414; the length is that of the edge in front, not documented
_MAX_URI = 16_000


class Portal:
    """Answers requests as HubSpot would; safe for threads, one request at a time.

    With `keep` only so many records stay in memory, the others are in a temporary file, without property history.
    """

    def __init__(
        self, clock: SandboxClock, ledger: Ledger, options: PortalOptions | None = None, *, keep: int | None = None
    ) -> None:
        self.options = options or PortalOptions()
        self._world = World(clock, ledger, self.options, keep=keep)
        self._meter = Meter(self.options)
        self._ids = random.Random(f"correlation {self.options.seed}")
        self._lock = threading.RLock()

    def handle(self, request: Request) -> Response:
        """Answer one request; a refusal is an answer too."""
        with self._lock, self._world.request():
            correlation_id = self._correlation_id()
            route: Route | None = None
            try:
                route, path = _find_route(request)
                response = self._answer(request, route, path, correlation_id)
            except RefusalError as refusal:
                response = _spell(refusal, request, correlation_id)
            response.headers["X-HubSpot-Correlation-Id"] = correlation_id
            if response.status != 401:
                bucket = route.bucket if route is not None else Bucket.GENERAL
                response.headers |= self._meter.headers(bucket, self._world.now())
            return response

    def change_options(self, options: PortalOptions) -> None:
        """Set the portal up anew, as a change of plan does; the allowances begin at full."""
        with self._lock:
            self.options = self._world.options = options
            self._meter = Meter(options)

    def add_owner(self, email: str, first_name: str, last_name: str, *, archived: bool = False) -> str:
        """Let a user in; returns the owner id, which is not the user id."""
        with self._lock:
            return person.add_owner(self._world, email, first_name, last_name, archived=archived)

    def archive_owner(self, owner_id: str) -> None:
        """Deactivate a user; what they own stays theirs."""
        with self._lock:
            owner = self._world.owners[owner_id]
            owner.archived, owner.updated_at = True, self._world.now()

    def define(self, kind: str, name: str, *, group: str | None = None, unique: bool = False) -> None:
        """Add a text property by hand, also to tasks if the portal has custom properties there."""
        with self._lock:
            person.define(self._world, infer(kind), name, group=group, unique=unique)

    def create(
        self, kind: str, properties: Mapping[str, str], associations: Sequence[tuple[str, str, int]] = ()
    ) -> str:
        """Make a record with associations to (object type, id, association type id)."""
        with self._lock:
            return person.create(self._world, infer(kind), properties, associations)

    def fill(self, contacts: Iterable[tuple[Mapping[str, str], str]]) -> None:
        """Make very many contacts of (properties, id of the primary company); see `filling`."""
        with self._lock:
            filling.add_contacts(self._world, contacts)

    def update(self, kind: str, object_id: str, properties: Mapping[str, str]) -> None:
        with self._lock:
            person.update(self._world, infer(kind), object_id, properties)

    def archive(self, kind: str, object_id: str) -> None:
        with self._lock:
            person.archive(self._world, infer(kind), object_id)

    def restore(self, kind: str, object_id: str) -> None:
        """Take a record out of the recycle bin."""
        with self._lock:
            person.restore(self._world, infer(kind), object_id)

    def merge(self, kind: str, primary_id: str, other_id: str) -> str:
        """Merge two records; returns the id that lives on, a new one for tickets."""
        with self._lock:
            return person.merge(self._world, infer(kind), primary_id, other_id)

    def properties_of(self, kind: str, object_id: str) -> Mapping[str, str]:
        """Return the values a record has now, those that are not set left out."""
        with self._lock:
            record = self._world.records.answering(infer(kind), object_id)
            record = record or self._world.records.get(infer(kind), object_id)
            if record is None:
                raise KeyError(object_id)
            return dict(record.values)

    def ids(self, kind: str, *, archived: bool = False) -> tuple[str, ...]:
        with self._lock:
            records = self._world.records.walk(infer(kind))
            return tuple(one.id for one in records if (one.archived if archived else one.live))

    def associated(self, from_kind: str, from_id: str, to_kind: str) -> Mapping[str, frozenset[int]]:
        """Return what a record is associated with, and by which types."""
        with self._lock:
            record = self._world.records.get(infer(from_kind), from_id)
            return dict(self._world.associated(record, infer(to_kind))) if record is not None else {}

    def find(self, kind: str, property_name: str, value: str) -> tuple[str, ...]:
        """Return the ids of live records that have this value now, without the lag of search."""
        with self._lock:
            records = self._world.records.walk(infer(kind))
            return tuple(one.id for one in records if one.live and one.values.get(property_name) == value)

    def _answer(self, request: Request, route: Route, path: Mapping[str, str], correlation_id: str) -> Response:
        schemas = split(request.path)[1] == "properties"
        call = Call(request=request, correlation_id=correlation_id, path=path, any_case=schemas)
        if route.bucket is not Bucket.NONE:
            auth.check_token(self.options, request)
        self._meter.admit(route.bucket, self._world.now())
        kinds = [call.kind(name) for name in ("kind", "to_kind") if name in path]
        auth.check_scopes(self.options, route.access, kinds)
        auth.check_readable(self.options, _shown_kinds(call))
        return route.handler(self._world, call)

    def _correlation_id(self) -> str:
        """Make an id like HubSpot's of 2026: it begins with the time (UUID version 7)."""
        head = f"{milliseconds(self._world.now()):012x}"
        tail = f"{self._ids.getrandbits(80):020x}"
        return f"{head[:8]}-{head[8:]}-7{tail[:3]}-8{tail[3:6]}-{tail[6:18]}"


def _find_route(request: Request) -> tuple[Route, Mapping[str, str]]:
    length = len(request.path) + sum(len(value) for values in request.query.values() for value in values)
    if length > _MAX_URI:
        raise RefusalError(414, "URI Too Long", category=None)
    parts = split(request.path)
    matched = [(route, found) for route in ROUTES if (found := route.match(parts)) is not None]
    for route, found in matched:
        if route.method == request.method:
            return route, found
    if matched:
        raise RefusalError(405, "Method Not Allowed", category=None)
    raise MissingPageError


def _shown_kinds(call: Call) -> list[Kind]:
    return [infer(name) for name in call.names("associations")] if "kind" in call.path else []


def _spell(refusal: RefusalError, request: Request, correlation_id: str) -> Response:
    if not refusal.page:
        return json_response(refusal.status, refusal.body(correlation_id))
    if "application/json" in request.headers.get("accept", ""):
        return Response(status=refusal.status)
    page = b"<html><head><title>Error 404 Not Found</title></head><body><h2>HTTP ERROR 404</h2></body></html>"
    return Response(status=refusal.status, headers={"content-type": "text/html;charset=utf-8"}, body=page)
