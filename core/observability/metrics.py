"""Figures of the system for Prometheus: what an operator has to hear of before people complain.

They are read from the database at each scrape, so that they are true whichever process answers.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.db import DatabaseError
from django.db.models import Count, Min
from django.utils.timezone import now
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from core.gateways.models import Provider
from core.hooks import FIGURES
from core.jobs.models import Job


@dataclass(frozen=True, slots=True)
class Figure:
    """A gauge `ecomnet_<name>`. `read` answers a number, or one for each value of `label`."""

    name: str
    help: str
    read: Callable[[], float | Mapping[str, float]]
    label: str = ""


def late_seconds() -> float:
    """How long the oldest due job has waited for a worker, in seconds; 0 when nothing waits."""
    at = now()
    due = Job.objects.filter(state=Job.State.WAITING, run_at__lte=at).aggregate(Min("run_at"))["run_at__min"]
    return (at - due).total_seconds() if due else 0


def dead_jobs() -> dict[str, float]:
    """Jobs that failed and wait for a person, by kind."""
    dead = Job.objects.filter(state=Job.State.DEAD).order_by()
    return dict(dead.values_list("kind").annotate(Count("pk")))


def open_breakers() -> dict[str, float]:
    """1 for each provider that is not called now, 0 for the others."""
    return {
        code: breaker != Provider.Breaker.CLOSED for code, breaker in Provider.objects.values_list("code", "breaker")
    }


OWN: list[Figure] = [
    Figure("jobs_late_seconds", "How long the oldest due job has waited for a worker.", late_seconds),
    Figure("jobs_dead", "Jobs that failed and wait for a person.", dead_jobs, label="kind"),
    Figure("breaker_open", "1 while a provider is not called.", open_breakers, label="provider"),
]


class SystemCollector(Collector):
    """All figures, or only that the database is away."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            yield from [_family(figure) for figure in (*OWN, *FIGURES)]
            is_there = 1
        except DatabaseError:
            is_there = 0
        yield GaugeMetricFamily("ecomnet_database_up", "1 while the database answers.", value=is_there)


def page() -> bytes:
    """The figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(SystemCollector())
    return generate_latest(registry)


def _family(figure: Figure) -> GaugeMetricFamily:
    read = figure.read()
    name = f"ecomnet_{figure.name}"
    if not isinstance(read, Mapping):
        return GaugeMetricFamily(name, figure.help, value=read)
    family = GaugeMetricFamily(name, figure.help, labels=[figure.label])
    for value, number in read.items():
        family.add_metric([value], number)
    return family
