"""What fees show outside their pages: prices, plans and corrections, and those that wait for a second person."""

import datetime as dt

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.language import formatting
from core.web.bars import Bars, money_bars
from core.web.console import Console, MenuEntry, Need, Trend
from finance.fees.models import Adjustment, CommissionLine, CommissionPlan
from stations.accounts.models import User
from stations.accounts.queries import own_logins

OWN, DAYS = "finance.read_own_earnings", 14
APPROVE, ADJUST = "finance.approve_commission_plan", "finance.adjust_account"


def _plans(*, user: User, at: dt.datetime) -> QuerySet[CommissionPlan]:
    drafts = CommissionPlan.objects.open_to(user, APPROVE).filter(status=CommissionPlan.Status.DRAFT)
    return drafts.exclude(created_by__in=own_logins(user))


def _corrections(*, user: User, at: dt.datetime) -> QuerySet[Adjustment]:
    proposed = Adjustment.objects.open_to(user, ADJUST).filter(status=Adjustment.Status.PROPOSED)
    return proposed.exclude(made_by__in=own_logins(user))


def _earned(*, user: User, at: dt.datetime) -> Bars:
    """What each of the last days earned for the reader."""
    today = timezone.localdate(at)
    days = [today - dt.timedelta(days=back) for back in reversed(range(DAYS))]
    own = CommissionLine.objects.filter(payee=user.pk, accrued_at__date__gte=days[0]).order_by()
    by_day = own.annotate(day=TruncDate("accrued_at")).values_list("day", "currency")
    return money_bars(
        by_day.annotate(count=Count("pk"), minor=Sum("amount_minor")),
        title=gettext("Earned per day"),
        period=gettext("Day"),
        counted=gettext("Services"),
        labels={day: formatting.short_day(day) for day in days},
        note=gettext("%(days)s days. Hatched: today so far.") % {"days": DAYS},
    )


CONSOLE = Console(
    menu=[
        MenuEntry("money", _("Earnings"), "fees:earnings", OWN),
        MenuEntry("money", _("Corrections"), "fees:adjustments", ADJUST, needs=("fees.corrections",)),
        MenuEntry("money", _("Commission plans"), "fees:plans", "finance.read_commission_plan", needs=("fees.plans",)),
        MenuEntry("money", _("Prices"), "fees:tariffs", "finance.edit_tariff"),
    ],
    needs=[
        Need("fees.plans", _("Commission plans to approve"), "book", APPROVE, "fees:plans", _plans, "created_at"),
        Need(
            "fees.corrections", _("Corrections to check"), "edit", ADJUST, "fees:adjustments", _corrections, "made_at"
        ),
    ],
    trends=[Trend("fees.earned", OWN, _earned)],
)
