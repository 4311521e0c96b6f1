"""The lists of payments, and of the money that is owed back for them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, When
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import may
from core.language.formatting import name_of
from core.web.list_filters import Pick, State
from core.web.lists import Empty, Row
from finance.bills.models import Biller
from finance.payments.display import kind_of, payer_words
from finance.payments.models import Payment, Refund
from finance.payments.queries import goodwill_to_approve, payments_found, receipts_with
from finance.payments.services.granting import CALLED_AFTER
from finance.recharge.models import Operator
from stations.current_station import counter_of
from stations.lists import StationList
from stations.people.masking import mask_name
from stations.requests import signed_in
from stations.scope import posts_granting

STATUS = Payment.Status
GOODWILL = "finance.give_goodwill"
#: In the tab of goodwill, the oldest offers.
MOST_OFFERED = 500
BACK = (STATUS.PARTIALLY_REFUNDED, STATUS.REFUNDED, STATUS.REVERSAL_ASKED, STATUS.REVERSED)


def companies() -> list[tuple[str, Any]]:
    """Every company whose services are paid here: those of bills, and operators."""
    billers = [(f"bill-{each.pk}", name_of(each)) for each in Biller.objects.order_by("name")]
    return billers + [(f"recharge-{each.pk}", name_of(each)) for each in Operator.objects.order_by("name")]


def of_company(chosen: str) -> Q:
    """The payments to one of `companies`."""
    kind, _dash, key = chosen.partition("-")
    return Q(bill__biller=key) if kind == "bill" else Q(recharge__operator=key)


def _service(row: Payment) -> str:
    """What was paid and to whom."""
    if row.purpose == Payment.Purpose.BILL:
        return f"{name_of(row.bill.biller.category)} · {name_of(row.bill.biller)}"
    if row.purpose == Payment.Purpose.RECHARGE:
        return f"{_('Phone recharge')} · {name_of(row.recharge.operator)}"
    return row.get_purpose_display()


#: What was collected: a payment that came to nothing adds nothing.
COLLECTED = Case(When(status=STATUS.FAILED, then=0), default=F("total_minor"), output_field=BigIntegerField())


class Payments(StationList):
    """Payments within reach, newest first; at a counter those of its station."""

    name = "payments:payments"
    grant = "finance.read_payment"
    title = gettext_lazy("Payments")
    headings = {
        "name": gettext_lazy("Resident"),
        "what": gettext_lazy("Service and company"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Time"),
        "amount": gettext_lazy("Amount"),
        "state": gettext_lazy("State"),
    }
    order = ("-taken_at", "-our_ref")
    period, days, longest = "taken_at", 1, 92
    amount = COLLECTED
    search = gettext_lazy("Slip, amount or end of the phone")
    picks = (Pick("company", gettext_lazy("Company"), gettext_lazy("All companies"), companies, of_company),)
    states = (
        State("undecided", gettext_lazy("still open"), Q(status__in=Payment.UNDECIDED), ever=True),
        State("paid", gettext_lazy("paid"), Q(status=STATUS.SUCCEEDED)),
        State("progress", gettext_lazy("in progress"), Q(status__in=[STATUS.HELD, STATUS.SUBMITTED, STATUS.PENDING])),
        State("unknown", STATUS.UNKNOWN.label, Q(status=STATUS.UNKNOWN), ever=True),
        State("manual_review", STATUS.MANUAL_REVIEW.label, Q(status=STATUS.MANUAL_REVIEW), ever=True),
        State("failed", STATUS.FAILED.label, Q(status=STATUS.FAILED)),
        State("back", gettext_lazy("refunded or reversed"), Q(status__in=BACK)),
    )
    empty = Empty(
        gettext_lazy("Nothing has been paid today."), gettext_lazy("What is paid stands in this list."), icon="coins"
    )

    def tabs_for(self, request: HttpRequest) -> Sequence[State]:
        """With the goodwill that waits, for those who give it; by keys, which are few: a large table is not joined."""
        user = signed_in(request)
        if not may(user, GOODWILL):
            return self.tabs()
        offered = goodwill_to_approve(user).order_by("offered_at").values_list("payment", flat=True)[:MOST_OFFERED]
        about = Q(pk__in=list(offered))
        return [*self.tabs(), State("goodwill", _("goodwill to approve"), about, ever=True)]

    def rows(self, request: HttpRequest) -> QuerySet[Payment]:
        """Those of the own counter; elsewhere all within reach."""
        rows = Payment.objects.open_to(request.user, self.grant).select_related(
            "payer", "station", "bill__biller__category", "recharge__operator"
        )
        at_a_counter = any(post.reach == "station" for post in posts_granting(request.user, self.grant))
        return rows.filter(station=counter_of(signed_in(request), self.grant)) if at_a_counter else rows

    def row(self, row: Payment, known: Any) -> Row:
        """Who, for what, and where it stands."""
        return Row(
            name=payer_words(row) or _("Without a name"),
            href=f"/finance/payments/{row.pk}/",
            what=_service(row),
            where=row.station.name,
            at=row.taken_at,
            amount=row.total,
            status=kind_of(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """By slip, amount or phone; names are looked for where residents are."""
        return payments_found(words)


class Refunds(StationList):
    """Money owed back within reach: to be handed back, to be called about, to be paid back again."""

    name = "payments:refunds"
    grant = "finance.read_refund"
    title = gettext_lazy("Refunds")
    template = "finance/payments/refunds.html"
    headings = {
        "name": gettext_lazy("Resident"),
        "what": gettext_lazy("Why"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Since"),
        "amount": gettext_lazy("Amount"),
        "state": gettext_lazy("State"),
    }
    order = ("-created_at", "-pk")
    period = "created_at"
    amount = "amount_minor"
    search = gettext_lazy("Slip")
    states = (
        State("owed", gettext_lazy("owed"), Q(status__in=Refund.OWED), ever=True, order=("created_at", "pk")),
        State("given", gettext_lazy("refunded"), ~Q(status__in=Refund.OWED)),
    )
    state = "owed"
    empty = Empty(
        gettext_lazy("No refunds due."),
        gettext_lazy("Money from failed or returned payments stays here until collected."),
    )

    def rows(self, request: HttpRequest) -> QuerySet[Refund]:
        """Those within reach."""
        rows = Refund.objects.open_to(request.user, self.grant)
        return rows.select_related("station", "payment__payer", "receiver")

    def row(self, row: Refund, known: Any) -> Row:
        """Whose money, and why it is owed."""
        waits = "bad" if row.status == Refund.Status.FAILED else "wait"
        return Row(
            name=mask_name(row.recipient.full_name) if row.recipient else _("Without a name"),
            href=f"/finance/refunds/{row.pk}/",
            what=row.get_reason_display(),
            where=row.station.name,
            at=row.created_at,
            amount=row.amount,
            status=waits if row.status in Refund.OWED else "ok",
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """Those of the payments on a slip."""
        return Q(payment__in=receipts_with("".join(words.split())).values("payment"))

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader calls those who do not come, and after how many days."""
        return {"calls": may(request.user, "finance.call_refund"), "called_after": CALLED_AFTER.days}


PAYMENTS = Payments()
REFUNDS = Refunds()
