"""Bills, recharges, payments and their receipts, refunds, complaints."""

from typing import Any

from django.utils.timezone import now

from finance.models import Biller, BillFetch, Complaint, Payment, Refund
from ledger.models import Account
from tests.browser.every_page.page import ENDS, Pages, Story, one, plain


class Counter(Story):
    """Payments, bills, refunds and complaints, one of each state."""

    def payments(self, **about: Any) -> list[Payment]:
        """One payment of each state."""
        rows = Payment.objects.filter(station=self.station, **about)
        return list(rows.order_by("status", "-pk").distinct("status"))

    def recharged(self, status: str) -> Payment:
        """A recharge in this state."""
        return Payment.objects.filter(station=self.station, purpose="recharge", status=status).latest("pk")

    def refunds(self, **about: Any) -> list[Refund]:
        """Money owed back in each state."""
        rows = Refund.objects.filter(station=self.station, **about)
        return list(rows.order_by("status", "-pk").distinct("status"))

    def spendable(self) -> tuple[Any, Any]:
        """A fetched bill, and money owed back to its payer."""
        refund = Refund.objects.filter(station=self.station, status="ready_for_cash").exclude(payment=None).latest("pk")
        Refund.objects.filter(pk=refund.pk).update(receiver=self.payer)
        return self.waiting.pk, refund.pk

    def fetch(self, status: str) -> BillFetch:
        """A bill that was asked for and came to this end."""
        return BillFetch.objects.filter(status=status).latest("pk")

    def make_fetch(self, status: str) -> BillFetch:
        """Ask for a bill and let it come to this end."""
        expired = {"bill_ref": "B1", "amount_minor": 100, "expires_at": now()} if status == "expired" else {}
        return BillFetch.objects.create(
            station=self.station,
            asked_by=self.partner,
            asked_at=now(),
            biller=self.waiting.biller,
            parameters=self.waiting.parameters,
            payer=self.payer,
            household=self.payer.household,
            status=status,
            currency="CNY",
            **expired,
        )

    def complaints(self, **about: Any) -> list[Complaint]:
        """One complaint of each state."""
        rows = Complaint.objects.filter(station=self.station, **about)
        return list(rows.order_by("status", "-pk").distinct("status"))

    def own_account(self) -> Account:
        """What the partner has earned."""
        return Account.objects.get(kind="commission", holder=self.partner.pk)


PAGES: Pages = {
    "bills:choose": lambda house: [
        one("partner", "bills:choose"),
        one("partner", "bills:choose", query=f"?person={house.payer.pk}"),
    ],
    "bills:ask": lambda house: [
        one("partner", "bills:ask", code, query=f"?person={house.payer.pk}")
        for code in Biller.objects.values_list("code", flat=True)
    ],
    "bills:check": lambda house: [
        one("partner", "bills:check", house.waiting.pk),
        *(one("partner", "bills:check", house.fetch(status).pk) for status in ENDS),
    ],
    "recharge:choose": lambda house: [
        one("partner", "recharge:choose"),
        one("partner", "recharge:choose", query=f"?person={house.payer.pk}"),
    ],
    "payments:ask-back": lambda house: [
        one("partner", "payments:ask-back", house.recharged(status).pk) for status in ("succeeded", "reversal_asked")
    ],
    "payments:payments": lambda house: [
        one("partner", "payments:payments"),
        one("partner", "payments:payments", query="?q=999.99"),
        one("manager", "payments:payments"),
        one("finance", "payments:payments", query="?state=manual_review"),
    ],
    "payments:payment": lambda house: [
        *(one("partner", "payments:payment", each.pk) for each in house.payments()),
        *(one("partner", "payments:payment", each.pk) for each in house.payments(method="online")),
        one("finance", "payments:payment", house.payments(status="manual_review")[0].pk),
        one("manager", "payments:payment", house.payments(status="succeeded")[0].pk),
    ],
    "payments:receipt": lambda house: [
        *(one("partner", "payments:receipt", each.pk) for each in house.payments()),
        one("partner", "payments:receipt", house.payments()[0].pk, query="?size=a4"),
    ],
    "payments:refund": lambda house: [
        *(one("partner", "payments:refund", each.pk) for each in house.refunds()),
        one("clerk", "payments:refund", house.refunds(status="ready_for_cash")[0].pk),
        one("finance", "payments:refund", house.refunds(status="failed")[0].pk),
    ],
    "payments:refunds": lambda house: [one("partner", "payments:refunds"), one("clerk", "payments:refunds")],
    "bills:spend": lambda house: [one("partner", "bills:spend", *house.spendable())],
    "complaints:complaints": lambda house: [
        one("partner", "complaints:complaints"),
        one("finance", "complaints:complaints"),
        one("manager331124", "complaints:complaints"),
    ],
    "complaints:county_complaints": plain("manager", "complaints:county_complaints"),
    "complaints:complaint": lambda house: [
        *(one("manager", "complaints:complaint", each.pk) for each in house.complaints()),
        *(one("finance", "complaints:complaint", each.pk) for each in house.complaints(entry__isnull=False)),
        one("partner", "complaints:complaint", house.complaints()[0].pk),
    ],
    "complaints:complain": lambda house: [one("partner", "complaints:complain", house.payments()[0].pk)],
    "complaints:account": lambda house: [one("partner", "complaints:account", house.own_account().code)],
    "complaints:dispute": lambda house: [one("partner", "complaints:dispute", house.own_account().code, 1)],
    "slips:verify": lambda house: [
        *(one("", "slips:verify", each.receipts.latest("pk").verify_code) for each in house.payments()),
        one("", "slips:verify", "nobody-gave-this", status=404),
    ],
}

#: Addresses that answer, but not with a page of the console.
NOT_PAGES = {
    *("bills:remind", "bills:stop_reminding"),
    *("recharge:check", "recharge:pay"),
    *(
        "payments:cancel",
        "payments:printed",
        "payments:send-code",
        "payments:pay-qr",
        "payments:propose",
        "payments:decide",
        "payments:goodwill",
        "payments:approve-goodwill",
        "payments:reject-goodwill",
        "payments:call",
        "payments:retry",
        "payments:recover",
        "payments:send-reversal-code",
    ),
    "slips:qr",
}
