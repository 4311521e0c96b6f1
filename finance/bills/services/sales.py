"""Bills as sales: what commission is computed from."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from core.money import Money
from finance.bills.models import Biller
from finance.bills.parameters import fingerprint
from finance.bills.services.serving import SERVICE
from finance.fees.services import Sale
from finance.payments.models import Payment
from stations.accounts.models import User
from stations.network.models import Station


def sale_to_quote(biller: Biller, amount: Money, *, station: Station, by: User, at: dt.datetime) -> Sale:
    """A sale that has not happened yet, for a quote."""
    return Sale(
        event_type="payment",
        event_id="",
        service=SERVICE,
        base=amount,
        station=station,
        acted_by=by,
        taken_at=at,
        party=biller.code,
    )


def sale_of(payment: Payment) -> Sale:
    """The sale that this payment was."""
    bill = payment.bill
    sale = sale_to_quote(bill.biller, payment.amount, station=payment.station, by=payment.taken_by, at=payment.taken_at)
    return replace(sale, event_id=str(payment.pk), target=target_of(bill.biller, bill.bill_ref, bill.parameters))


def target_of(biller: Biller, bill_ref: str, parameters: Mapping[str, str]) -> str:
    """What splitting is measured against: the bill, or the customer where bills have no reference."""
    return f"{biller.code}:{bill_ref or fingerprint(parameters)}"[:120]


def fee_sale(payment: Payment, sale: Sale) -> Sale:
    """The villager's fee has a rule of its own, and comes out of clearing."""
    return replace(
        sale, service=f"{SERVICE}.agent_fee", base=payment.agent_fee, target="", left=payment.agent_fee_minor
    )
