"""What stands on the home of a lender: what waits, what is lent, how much of it is at risk, and what comes back."""

import datetime as dt

from django.db.models import Count, F, Min, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from core.days import last_months
from core.language import formatting
from core.money import Money
from core.web.bars import Bars, money_bars
from core.web.console import Measured
from core.web.sums import total
from finance.loans.models import Loan, LoanApplication, LoanReceipt
from stations.accounts.models import User

READ, READ_APPLICATION = "finance.read_loan", "finance.read_loan_application"
MONTHS = 12
#: Above so many hundredths of a percent the portfolio is looked after.
WORRYING_BP = 500
#: More than 30 days late, or with a new plan.
AT_RISK = Q(days_past_due__gt=30) | Q(restructure_count__gt=0)
OUTSTANDING = F("principal_disbursed_minor") - F("principal_paid_minor")


def waiting(*, user: User, at: dt.datetime) -> Measured:
    """Applications that the lender has not decided, and since when the oldest waits."""
    reached = LoanApplication.objects.open_to(user, READ_APPLICATION).filter(status__in=LoanApplication.WAITING)
    found = reached.aggregate(count=Count("pk"), oldest=Min("submitted_at"))
    if not found["count"]:
        return Measured(0, gettext("no application waits"), "ok")
    days = (at - found["oldest"]).days
    words = ngettext("oldest %(count)s day", "oldest %(count)s days", days) % {"count": days}
    return Measured(found["count"], words, "bad" if days >= 5 else "")


def lent(*, user: User, at: dt.datetime) -> Measured:
    """Principal that is outstanding, in each currency."""
    running = Loan.objects.open_to(user, READ).running().order_by().values_list("currency")
    found = total(running.annotate(count=Count("pk"), minor=Sum(OUTSTANDING)).order_by("-count"))
    return Measured(found.words, ngettext("%(count)s loan", "%(count)s loans", found.count) % {"count": found.count})


def at_risk(*, user: User, at: dt.datetime) -> Measured:
    """The share of the principal in loans more than 30 days late or restructured, in the currency of most loans."""
    running = Loan.objects.open_to(user, READ).running().order_by().values_list("currency")
    late = Sum(OUTSTANDING, filter=AT_RISK, default=0)
    rows = running.annotate(count=Count("pk"), minor=Sum(OUTSTANDING), late=late).order_by("-count")
    currency, _count, minor, risk = rows.first() or ("", 0, 0, 0)
    if not minor:
        return Measured("–", gettext("nothing is lent"))
    share = (2 * risk * 10_000 + minor) // (2 * minor)
    status = "ok" if not share else "bad" if share > WORRYING_BP else "wait"
    return Measured(f"{share / 100:.2f}%", formatting.money(Money(risk, currency)), status)


def repaid(*, user: User, at: dt.datetime) -> Bars:
    """What was paid on loans in each of the last months, by the business dates of the lenders."""
    months = last_months(timezone.localdate(at), MONTHS)
    reached = LoanReceipt.objects.open_to(user, READ).standing().filter(value_date__gte=months[0]).order_by()
    found = reached.annotate(month=TruncMonth("value_date")).values_list("month", "currency")
    return money_bars(
        found.annotate(count=Count("pk"), minor=Sum("amount_minor")),
        title=gettext("Repaid by month"),
        period=gettext("Month"),
        counted=gettext("Repayments"),
        labels={month: formatting.short_month(month) for month in months},
        note=gettext("%(months)s months. Hatched: this month so far.") % {"months": MONTHS},
    )
