"""The hand-over at the counter: code, cash and parcel in one transaction, and everybody's part of the money."""

import datetime as dt
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries, lock, present
from core.days import day_in, instant_of
from core.errors import CodeExpired, CodeLocked, CodeWrong, QuoteChanged, Refused, WrongState, refused_by, refuses
from core.language.reasons import no_identity_numbers
from core.money import Money
from finance import chart
from finance.fees.services import Sale, accrue_fees, prepare_accrual
from finance.payments.models import Payment
from finance.payments.services import Tender, sell
from finance.settlement.services import accrue_payable, put_in, what_was_put_in
from ledger.models import Account
from ledger.queries import transfers_of
from ledger.services import MadeBy
from logistics.parcels.models import Parcel
from logistics.parcels.services import AlreadyCollected, IdCheck, check_pickup_code, collect_parcel, handed_over
from orders.promotions.services import put_in_shares
from orders.purchases.machine import FULFILMENT, ORDER
from orders.purchases.models import Fulfilment, FulfilmentLine, Order, OrderLine
from orders.purchases.services.link_steps import tell_payer_of_collection
from orders.purchases.services.paying import take_money
from orders.purchases.services.reversing import held_as_paid
from orders.purchases.services.sending import send_out
from orders.purchases.services.starting import SERVICE
from orders.purchases.services.steps import move_fulfilment, replacement_moved
from stations.accounts.models import User

EVENT = "goods_line"


class ParcelUnknown(Refused):
    """No parcel of an order has this number here."""

    code = "parcel_unknown"
    status = 422
    message = _("No order has a parcel of this number here.")


@refuses(
    WrongState,
    AlreadyCollected,
    QuoteChanged,
    CodeExpired,
    CodeLocked,
    CodeWrong,
    *refused_by(collect_parcel),
    *refused_by(sell),
    *refused_by(accrue_payable),
)
@no_identity_numbers("proxy_name")
@atomic_but_tries
def hand_over_purchase(
    *,
    fulfilment: Fulfilment,
    tender: Tender,
    by: User,
    at: dt.datetime,
    key: str,
    code: str = "",
    proxy_name: str = "",
    id_check: IdCheck | None = None,
    expected: Money | None = None,
) -> Fulfilment:
    """Hand a parcel of an order over against its code and the cash that is due, and give everybody their part.

    `expected` is the cash that was shown: a bank may have taken the payment back since. A wrong code uses up a try and
    moves nothing. Refused: `wrong_state`, `already_collected`, `quote_changed`, `code_wrong`, `code_locked`,
    `code_expired`, `id_check_incomplete`, `number_in_text`, and those of taking money.
    """
    order = held_as_paid(fulfilment.order, at=at)
    fulfilment = lock(fulfilment)
    parcel = lock(Parcel.objects.get(pk=fulfilment.parcel) if fulfilment.parcel else _not_packed(fulfilment))
    if parcel.status == Parcel.Status.COLLECTED:
        raise AlreadyCollected(person=present(handed_over(parcel).actor).shown_name)
    if parcel.status != Parcel.Status.AVAILABLE_FOR_PICKUP:
        raise WrongState(state=parcel.get_status_display())
    ORDER.check("hand_over_purchase", order.status)
    if fulfilment.status == Fulfilment.Status.PACKED:
        fulfilment = send_out(order, fulfilment, by=by, at=at)  # it is here, so it has left the warehouse
    FULFILMENT.check("deliver_fulfilment", fulfilment.status)
    if expected is not None and expected != fulfilment.cash_due:
        raise QuoteChanged(total=str(fulfilment.cash_due))
    if id_check is None:
        # Before the money: a wrong code keeps its try, and nothing else.
        check_pickup_code(parcel=parcel, code=code, by=by, at=at)
    payment = None
    if fulfilment.cash_due:
        payment = take_money(order, fulfilment.cash_due, tender=tender, by=by, at=at, key=key)
    collect_parcel(
        parcel=parcel,
        code=code,
        id_check=id_check,
        cash_cleared_by=_transfer_of(payment),
        contents_ref=fulfilment.pk,
        proxy_name=proxy_name,
        by=by,
        at=at,
    )
    return _deliver(order, fulfilment, by=by, at=at)


def _not_packed(fulfilment: Fulfilment) -> Parcel:
    raise WrongState(state=str(fulfilment.get_status_display()))


def _transfer_of(payment: Payment | None) -> UUID | None:
    if payment is None:
        return None
    taken = transfers_of("payment_taken", str(payment.pk))
    return taken[0].pk if taken else payment.pk


def _deliver(order: Order, fulfilment: Fulfilment, *, by: User, at: dt.datetime) -> Fulfilment:
    lines = list(fulfilment.lines.select_related("order_line__variant__product", "order_line__supplier").order_by("pk"))
    today = day_in(order.station.zone, at)
    for line in lines:
        first_day_after = today + dt.timedelta(days=line.order_line.return_window_days + 1)
        ends_at = instant_of(order.station.zone, first_day_after, dt.time())
        if not order.is_replacement:  # the first order has paid everybody for these goods
            _share(order, line, ends_at=ends_at, by=by, at=at)
        OrderLine.objects.filter(pk=line.order_line_id).update(
            quantity_delivered=F("quantity_delivered") + line.quantity,
            window_ends_at=Greatest("window_ends_at", ends_at),
        )
    delivered = sum(line.quantity for line in lines)
    Order.objects.filter(pk=order.pk).update(delivered=F("delivered") + delivered, updated_at=at)
    tell_payer_of_collection(order, at=at)
    replacement_moved(order, at=at)
    fulfilment.delivered_at = at
    return move_fulfilment(fulfilment, Fulfilment.Status.DELIVERED, at=at, by=by)


def _share(order: Order, line: FulfilmentLine, *, ends_at: dt.datetime, by: User, at: dt.datetime) -> None:
    """customer_funds -> commission and revenue by the plan; the rest of the goods -> the supplier, by its terms.

    What promotions took off is put in first, but for the supplier's share, which it gets less. Where fees and that
    share are more than the goods, the platform puts in the difference.
    """
    supplier, station = line.supplier, order.station
    keys, country = (chart.supplier(supplier.code), chart.customer_funds(station)), station.county.country
    opened = chart.open_all(keys, country=country, currency=line.currency, at=at)
    account, funds = (opened[key] for key in keys)
    borne_by_supplier = put_in_shares(order, line, funds=funds, at=at)
    sale = Sale(
        event_type=EVENT,
        event_id=str(line.pk),
        service=SERVICE,
        base=line.goods,
        station=station,
        acted_by=order.ordered_by,
        taken_at=at,
        party=supplier.code,
    )
    if borne_by_supplier:
        _put_in_what_is_missing(line, sale, borne_by_supplier, funds=funds, at=at)
    earned = accrue_fees(sale=sale, source=keys[1], made_by=MadeBy("person", by.pk), at=at)
    rest = line.goods - Money(sum(each.amount_minor for each in earned), line.currency) - borne_by_supplier
    if rest.minor <= 0:
        return
    accrue_payable(
        event_type=EVENT,
        event_id=str(line.pk),
        account=account,
        amount=rest,
        source=funds,
        eligible_at=ends_at + dt.timedelta(days=supplier.terms_days),
        explanation={"order": order.number, "goods_minor": line.goods_minor, "borne_minor": borne_by_supplier.minor},
        station=station,
        at=at,
    )


def _put_in_what_is_missing(
    line: FulfilmentLine, sale: Sale, borne_by_supplier: Money, *, funds: Account, at: dt.datetime
) -> None:
    """expense -> customer funds: what fees and the supplier's share are more than the goods."""
    key, country = chart.customer_funds(sale.station), sale.station.county.country
    fees = sum(each.amount_minor for each in prepare_accrual(sale=sale, source=key, country=country, at=at).lines)
    missing = Money(fees, line.currency) + borne_by_supplier - line.goods
    if missing.minor > 0:
        put_in(event_id=_rest_of(line), target=funds, amount=missing, reason="promotion above the rest", at=at)


def rest_put_in(line: FulfilmentLine) -> Money:
    """What the platform has put in of these goods, because fees and the supplier's share were more than they cost."""
    return what_was_put_in(event_id=_rest_of(line), currency=line.currency)


def _rest_of(line: FulfilmentLine) -> str:
    return f"{line.pk}:rest"
