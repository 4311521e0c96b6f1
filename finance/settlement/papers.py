"""A statement as a page, a sheet of paper and a file: the same figures in the same order."""

import csv
import io
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.csv_cells import harmless
from core.language import formatting
from core.money import Money
from core.web.tables import Column, Table
from finance.settlement.models import PayeeDay, Statement
from finance.settlement.queries.rows import lines_behind

CSV_COLUMNS = ("kind", "event_type", "event_id", "amount", "currency", "at", "id")
#: How a spreadsheet would begin a formula.


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the sum."""

    name: str
    amount: Money


def sum_of(statement: Statement) -> list[Figure]:
    """The lines that add up to what is paid or carried; nothing is left out, but lines of nothing."""
    signed = [
        (_("Carried forward"), statement.opening_minor),
        (_("Earned"), statement.accrued_minor),
        (_("Reversed"), statement.reversed_minor),
        (_("Corrected"), statement.adjusted_minor),
        (_("Tax withheld"), -statement.tax_minor),
        (_("Charged for a till shortage"), -statement.charges_minor),
        (_("Disputed, not deducted for now"), -statement.carried_minor if statement.payable_minor else 0),
    ]
    always = {_("Earned")}
    return [Figure(name, Money(minor, statement.currency)) for name, minor in signed if minor or name in always]


def days_of(statement: Statement) -> Table:
    """What each day of the period brought."""
    days = PayeeDay.objects.filter(account=statement.account_id, business_date__lte=statement.period_to)
    if statement.previous:
        days = days.filter(business_date__gt=statement.previous.period_to)
    rows = [
        (
            formatting.day(day.business_date),
            formatting.amount(Money(day.matured_minor, statement.currency)),
            formatting.amount(Money(day.reversed_minor, statement.currency)),
        )
        for day in days.order_by("business_date")
    ]
    columns = [Column(_("Day")), Column(_("Earned"), number=True), Column(_("Reversed"), number=True)]
    return Table(_("Each day"), columns, rows, small=True, empty=_("No earnings in this period."))


def csv_of(statement: Statement) -> str:
    """The lines behind a statement, then its sum and its hash, as a file for any spreadsheet."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(CSV_COLUMNS)
    for kind, pk, event_type, event_id, minor, at in lines_behind(statement):
        amount = str(Money(minor, statement.currency))
        sheet.writerow(
            [kind, *map(harmless, (str(event_type), str(event_id))), amount, statement.currency, at.isoformat(), pk]
        )
    for name in ("opening", "adjusted", "tax", "charges", "disputes_held", "payable", "carried"):
        amount = str(Money(getattr(statement, f"{name}_minor"), statement.currency))
        sheet.writerow([name, "", "", amount, statement.currency, "", ""])
    sheet.writerow(["sha256", "", "", "", "", "", statement.sha256])
    return out.getvalue()


def name_of_file(statement: Statement) -> str:
    """What a download is called."""
    return f"statement-{statement.period_from}-{statement.period_to}.csv"
