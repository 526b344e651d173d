"""Numbers for Prometheus: requests of the web processes, and the state of the jobs from the rows."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from engine.models import Incident, Task, Wait

REQUESTS = Histogram(
    "viis_request_seconds",
    "Time to answer a request.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class Rows(Collector):
    """What the tables say at this moment."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Count open tasks, jobs and incidents."""
        jobs = GaugeMetricFamily(
            "viis_jobs", "Jobs and timers by kind and status.", labels=["kind", "status"]
        )
        waits = Wait.objects.exclude(status__in=[Wait.Status.DONE, Wait.Status.CANCELLED])
        for kind, status, count in waits.values_list("kind", "status").annotate(Count("id")).order_by():
            jobs.add_metric([kind, status], count)
        yield jobs
        now = timezone.now()
        due = waits.filter(status=Wait.Status.DUE, kind=Wait.Kind.JOB, due_at__lte=now)
        oldest = due.aggregate(oldest=Min("due_at"))["oldest"]
        lag = (now - oldest).total_seconds() if oldest else 0.0
        yield GaugeMetricFamily(
            "viis_oldest_due_job_seconds", "How long the oldest due job waits.", value=lag
        )
        incidents = Incident.objects.filter(resolved_at=None).count()
        yield GaugeMetricFamily(
            "viis_open_incidents", "Jobs that gave up and wait for a person.", value=incidents
        )
        tasks = Task.objects.filter(status=Task.Status.OPEN).count()
        yield GaugeMetricFamily("viis_open_tasks", "Tasks that wait for a person.", value=tasks)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All numbers; where METRICS_TOKEN is set, for its bearer only."""
    wanted = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if wanted is None or (wanted and not hmac.compare_digest(given.encode(), wanted.encode())):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Rows())
    text = generate_latest(registry)
    return HttpResponse(_of_the_processes() + text, content_type=CONTENT_TYPE_LATEST)


def _of_the_processes() -> bytes:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return generate_latest(shared)
