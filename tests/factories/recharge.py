"""An operator with its plans, and a phone that is recharged at a desk."""

from typing import Any
from uuid import uuid4

from django.utils.timezone import now

from core.gateways.services import record_result
from core.models import Instruction
from core.money import Money
from finance import chart
from finance.models import CommissionPlan, Operator, Payment, Plan, Recharge
from finance.recharge.services import recharge_phone
from ledger.queries import trial_balance
from tests.factories.days import today
from tests.factories.finance import LONG_AGO_DATE, Desk, book, desk, of_country, plan_of, provider, switch_on, tender_of

PHONE = "+8613805160001"
OTHER = "+8613305160002"


def operator(code: str = "CN-MOBILE", *, prefixes: tuple[str, ...] = ("138",), **values: Any) -> Operator:
    """A mobile operator that takes 98.5 % of the face amount."""
    return Operator.objects.create(
        **{
            "code": code,
            "name": "China Mobile",
            "name_zh": "中国移动",
            "provider": provider(code, **of_country(values)),
            "prefixes": list(prefixes),
            "wholesale_bp": 9_850,
            "min_amount_minor": 1_00,
            "max_amount_minor": 1_000_00,
            "from_date": LONG_AGO_DATE,
            **values,
        }
    )


def plan(of: Operator, *, face: int = 100_00, wholesale: int = 98_50, **values: Any) -> Plan:
    """Example D of the money rules: 100.00 for 98.50."""
    return Plan.objects.create(
        **{
            "operator": of,
            "code": f"{of.code}-{face // 100}",
            "name": f"{face // 100} yuan",
            "name_zh": f"{face // 100}元",
            "face_amount_minor": face,
            "wholesale_amount_minor": wholesale,
            "from_date": LONG_AGO_DATE,
            **values,
        }
    )


def margin_plan(**rule: Any) -> CommissionPlan:
    """Example D: of the margin, partner 1 % and county 0.1 % of the amount, the rest to the platform."""
    shares = [("partner", "percent_of_base", 100), ("county", "percent_of_base", 10)]
    return plan_of({"service": "recharge", "total_kind": "margin", "total_value": 0, "shares": shares, **rule})


def recharge_desk(**values: Any) -> Desk:
    """A desk that recharges phones."""
    ready = desk(**values)
    switch_on(ready.station, "recharge")
    return ready


def recharge(ready: Desk, of: Operator, *, bought: Plan | None = None, **values: Any) -> Payment:
    """Recharge a phone at the desk, as its partner would."""
    payment = recharge_phone(
        **{
            "phone": PHONE,
            "operator": of,
            "plan": bought,
            "amount": None,
            "station": ready.station,
            "tender": tender_of(values),
            "by": ready.partner,
            "at": now(),
            "key": uuid4().hex,
            **values,
        }
    )
    payment.refresh_from_db()
    return payment


def operator_says(payment: Payment, status: str, *, event_type: str = "", at: Any = None, **data: Any) -> str:
    """Let the operator say something about a recharge, as a callback would; how it was taken."""
    return record_result(
        provider=payment.recharge.operator.provider,
        our_ref=str(payment.pk),
        data={
            "our_ref": str(payment.pk),
            "kind": "recharge",
            "status": status,
            "provider_ref": "M-1",
            "amount": str(payment.amount),
            "currency": payment.currency,
            "code": "operator_rejected" if status == "failed" else None,
            **data,
        },
        source="callback",
        at=at or now(),
        event_type=event_type,
    )


def company_says_of_asking(payment: Payment, status: str, *, at: Any = None, **data: Any) -> str:
    """What the company says to being asked to take a payment back."""
    instruction = Instruction.objects.select_related("provider").get(pk=payment.reversals.latest("asked_at").pk)
    return record_result(
        provider=instruction.provider,
        our_ref=str(instruction.pk),
        data={
            "our_ref": str(instruction.pk),
            "kind": "reversal",
            "status": status,
            "provider_ref": "V-1",
            "amount": instruction.request["amount"],
            "currency": instruction.request["currency"],
            "code": "reversal_refused" if status == "failed" else None,
            **data,
        },
        source="callback",
        at=at or now(),
    )


def nothing_happened(ready, *, float_minor=1_500_00):
    return (
        Payment.objects.count() == Recharge.objects.count() == Instruction.objects.count() == 0
        and ready.can_use(ready.float_key) == float_minor
    )


def yuan(amount):
    return Money(int(amount * 100), "CNY")


def books_of(ready, mobile):
    """Clearing, operator, partner, county, revenue."""
    lines = trial_balance(book(), date=today())
    assert sum(line.debits - line.credits for line in lines) == 0
    return tuple(
        ready.holds(key)
        for key in (
            chart.clearing(mobile.provider),
            chart.operator(mobile),
            chart.commission_of_user(ready.partner.pk),
            chart.commission_of_county(ready.station.county),
            chart.platform("revenue"),
        )
    )
