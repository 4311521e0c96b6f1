"""What people earn and how they are paid: fees, commission, payouts."""

from django.utils.timezone import now

from core.fields import uuid7
from finance.models import (
    Adjustment,
    BankExplanation,
    CommissionLine,
    CommissionPlan,
    PayoutAccount,
    PayoutBatch,
    PayoutLine,
    Tariff,
)
from ledger.models import Account
from stations.models import User
from tests.browser.every_page.page import STORY, Pages, Story, one, plain


class Earnings(Story):
    """Batches, payouts and their places of each state, a draft of a plan, an adjustment."""

    def batches(self, *statuses: str) -> list[PayoutBatch]:
        """One batch of payouts in each of these states, or in every one that there is."""
        rows = PayoutBatch.objects.filter(status__in=statuses) if statuses else PayoutBatch.objects.all()
        return list(rows.order_by("status", "-pk").distinct("status"))

    def payouts(self) -> list[PayoutLine]:
        """One payout of each state."""
        return list(PayoutLine.objects.order_by("status", "-pk").distinct("status"))

    def payout_accounts(self) -> list[PayoutAccount]:
        """One place to be paid in each state."""
        return list(PayoutAccount.objects.order_by("status", "-pk").distinct("status"))

    def draft(self) -> CommissionPlan:
        return CommissionPlan.objects.get(status="draft")

    def make_adjustment(self) -> Adjustment:
        return Adjustment.objects.create(
            account=Account.objects.filter(kind="commission").first() or Account.objects.first(),
            event_type="payment",
            event_id=uuid7().hex,
            amount_minor=1_00,
            currency="CNY",
            reason=Adjustment.Reason.AGREED,
            text="按约定更正",
            made_by=User.objects.get(username="finance"),
            made_at=now(),
        )


PAGES: Pages = {
    "payouts:batches": lambda house: [one("finance", "payouts:batches"), one("auditor", "payouts:batches")],
    "payouts:batch": lambda house: [
        *(one("finance", "payouts:batch", batch.pk) for batch in house.batches()),
        one("finance2", "payouts:batch", house.batches("calculated")[0].pk),
    ],
    "payouts:sheet": lambda house: [one("finance", "payouts:sheet", house.batches("submitted")[0].pk)],
    "payouts:payout": lambda house: [one("finance", "payouts:payout", line.pk) for line in house.payouts()],
    "payouts:returns": plain("finance", "payouts:returns"),
    "payouts:came_back": lambda house: [
        one("finance", "payouts:came_back", came.pk) for came in BankExplanation.objects.came_back()
    ],
    "payouts:payees": plain("finance", "payouts:payees"),
    "payouts:payee": lambda house: [one("finance", "payouts:payee", home.pk) for home in house.payout_accounts()],
    "payouts:mine": lambda house: [one("partner", "payouts:mine"), one("helper", "payouts:mine")],
    "payouts:account": plain("partner", "payouts:account"),
    "fees:earnings": lambda house: [one("partner", "fees:earnings"), one("helper", "fees:earnings")],
    "fees:why": lambda house: [
        one("partner", "fees:why", CommissionLine.objects.filter(account__holder=house.partner.pk).latest("pk").pk)
    ],
    "fees:plans": lambda house: [
        one("finance", "fees:plans"),
        one("auditor", "fees:plans", query="?status=retired"),
    ],
    "fees:plan": lambda house: [
        *(one("finance2", "fees:plan", each.pk) for each in CommissionPlan.objects.order_by("pk")),
        one("finance", "fees:plan", house.draft().pk),
        one("auditor", "fees:plan", house.draft().pk),
    ],
    "fees:new_plan": lambda house: [
        one("finance", "fees:new_plan"),
        one("finance", "fees:new_plan", query=f"?like={CommissionPlan.objects.earliest('pk').pk}"),
    ],
    "fees:new_rule": lambda house: [one("finance", "fees:new_rule", house.draft().pk)],
    "fees:rule": lambda house: [
        one("finance", "fees:rule", house.draft().pk, rule.position) for rule in house.draft().rules.all()
    ],
    "fees:tariffs": lambda house: [
        one("finance", "fees:tariffs"),
        one("auditor", "fees:tariffs", query="?state=past"),
    ],
    "fees:tariff": lambda house: [one("finance", "fees:tariff", each.pk) for each in Tariff.objects.order_by("pk")],
    "fees:new_tariff": plain("finance", "fees:new_tariff"),
    "fees:wall": plain("partner", "fees:wall"),
    "prices:tariff": plain("", "prices:tariff", STORY),
    "fees:adjustments": lambda house: [one("finance2", "fees:adjustments")],
    "fees:adjustment": lambda house: [one("finance2", "fees:adjustment", Adjustment.objects.latest("pk").pk)],
}

#: Addresses that answer, but not with a page of the console.
NOT_PAGES = {
    *("payouts:file",),
    *(
        "fees:approve_plan",
        "fees:retire_plan",
        "fees:discard_plan",
        "fees:rule_act",
    ),
    "prices:tariff_picture",
}
