"""Figures for Prometheus: of requests, counted here; of work, asked when read.

Requests are counted by each process. With PROMETHEUS_MULTIPROC_DIR all processes of one
server count into that directory, and any of them answers for all.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.models import Count
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from psycopg_pool import PoolTimeout

from policies.models import LedgerHead
from policies.outbox import failed_mail_count
from policies.tick import due_companions, due_revisions, stale_versions
from portal.heartbeats.models import heartbeats

OWN_PROCESS = CollectorRegistry()
# Few, so that nobody fills the memory by asking for addresses that do not exist.
ROUTES = {
    "admin": "admin",
    "api": "api",
    "cookies": "cookies",
    "django-admin": "admin",
    "documents": "documents",
    "feedback": "forms",
    "follow": "forms",
    "health": "health",
    "policies": "policies",
    "search": "search",
    "staff": "staff",
    "static": "static",
    "statistics": "statistics",
    "treatments": "treatments",
}
REQUESTS = Counter(
    "portal_requests",
    "Requests that the portal answered.",
    ["route", "status"],
    registry=OWN_PROCESS,
)
SECONDS = Histogram(
    "portal_request_seconds",
    "How long their answers took.",
    ["route"],
    buckets=[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registry=OWN_PROCESS,
)


def route_of(path: str) -> str:
    return ROUTES.get(path.split("/", 2)[1] if "/" in path else "", "other")


def count_request(path: str, status: int, seconds: float) -> None:
    route = route_of(path)
    REQUESTS.labels(route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)


class WorkCollector:
    """What the database knows of the portal's work; little when it is away."""

    def collect(self) -> Iterable[Metric]:
        try:
            found = list(work())
            connection.ensure_connection()
        except (Error, PoolTimeout):
            yield gauge("portal_database_up", "Whether the database answers.", 0)
        else:
            yield gauge("portal_database_up", "Whether the database answers.", 1)
            yield from found


def gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def work() -> Iterable[Metric]:
    tasks = GaugeMetricFamily(
        "portal_tasks", "Rows of the mail outbox.", labels=["status"]
    )
    counted = DBTaskResult.objects.order_by("status").values_list("status")
    counts = dict(counted.annotate(Count("pk")))
    for status in ("READY", "RUNNING", "FAILED"):
        tasks.add_metric([status.lower()], counts.get(status, 0))
    yield tasks
    yield gauge("portal_mail_given_up", "Notices given up.", failed_mail_count())
    overdue = sum(rows.count() for rows in (stale_versions(), due_revisions()))
    yield gauge(
        "portal_due_overdue",
        "Versions and pages whose time has come, and which no tick has shown yet.",
        overdue + len(list(due_companions())),
    )
    head = LedgerHead.objects.filter(pk=1).first() or LedgerHead()
    yield CounterMetricFamily(
        "portal_ledger_entries", "Entries of the ledger.", value=head.sequence
    )
    ages = GaugeMetricFamily(
        "portal_job_age_seconds",
        "Seconds since a regular job last came to its end.",
        labels=["job"],
    )
    now = timezone.now()
    for job, at in heartbeats().items():
        ages.add_metric([job], (now - at).total_seconds())
    yield ages


def as_text() -> bytes:
    """All figures in the text format of Prometheus."""
    registry: Any = CollectorRegistry()
    if settings.METRICS_DIRECTORY:
        MultiProcessCollector(registry, path=settings.METRICS_DIRECTORY)
    else:
        registry.register(OwnProcess())
    registry.register(WorkCollector())
    return bytes(generate_latest(registry))


class OwnProcess:
    """The requests of this process alone."""

    def collect(self) -> Iterable[Metric]:
        return OWN_PROCESS.collect()
