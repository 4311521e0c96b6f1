"""Large cash of one person: the report that finance files, entered by one officer and confirmed by another."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.access import may
from core.web.page_actions import ObjectPage, PageAction
from finance.tills import forms, services
from finance.tills.models import CashReport
from finance.tills.queries import cash_payments_of
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.people.masking import mask_name
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, FILE = "finance.read_cash_report", "finance.file_cash_report"


def _is_of_another(report: CashReport, user: User) -> bool:
    return not is_same_person(user, report.watch.person_id)


def _is_to_enter(report: CashReport, user: User) -> bool:
    return report.filed_at is None and _is_of_another(report, user)


def _is_to_confirm(report: CashReport, user: User) -> bool:
    entered = report.status == CashReport.Status.ENTERED
    return entered and _is_of_another(report, user) and not is_same_person(user, report.entered_by_id)


def _context(request: SignedInRequest, report: CashReport) -> dict[str, Any]:
    name = report.watch.person.full_name
    entered = report.status == CashReport.Status.ENTERED
    return {
        "report": report,
        "name": name if may(request.user, FILE) else mask_name(name),
        "waits_for_another": entered and is_same_person(request.user, report.entered_by_id),
        "payments": cash_payments_of(report.watch),
        "history": history_of(report),
    }


def _rows() -> QuerySet[CashReport]:
    return CashReport.objects.select_related("watch__person__home_station", "entered_by", "filed_by")


REPORT = ObjectPage(
    name="tills:report",
    template="finance/tills/report.html",
    grant=READ,
    noun="report",
    rows=_rows,
    context=_context,
    actions={
        "file": PageAction(
            grant=FILE,
            service=services.file_cash_report,
            is_open=_is_to_confirm,
            title=_("Confirm the number"),
            button=_("The number is right"),
            doing=_("Recording…"),
        ),
        "enter": PageAction(
            grant=FILE,
            operation="finance.enter_cash_report",
            service=services.enter_cash_report,
            form=forms.FilingForm,
            is_open=_is_to_enter,
            title=_("Enter the number of the filing"),
            button=_("Record the number"),
            doing=_("Recording…"),
        ),
    },
)
