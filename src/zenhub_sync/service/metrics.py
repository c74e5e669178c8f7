"""The metrics: counters of this process, and gauges read from the database whenever somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from zenhub_sync.jobs.run_job import JobRun
from zenhub_sync.planning.tickets import EscalationState
from zenhub_sync.service.endings import Ends
from zenhub_sync.service.health import View
from zenhub_sync.service.parked import kind_of_trouble, parked_records
from zenhub_sync.store.standing import Standing
from zenhub_sync.transport.limiter import Reading
from zenhub_sync.wiring import Meters

_SECONDS = (1, 5, 15, 60, 300, 900, 3600, 4 * 3600)


class Metrics:
    """Counts runs of this process; what must survive a restart is read from the database."""

    def __init__(self, look: Callable[[], View], ends: Ends) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # half of all lines, and nobody reads them
        self.registry = CollectorRegistry()
        self.quota: dict[tuple[str, str], Reading] = {}
        self._runs = self._counter("runs", "Runs that this process ended.", "job", "outcome")
        self._tickets = self._counter("tickets", "Tickets that runs read, created, updated or left.", "job", "action")
        self._escalations = self._counter("escalations", "Escalations opened, closed, suppressed by age.", "action")
        self._requests = self._counter("api_requests", "Answers of the vendors.", "vendor", "status")
        self._waits = self._counter("rate_limit_wait_seconds", "Time spent waiting for rate limits.", "vendor")
        self._durations = Histogram(
            "zenhub_sync_run_duration_seconds", "How long runs took.", ["job"], registry=self.registry, buckets=_SECONDS
        )
        self.registry.register(_Gauges(look, self.quota, ends))

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"zenhub_sync_{name}", says, labels, registry=self.registry)

    def exposition(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def count(self, ended: JobRun, meters: Meters) -> None:
        """Count a run that ended."""
        report = ended.report
        self._runs.labels(report.job, report.outcome.value).inc()
        self._durations.labels(report.job).observe((report.finished_at - report.started_at).total_seconds())
        for action in ("read", "created", "updated", "unchanged"):
            self._tickets.labels(report.job, action).inc(getattr(report.tally, action))
        for action in ("opened", "closed", "suppressed"):
            self._escalations.labels(action).inc(getattr(report.tally, action))
        for vendor, meter in (("zendesk", meters.zendesk), ("hubspot", meters.hubspot)):
            for status, number in meter.statuses.items():
                self._requests.labels(vendor, str(status)).inc(number)
            sent = getattr(report.requests, vendor)
            self._requests.labels(vendor, "none").inc(max(0, sent - meter.statuses.total()))
            self._waits.labels(vendor).inc(meter.waited)
            self.quota.update({(vendor, bucket): reading for bucket, reading in meter.quota.items()})


@dataclass(eq=False, slots=True)  # the registry keeps it by its identity
class _Gauges(Collector):
    """Asks the database at every scrape; where that is gone, only `zenhub_sync_ready` is left, and it is 0."""

    look: Callable[[], View]
    quota: dict[tuple[str, str], Reading]
    ends: Ends

    def collect(self) -> Iterator[GaugeMetricFamily]:
        view = self.look()
        yield _gauge("ready", "1 if the service is well, see /readyz.", {(): float(view.ready)})
        checks = {(check.name,): float(check.ok) for check in view.checks}
        yield _gauge("check_ok", "1 for each check of /readyz that is well.", checks, "check")
        if view.standing is not None:
            yield from _of_the_store(view.standing, view.now.timestamp())
        yield _gauge(
            "quota_remaining",
            "Requests left in the vendor's window, as last told.",
            {key: float(reading.remaining) for key, reading in self.quota.items()},
            "vendor",
            "bucket",
        )
        yield _gauge(
            "quota_limit",
            "Requests that the vendor's window allows, as last told.",
            {key: float(reading.limit) for key, reading in self.quota.items()},
            "vendor",
            "bucket",
        )
        ends = {(name,): _midnight(day) for name, day in self.ends.items()}
        yield _gauge("credential_expiry_timestamp_seconds", "When a credential or API version ends.", ends, "what")

    def describe(self) -> Iterator[Any]:
        """Name nothing beforehand: the database need not be there when the process starts."""
        return iter(())


def _of_the_store(standing: Standing, now: float) -> Iterator[GaugeMetricFamily]:
    overview = standing.overview
    successes = {(job,): at for job, at in standing.successes.items()}
    yield _gauge("last_success_timestamp_seconds", "When a job last ended well.", successes, "job")
    lags = {(cursor.name,): now - cursor.moved_at for cursor in overview.cursors}
    yield _gauge("cursor_lag_seconds", "How long ago a cursor last moved.", lags, "cursor")
    yield _gauge("outbox_effects", "Effects that wait for delivery.", {(): float(overview.live_effects)})
    oldest = now - standing.oldest_effect if standing.oldest_effect is not None else 0.0
    yield _gauge("outbox_oldest_age_seconds", "Age of the oldest effect that waits for delivery.", {(): oldest})
    parked: dict[tuple[str, ...], float] = {}
    for record in parked_records(overview):
        trouble = (kind_of_trouble(record),)
        parked[trouble] = parked.get(trouble, 0.0) + 1
    yield _gauge("parked_records", "Records that could not be written.", parked, "reason")
    yield _gauge("tickets_mirrored", "Tickets that are mirrored.", {(): float(overview.tickets)})
    yield _gauge("unmatched_tickets", "Mirrored tickets without a company.", {(): float(overview.unmatched)})
    cases = {(state.value,): float(overview.escalations.get(state, 0)) for state in _TOLD}
    yield _gauge("escalation_cases", "Escalations by their state.", cases, "state")
    yield _gauge("alerts_open", "Troubles that people were told of.", {(): float(len(standing.alerts))})


_TOLD = (EscalationState.OPEN, EscalationState.CLOSED, EscalationState.SUPPRESSED)


def _gauge(name: str, says: str, values: Mapping[Any, float], *labels: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"zenhub_sync_{name}", says, labels=labels)
    for of, value in sorted(values.items()):
        family.add_metric(of, value)
    return family


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
