"""A trade that lives of a margin, as recharges do: 100.00 whose wholesale price is 98.50."""

from uuid import uuid4

from django.utils.timezone import now

from core.gateways.services import record_result
from core.money import Money, zero
from finance import chart
from finance.chart import AccountKey
from finance.fees.services import Sale, prepare_accrual
from finance.hooks import Distribution
from finance.payments.services import Charge, ProviderCall, refund_payment, start_payment
from ledger.audit import audit_book
from ledger.models import AuditFinding
from ledger.queries import trial_balance
from ledger.services import Leg
from tests.factories.days import today
from tests.factories.finance import book, provider

OPERATOR = AccountKey("operator", "CMCC")
MARGIN = {
    "service": "margin_trade",
    "total_kind": "margin",
    "total_value": 0,
    "shares": [("partner", "percent_of_base", 100), ("county", "percent_of_base", 10)],
}


def yuan(text):
    return Money(round(float(text) * 100), "CNY")


def distribute(*, payment, provider, result, at):
    """As a recharge of 100.00 whose wholesale price is 98.50."""
    wholesale = payment.total_minor * 9_850 // 10_000
    left = payment.total_minor - wholesale
    keys = chart.clearing(provider), OPERATOR
    opened = chart.open_all(keys, country="CN", currency="CNY", at=at)
    sale = Sale(
        event_type="payment",
        event_id=str(payment.pk),
        service="margin_trade",
        base=payment.amount,
        station=payment.station,
        acted_by=payment.taken_by,
        taken_at=payment.taken_at,
        margin=left,
        left=left,
    )
    return Distribution(
        legs=[Leg(opened[keys[0]], opened[keys[1]], Money(wholesale, "CNY"), "owed to the operator")],
        accruals=[prepare_accrual(sale=sale, source=keys[0], country="CN", at=at)],
    )


def paid(ready, amount="100.00"):
    """A payment of the trade, held, sent and done."""
    payment = start_payment(
        charge=Charge("other", "D", ready.station, yuan(amount), zero("CNY")),
        call=ProviderCall(
            provider=provider(),
            kind="bill",
            path="/v1/bills/pay",
            request={"amount": amount, "currency": "CNY"},
        ),
        by=ready.partner,
        at=now(),
        key=uuid4().hex,
    )
    say(payment, "succeeded")
    return payment


def say(payment, status, event_type=""):
    result = {
        "our_ref": str(payment.pk),
        "kind": "bill",
        "status": status,
        "provider_ref": "P-1",
        "amount": str(payment.amount),
        "currency": "CNY",
    }
    effect = record_result(
        provider=provider(),
        our_ref=str(payment.pk),
        data=result,
        source="callback",
        at=now(),
        event_type=event_type,
    )
    assert effect != "malformed"
    payment.refresh_from_db()


def give_back(payment, amount, *, key="", reason="cancelled", **more):
    return refund_payment(payment=payment, amount=yuan(amount), reason=reason, at=now(), key=key or uuid4().hex, **more)


def holds(ready):
    """Operator, partner, county, revenue, clearing, customer_funds, in minor units."""
    keys = (
        OPERATOR,
        chart.commission_of_user(ready.partner.pk),
        chart.commission_of_county(ready.station.county),
        chart.platform("revenue"),
        chart.clearing(provider()),
        ready.funds_key,
    )
    return tuple(ready.holds(key) for key in keys)


def assert_audited():
    found = AuditFinding.objects.filter(last_run=audit_book(book=book(), at=now()))
    assert [(finding.check_code, finding.sample) for finding in found] == []
    assert sum(line.debits - line.credits for line in trial_balance(book(), date=today())) == 0
