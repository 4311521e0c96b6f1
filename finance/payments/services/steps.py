"""What every arrow of a payment does: its row is held, its state moves with a trace, its money is posted, apps hear."""

import datetime as dt
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.compiled_queries import compiled_query
from core.database.db import insert, present, update_fields
from core.errors import Refused, refuses
from core.events.services import publish
from core.gateways.models import Instruction
from core.history import record_change
from finance import chart
from finance.hooks import TRADES
from finance.payments.models import Payment
from ledger.queries import business_date_of, transfer_of
from ledger.services import Leg, MadeBy, book_of, post_transfers

PROVIDER = MadeBy("provider", None)


class PaymentStands(Refused):
    """The key paid for something before: in another place, or so long ago that its answer is forgotten."""

    code = "payment_stands"
    message = _("A payment was already made with this key. Find it in the payments. Nothing was done now.")


@refuses(PaymentStands)
def write_payment(payment: Payment) -> Payment:
    """Write a new payment. Refused: `payment_stands`; the caller's savepoint takes everything back."""
    try:
        return insert(payment)
    except IntegrityError as error:
        if "one_press_is_one_payment" not in str(error):
            raise
        raise PaymentStands from error


def held(our_ref: Any) -> Payment:
    """The payment's row, held until the transaction ends."""
    return _held.get(our_ref)


@compiled_query
def _held(our_ref: Any) -> QuerySet[Payment]:
    rows = Payment.objects.select_related("station__county", "hold_transfer", "taken_by")
    return rows.select_for_update(of=("self",), no_key=True).filter(pk=our_ref)


def move(payment: Payment, status: str, *, at: dt.datetime, actor: MadeBy = PROVIDER) -> None:
    """Set the state with the instants that it implies, and write the change down."""
    before, payment.status = payment.status, status
    if not payment.is_undecided and payment.finished_at is None:
        payment.finished_at = at
    if payment.is_undecided and payment.submitted_at is None:
        payment.submitted_at = at  # the answer overtook our own mark
    update_fields(payment, "status", "failure_code", "submitted_at", "finished_at")
    record_change(payment, old=before, new=status, at=at, actor=actor.id, actor_kind=actor.kind)


def end(payment: Payment, event: str, *, at: dt.datetime) -> None:
    """Tell the trade and the apps above that a payment was decided or taken back."""
    trade = TRADES.get(payment.purpose)
    if trade is not None and payment.hold_transfer_id:
        trade.ended(payment, at)
    publish_payment(payment, event, at=at)


def publish_payment(payment: Payment, event: str, *, at: dt.datetime) -> None:
    """What the apps above hear of a payment: ids and amounts, nobody's name."""
    publish(
        event,
        at=at,
        payment=str(payment.pk),
        purpose=payment.purpose,
        subject_ref=payment.subject_ref,
        payer=str(payment.payer_id) if payment.payer_id else None,
        station=payment.station_id,
        amount_minor=payment.total_minor,
        currency=payment.currency,
    )


def hold_accounts(payment: Payment) -> tuple[Any, Any]:
    """Clearing and the account the money was held on."""
    hold = transfer_of(present(payment.hold_transfer))
    return hold.credit, hold.debit


def clearing_and_funds(payment: Payment, *, at: dt.datetime) -> tuple[Any, Any]:
    """Clearing of the one who executes or collects, and what the station holds for villagers."""
    country, currency = payment.station.county.country, payment.currency
    funds = chart.open_one(chart.customer_funds(payment.station), country=country, currency=currency, at=at)
    if payment.hold_transfer_id:
        return hold_accounts(payment)[0], funds
    provider = Instruction.objects.select_related("provider").get(pk=payment.pk).provider
    return chart.open_one(chart.clearing(provider), country=country, currency=currency, at=at), funds


def post(
    payment: Payment,
    legs: list[Leg],
    *,
    event_type: str,
    made_by: MadeBy,
    at: dt.datetime,
    first_leg_no: int = 1,
) -> None:
    """One group of transfers of this payment, last: the accounts stay locked until the transaction ends."""
    post_transfers(
        legs=legs,
        event_type=event_type,
        event_id=str(payment.pk),
        business_date=business_date_of(book_of(payment.station.county.country), at),
        made_by=made_by,
        at=at,
        first_leg_no=first_leg_no,
    )
