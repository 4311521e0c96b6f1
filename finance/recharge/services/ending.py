"""What a recharge's payment does when it is decided: the trade of recharges, for payments that know none by name."""

import datetime as dt

from core.events.services import publish
from core.gateways.models import Provider
from core.gateways.results import Result
from core.money import Money
from finance import chart
from finance.fees.services import Sale, prepare_accrual
from finance.hooks import Accrual, Distribution, Trade
from finance.payments.models import Payment
from finance.recharge.models import Recharge
from finance.recharge.services.sales import SERVICE, sales_of
from ledger.models import Account
from ledger.services import Leg


def distribute_recharge(*, payment: Payment, provider: Provider, result: Result, at: dt.datetime) -> Distribution:
    """A phone was recharged: clearing -> operator, the wholesale amount; of what is left, commission and revenue."""
    recharge = payment.recharge = Recharge.objects.select_related("operator__provider", "plan").get(payment=payment)
    operator, country = recharge.operator, payment.station.county.country
    clearing_key, operator_key = chart.clearing(provider), chart.operator(operator)
    opened = chart.open_all([clearing_key, operator_key], country=country, currency=payment.currency, at=at)
    legs = [Leg(opened[clearing_key], opened[operator_key], recharge.wholesale, "owed to the operator")]
    accruals = []
    for sale in sales_of(payment):
        accrual = prepare_accrual(sale=sale, source=clearing_key, country=country, at=at)
        accruals.append(accrual)
        legs += _unclaimed(sale, accrual, opened[clearing_key], country=country, at=at)
    return Distribution(
        legs=legs,
        accruals=accruals,
        slip_lines=[{"name": "operator_ref", "value": result.provider_ref}] if result.provider_ref else [],
    )


def recharge_ended(payment: Payment, at: dt.datetime) -> None:
    """The same recharge may be bought again; tell the system when it was done."""
    recharge = payment.recharge
    if recharge.is_open:
        recharge.is_open = False
        recharge.save(update_fields=["is_open", "updated_at"])
    if payment.status != Payment.Status.SUCCEEDED:
        return
    publish(
        "finance.recharge_done",
        at=at,
        payment=str(payment.pk),
        payer=str(payment.payer_id) if payment.payer_id else None,
        operator=recharge.operator.code,
        station=payment.station_id,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
    )


def days_to_ask_back(payment: Payment) -> int:
    """How many days after the recharge the operator can still be asked to take it back; 0 is the day itself."""
    return payment.recharge.operator.reversal_days


TRADE = Trade(service=SERVICE, distribute=distribute_recharge, ended=recharge_ended, days_to_ask_back=days_to_ask_back)


def _unclaimed(sale: Sale, accrual: Accrual, clearing: Account, *, country: str, at: dt.datetime) -> list[Leg]:
    """What clearing holds is revenue where no rule says whose it is."""
    if accrual.lines or accrual.legs or not sale.left:
        return []
    currency = sale.base.currency
    revenue = chart.open_one(chart.platform("revenue"), country=country, currency=currency, at=at)
    return [Leg(clearing, revenue, Money(sale.left, currency), "margin that no rule shares")]
