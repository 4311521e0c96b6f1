"""How much cash a person brings in a day: counted at every payment, reported by finance, never said at the counter."""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, SamePerson, refuses
from core.history import record_change
from core.money import Money
from core.notices.services import notify
from finance.tills.models import CashReport
from finance.tills.queries import threshold_on
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.network.models import Station
from stations.people.models import Person
from stations.two_persons import require_two_persons

# One statement, so that two counters never lose each other's sum.
_ADD = """
INSERT INTO finance_cashwatch AS watch (created_at, updated_at, person_id, business_date, currency, cash_minor)
VALUES (%(at)s, %(at)s, %(person)s, %(date)s, %(currency)s, %(minor)s)
ON CONFLICT (person_id, business_date, currency)
DO UPDATE SET cash_minor = watch.cash_minor + EXCLUDED.cash_minor, updated_at = EXCLUDED.updated_at
RETURNING id, cash_minor
"""


class ReportAlreadyFiled(Refused):
    """A report is filed once."""

    code = "report_already_filed"
    message = _("This report was filed already, under %(number)s.")


class FilingNumberAwaited(Refused):
    """What is confirmed was entered before."""

    code = "filing_number_awaited"
    message = _("First enter the number that the authority gave this report.")


def note_cash(*, person: Person | None, station: Station, amount: Money, at: dt.datetime) -> None:
    """Count the cash that this person has just paid, in the caller's transaction; open a report at the threshold."""
    if person is None or amount.minor <= 0:
        return
    date = day_in(station.zone, at)
    row: dict[str, Any] = {
        "at": at,
        "person": person.pk,
        "date": date,
        "currency": amount.currency,
        "minor": amount.minor,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADD, row)
        watch, minor = cursor.fetchone()
    threshold = threshold_on(station.county.country, amount.currency, date)
    if threshold is not None and threshold.minor <= minor:
        _open_report(watch, threshold, at)


@refuses(ReportAlreadyFiled, SamePerson)
@transaction.atomic
def enter_cash_report(*, report: CashReport, number: str, by: User, at: dt.datetime) -> CashReport:
    """Enter under which number the authority has the report, or correct what was entered: the first of two people."""
    report = _unfiled(report, by=by)
    old = report.status
    report.filing_number, report.entered_by, report.entered_at = number, by, at
    report.save(update_fields=["filing_number", "entered_by", "entered_at", "updated_at"])
    record_change(report, old=old, new=report.status, at=at, actor=by.pk, reason=number)
    return report


@refuses(ReportAlreadyFiled, FilingNumberAwaited, SamePerson)
@transaction.atomic
def file_cash_report(*, report: CashReport, by: User, at: dt.datetime) -> CashReport:
    """Confirm that the authority has the report under the number that another person entered."""
    report = _unfiled(report, by=by)
    if report.entered_at is None:
        raise FilingNumberAwaited
    require_two_persons(by, report.entered_by_id)
    old = report.status
    report.filed_by, report.filed_at = by, at
    report.save(update_fields=["filed_by", "filed_at", "updated_at"])
    record_change(report, old=old, new=report.status, at=at, actor=by.pk)
    return report


@refuses(ReportAlreadyFiled, SamePerson)
def _unfiled(report: CashReport, *, by: User) -> CashReport:
    """The report, locked; nobody handles the report about themselves."""
    report = lock(report)
    if report.filed_at is not None:
        raise ReportAlreadyFiled(number=report.filing_number)
    require_two_persons(by, report.watch.person_id)
    return report


def _open_report(watch: int, threshold: Money, at: dt.datetime) -> None:
    if CashReport.objects.filter(watch=watch).exists():
        return
    CashReport.objects.create(watch_id=watch, threshold_minor=threshold.minor, opened_at=at)
    for officer in people_in_role(Role.FINANCE_OFFICER, at=at):
        notify(
            template="cash_report_due",
            params={"threshold": threshold.display(officer.language)},
            language=officer.language,
            user=officer,
            dedupe_key=f"cash_report_due:{watch}:{officer.pk}",
            at=at,
        )
