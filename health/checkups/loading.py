"""Loading one check-up, report or urgent result: a refused attempt stands in the log of the resident."""

from uuid import UUID

from django.http import Http404
from django.utils.timezone import now

from core.access import load
from health.checkups.models import CareTask, CheckupOrder, CheckupReport
from health.checkups.queries import care_tasks, orders, reports
from stations.accounts.models import User
from stations.people.services import log_refused_read


def load_order(user: User, pk: UUID, verb: str) -> CheckupOrder:
    """The check-up; an attempt that is told 404 stands in the resident's log."""
    try:
        return load(orders(), user, verb, pk=pk)
    except Http404:
        _log_refusal(user, CheckupOrder.objects.filter(pk=pk).values_list("resident", flat=True).first())
        raise


def load_report(user: User, pk: UUID, verb: str) -> CheckupReport:
    """The report; an attempt that is told 404 stands in the resident's log."""
    try:
        return load(reports(), user, verb, pk=pk)
    except Http404:
        _log_refusal(user, CheckupReport.objects.filter(pk=pk).values_list("order__resident", flat=True).first())
        raise


def load_task(user: User, pk: UUID, verb: str) -> CareTask:
    """The urgent result; an attempt that is told 404 stands in the resident's log."""
    try:
        return load(care_tasks(), user, verb, pk=pk)
    except Http404:
        _log_refusal(user, CareTask.objects.filter(pk=pk).values_list("order__resident", flat=True).first())
        raise


def _log_refusal(user: User, resident: UUID | None) -> None:
    log_refused_read(user=user, person_id=resident, at=now())
