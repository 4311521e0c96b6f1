"""What the verbs of parcels to the city share: the row that is held, states with a trace, messages, money back."""

import datetime as dt

from core.database.db import lock
from core.errors import refused_by, refuses
from core.history import record_change
from core.money import Money
from core.notices.services import notify
from finance.payments.models import Refund
from finance.payments.services import refund_payment
from orders.shipping.models import Shipment
from stations.accounts.models import User

SERVICE = "parcel_send"


def held(shipment: Shipment) -> Shipment:
    """The row, held until the transaction ends, with what services ask of it."""
    lock(shipment)
    rows = Shipment.objects.select_related(
        "station__county", "sender", "tariff__carrier", "accepted_by", "payment", "parcel"
    )
    return rows.get(pk=shipment.pk)


def move(shipment: Shipment, status: str, *, at: dt.datetime, by: User | None = None) -> Shipment:
    """Store it in its new state, with a trace."""
    before, shipment.status = shipment.status, status
    shipment.ended_at = None if status in Shipment.OPEN else at
    shipment.save()
    record_change(shipment, old=before, new=status, at=at, actor=by.pk if by else None)
    return shipment


@refuses(*refused_by(refund_payment))
def give_price_back(shipment: Shipment, *, at: dt.datetime) -> Refund:
    """Owe the sender the price; the row is held, and customer_funds has the money."""
    refund = refund_payment(
        payment=shipment.payment,
        amount=shipment.price,
        reason=Refund.Reason.CANCELLED,
        at=at,
        key=f"shipment:{shipment.pk}",
    )
    shipment.refunded_minor = shipment.price_minor
    return refund


def tell_sender(
    shipment: Shipment, template: str, *, at: dt.datetime, amount: Money | None = None, until: dt.date | None = None
) -> None:
    """A message to the sender's phone, where there is one."""
    if not shipment.sender_phone:
        return
    language = shipment.sender.language if shipment.sender else shipment.accepted_by.language
    params = {"number": shipment.number, "station": shipment.station.name}
    if amount is not None:
        params["amount"] = amount.display(language)
    if until is not None:
        params["until"] = until.isoformat()
    notify(
        template=template,
        params=params,
        language=language,
        phone=str(shipment.sender_phone),
        dedupe_key=f"{template}:{shipment.pk}",
        at=at,
        zone=shipment.station.zone,
    )
