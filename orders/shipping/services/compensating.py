"""A parcel to the city that was lost or damaged: its sender is compensated, and whoever had it bears that."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.language.reasons import needs_words
from core.money import Money, zero
from finance import chart
from finance.payments.models import Payment, Refund
from finance.payments.services import grant_refund
from finance.settlement.services import charge_payable, put_in
from ledger.queries import business_date_of
from ledger.services import SYSTEM, Leg, book_of, post_transfers
from logistics.parcels.models import Parcel, ParcelEvent
from orders.shipping.machine import SHIPMENT
from orders.shipping.models import Shipment
from orders.shipping.queries import damage_of
from orders.shipping.services.steps import give_price_back, held, move, tell_sender
from stations.accounts.models import User
from stations.two_persons import require_two_persons

LOST, DAMAGED = "shipment_lost", "shipment_damaged"


class NotDamaged(Refused):
    """Damage is reported on the parcel, with a photo, before it is compensated."""

    code = "not_damaged"
    message = _("No damage was reported. Report it on the page of the parcel, with a photo.")


class CompensatedAlready(Refused):
    """One parcel is compensated once."""

    code = "compensated_already"
    message = _("This parcel was compensated already.")


class CompensationTooMuch(Refused):
    """No more than the parcel was declared to be worth, within the ceiling of the tariff."""

    code = "compensation_too_much"
    status = 422
    message = _("For this parcel the compensation is at most %(limit)s.")


@refuses(WrongState, *refused_by(give_price_back), *refused_by(grant_refund), *refused_by(charge_payable))
@transaction.atomic
def note_lost(*, shipment: Shipment, at: dt.datetime) -> Shipment:
    """Nobody has it any more: price and compensation are owed to the sender. Said again it changes nothing.

    Whoever had it bears the compensation, and the price once it was shared out; before that it lies in customer funds.
    """
    shipment = held(shipment)
    if not SHIPMENT.allows("note_lost", shipment.status):
        return shipment
    limit = shipment.limit
    price = shipment.price if shipment.handed_on_at else zero(shipment.currency)
    _take_from_bearer(shipment, limit, LOST, price=price, at=at)
    give_price_back(shipment, at=at)
    _owe(shipment, limit, LOST, at=at)
    tell_sender(shipment, "shipment_lost", amount=limit + shipment.price, at=at)
    return move(shipment, Shipment.Status.LOST, at=at)


@refuses(
    WrongState,
    SamePerson,
    NotDamaged,
    CompensatedAlready,
    CompensationTooMuch,
    *refused_by(grant_refund),
    *refused_by(charge_payable),
)
@needs_words("reason")
@transaction.atomic
def compensate_shipment(*, shipment: Shipment, amount: Money, reason: str, by: User, at: dt.datetime) -> Shipment:
    """Owe the sender something for damage that was reported with a photo.

    Who decides is neither the sender nor who accepted it. Refused: `wrong_state`, `same_person`, `not_damaged`,
    `compensated_already`, `compensation_too_much`.
    """
    shipment = held(shipment)
    SHIPMENT.check("compensate_shipment", shipment.status)
    require_two_persons(by, shipment.accepted_by_id, shipment.sender_id)
    if not damage_of(shipment.parcel_id).exists():
        raise NotDamaged
    if shipment.compensated_minor:
        raise CompensatedAlready
    if not 0 < amount.minor <= shipment.limit_minor:
        raise CompensationTooMuch(field="amount", limit=shipment.limit.display())
    _take_from_bearer(shipment, amount, DAMAGED, price=zero(shipment.currency), at=at)
    _owe(shipment, amount, DAMAGED, at=at)
    shipment.compensated_by, shipment.compensation_reason = by, reason
    shipment.save()
    tell_sender(shipment, "shipment_compensated", amount=amount, at=at)
    return shipment


def _is_borne_by_carrier(shipment: Shipment, event: str) -> bool:
    """Whether the carrier had it when it was lost, or when its damage was reported first."""
    steps = ParcelEvent.objects.filter(parcel=shipment.parcel_id, new_status=Parcel.Status.LOST)
    step = (steps if event == LOST else damage_of(shipment.parcel_id)).first()
    return step is not None and step.old_status in (Parcel.Status.OUT_FOR_DELIVERY, Parcel.Status.DELIVERED)


def _owe(shipment: Shipment, amount: Money, event: str, *, at: dt.datetime) -> None:
    payment = lock(Payment.objects.get(pk=shipment.payment_id))
    key = f"{event}:{shipment.pk}"
    grant_refund(payment=payment, amount=amount, reason=Refund.Reason.COMPENSATION, at=at, key=key)
    shipment.compensated_minor = amount.minor


def _take_from_bearer(shipment: Shipment, amount: Money, event: str, *, price: Money, at: dt.datetime) -> None:
    """expense -> customer funds of the station: the compensation, and a price that was shared out already.

    Where the carrier had it, the platform takes both from the carrier: carrier -> expense.
    """
    station, carrier = shipment.station, shipment.tariff.carrier
    country = station.county.country
    keys = (chart.customer_funds(station), chart.platform("expense"), chart.carrier(carrier.code))
    opened = chart.open_all(keys, country=country, currency=amount.currency, at=at)
    funds, expense, account = (opened[key] for key in keys)
    if _is_borne_by_carrier(shipment, event):
        charge_payable(
            event_type=event,
            event_id=str(shipment.pk),
            account=account,
            amount=amount + price,
            target=expense,
            explanation={"parcel": shipment.number},
            station=station,
            at=at,
        )
    if price:
        put_in(event_id=str(shipment.pk), target=funds, amount=price, reason="price of a lost parcel", at=at)
    post_transfers(
        legs=[Leg(expense, funds, amount, "compensation of a parcel")],
        event_type=event,
        event_id=str(shipment.pk),
        business_date=business_date_of(book_of(country), at),
        made_by=SYSTEM,
        at=at,
    )
