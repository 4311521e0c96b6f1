"""What payments show outside their pages: what is unanswered or owed back, and what was collected."""

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.database.local_dates import LocalDate
from core.fields import first_uuid7
from core.language import formatting
from core.web.bars import Bars, money_bars
from core.web.console import Console, Figure, Measured, MenuEntry, Need, Trend
from core.web.sums import total
from finance.payments.models import Goodwill, Payment, PaymentDecision, Refund, RefundCall
from finance.payments.queries import STANDING, goodwill_to_approve
from finance.payments.services.granting import CALLED_AFTER
from stations.accounts.models import User

READ, TAKE, DECIDE = "finance.read_payment", "finance.pay_bill", "finance.decide_payment"
READ_REFUND, HAND_BACK, CALL = "finance.read_refund", "finance.hand_back_cash", "finance.call_refund"
RETRY, GOODWILL = "finance.retry_refund", "finance.give_goodwill"
LIST, REFUNDS = "payments:payments", "payments:refunds"
DAYS = 30
#: Payments that came to nothing are in no sum.
_COUNTED = ~Q(status=Payment.Status.FAILED)


def _undecided(*, user: User, at: dt.datetime) -> QuerySet[Payment]:
    return Payment.objects.open_to(user, TAKE).undecided()


def _to_decide(*, user: User, at: dt.datetime) -> QuerySet[Payment]:
    own = PaymentDecision.objects.filter(
        payment=OuterRef("pk"), status=PaymentDecision.Status.PROPOSED, proposed_by=user
    )
    reviewed = Payment.objects.open_to(user, DECIDE).filter(status=Payment.Status.MANUAL_REVIEW)
    return reviewed.filter(~Exists(own))


def _to_hand_back(*, user: User, at: dt.datetime) -> QuerySet[Refund]:
    return Refund.objects.open_to(user, HAND_BACK).filter(status__in=STANDING)


def _to_call(*, user: User, at: dt.datetime) -> QuerySet[Refund]:
    told = RefundCall.objects.filter(refund=OuterRef("pk"), outcome=RefundCall.Outcome.CONFIRMED)
    waiting = Refund.objects.open_to(user, CALL).filter(status__in=STANDING, ready_at__lte=at - CALLED_AFTER)
    return waiting.filter(~Exists(told))


def _to_retry(*, user: User, at: dt.datetime) -> QuerySet[Refund]:
    return Refund.objects.open_to(user, RETRY).filter(status=Refund.Status.FAILED)


def _offered(*, user: User, at: dt.datetime) -> QuerySet[Goodwill]:
    return goodwill_to_approve(user)


def _of_days(user: User, since: dt.datetime) -> Any:
    """Those of the last days by the order of their references, which is that of time; with their local date."""
    reached = Payment.objects.open_to(user, READ).filter(_COUNTED, our_ref__gte=first_uuid7(since), taken_at__gte=since)
    return reached.order_by().annotate(date=LocalDate("taken_at", "station__zone"))


def _today(*, user: User, at: dt.datetime) -> Measured:
    """Today's sum, beside the same weekday of last week up to this time of day."""
    week = dt.timedelta(days=7)
    today = timezone.localdate(at)
    rows = list(
        _of_days(user, at - week - dt.timedelta(days=1))
        .values_list("currency")
        .annotate(
            now=Count("pk", filter=Q(date=today)),
            now_minor=Sum("total_minor", filter=Q(date=today)),
            before_minor=Sum("total_minor", filter=Q(date=today - week, taken_at__lte=at - week)),
        )
        .order_by("-now")
    )
    now = total((currency, count, minor) for currency, count, minor, _before in rows)
    words = ngettext("%(count)s payment", "%(count)s payments", now.count) % {"count": f"{now.count:,}"}
    change = _change(rows[0]) if rows else ""
    return Measured(now.words, f"{words} · {change}" if change else words)


def _change(row: tuple[str, int, int | None, int | None]) -> str:
    """Against the same weekday of last week, in the currency of most payments."""
    now, before = row[2] or 0, row[3] or 0
    if not before:
        return ""
    percent = round(100 * (now - before) / before)
    if percent < 0:
        return gettext("%(percent)s%% less than a week ago") % {"percent": -percent}
    return gettext("%(percent)s%% more than a week ago") % {"percent": percent}


def _unanswered(*, user: User, at: dt.datetime) -> Measured:
    reached = Payment.objects.open_to(user, READ).undecided()
    open_ones = reached.aggregate(count=Count("pk"), oldest=Min("taken_at"))
    if not open_ones["count"]:
        return Measured(0, gettext("every payment has its answer"), "ok")
    since = formatting.near(timezone.localtime(open_ones["oldest"]), timezone.localtime(at))
    return Measured(open_ones["count"], gettext("oldest %(when)s") % {"when": since}, "wait")


def _volume(*, user: User, at: dt.datetime) -> Bars:
    """What was collected on each of the last days."""
    today = timezone.localdate(at)
    days = [today - dt.timedelta(days=back) for back in reversed(range(DAYS))]
    found = _of_days(user, at - dt.timedelta(days=DAYS)).filter(date__gte=days[0]).values_list("date", "currency")
    return money_bars(
        found.annotate(count=Count("pk"), minor=Sum("total_minor")),
        title=gettext("Collected per day"),
        period=gettext("Day"),
        counted=gettext("Payments"),
        labels={day: formatting.short_day(day) for day in days},
        note=gettext("%(days)s days. Hatched: today so far.") % {"days": DAYS},
    )


CONSOLE = Console(
    menu=[
        MenuEntry(
            "money", _("Payments"), LIST, READ, needs=("payments.undecided", "payments.decide", "payments.goodwill")
        ),
        MenuEntry("money", _("Refunds"), REFUNDS, READ_REFUND, needs=("refunds.give", "refunds.call", "refunds.retry")),
    ],
    needs=[
        Need(
            *("payments.undecided", _("Payments without an answer"), "bolt", TAKE, LIST, _undecided, "taken_at"),
            query="state=undecided",
        ),
        Need(
            *("payments.decide", _("Payments under review"), "scales", DECIDE, LIST, _to_decide, "submitted_at"),
            place="station__name",
            query="state=manual_review",
        ),
        Need(
            "payments.goodwill",
            _("Goodwill to approve"),
            "heart",
            GOODWILL,
            LIST,
            _offered,
            "offered_at",
            place="payment__station__name",
            query="state=goodwill",
        ),
        Need("refunds.give", _("Refunds to hand over"), "coins", HAND_BACK, REFUNDS, _to_hand_back, "ready_at"),
        Need(
            "refunds.call",
            _("Calls to make about refunds"),
            "phone",
            CALL,
            REFUNDS,
            _to_call,
            "ready_at",
            place="station__name",
        ),
        Need(
            "refunds.retry",
            _("Refunds that did not arrive"),
            "coins",
            RETRY,
            REFUNDS,
            _to_retry,
            "created_at",
            place="station__name",
        ),
    ],
    figures=[
        Figure("payments.today", _("Collected today"), READ, LIST, _today),
        Figure("payments.undecided", _("No answer yet"), READ, LIST, _unanswered, "state=undecided"),
    ],
    trends=[Trend("payments.volume", READ, _volume)],
)
