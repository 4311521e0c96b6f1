"""What a bill's payment does when it is decided: the trade of bills, for payments that know none by name."""

import datetime as dt

from django.db.models import QuerySet

from core.database.compiled_queries import compiled_query
from core.database.db import update_fields
from core.events.services import publish
from core.gateways.models import Provider
from core.gateways.results import Result
from finance import chart
from finance.bills.models import BillPayment
from finance.bills.services.sales import fee_sale, sale_of
from finance.bills.services.serving import SERVICE
from finance.fees.services import prepare_accrual
from finance.hooks import Distribution, Trade
from finance.payments.models import Payment
from ledger.services import Leg


def distribute_bill(*, payment: Payment, provider: Provider, result: Result, at: dt.datetime) -> Distribution:
    """A bill was paid: clearing -> biller; what the biller owes us for it -> commission; its receipt on the slip."""
    bill = payment.bill = _bill_of.get(payment.pk)
    biller, country = bill.biller, payment.station.county.country
    clearing_key, biller_key = chart.clearing(provider), chart.biller(biller)
    revenue_key = chart.platform("revenue")
    opened = chart.open_all([clearing_key, biller_key, revenue_key], country=country, currency=payment.currency, at=at)
    clearing = opened[clearing_key]
    legs = [Leg(clearing, opened[biller_key], payment.amount, "owed to the biller")]
    sale = sale_of(payment)
    accruals = [prepare_accrual(sale=sale, source=chart.fee_receivable(biller), country=country, at=at)]
    if payment.agent_fee:
        accruals.append(prepare_accrual(sale=fee_sale(payment, sale), source=clearing_key, country=country, at=at))
        if not accruals[-1].lines:
            legs.append(Leg(clearing, opened[revenue_key], payment.agent_fee, "agent fee"))
    bill.biller_receipt_no = result.biller_receipt_no
    update_fields(bill, "biller_receipt_no")
    lines = [{"name": "biller_receipt_no", "value": bill.biller_receipt_no}] if bill.biller_receipt_no else []
    return Distribution(legs=legs, accruals=accruals, slip_lines=lines)


@compiled_query
def _bill_of(payment: Payment) -> QuerySet[BillPayment]:
    return BillPayment.objects.select_related("biller__provider").filter(payment=payment)


def bill_ended(payment: Payment, at: dt.datetime) -> None:
    """Free the bill when its payment failed or was taken back; tell the system when it was paid."""
    bill = payment.bill
    if payment.status != Payment.Status.SUCCEEDED:
        bill.is_live = False
        bill.save(update_fields=["is_live", "updated_at"])
        return
    publish(
        "finance.bill_paid",
        at=at,
        payment=str(payment.pk),
        payer=str(payment.payer_id) if payment.payer_id else None,
        household=str(bill.household_id) if bill.household_id else None,
        due_date=bill.due_date.isoformat() if bill.due_date else None,
        station=payment.station_id,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
    )


def days_to_ask_back(payment: Payment) -> int:
    """How many days after the payment the biller can still be asked to take it back; 0 is the day itself."""
    return payment.bill.biller.reversal_days


TRADE = Trade(service=SERVICE, distribute=distribute_bill, ended=bill_ended, days_to_ask_back=days_to_ask_back)
