"""What came back and its sender does not fetch: kept for so many days, asked for once more, then disposed of."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import present
from core.days import day_in, instant_of
from core.errors import Refused, SamePerson, WrongState, refuses
from core.jobs.services import enqueue
from core.language.reasons import needs_words, no_identity_numbers
from orders.shipping.machine import SHIPMENT
from orders.shipping.models import Shipment
from orders.shipping.services.steps import held, move, tell_sender
from stations.accounts.models import User
from stations.two_persons import require_two_persons

#: So many days before the last one, at this time, the sender is asked once more.
ASKED_BEFORE, ASKED_AT = dt.timedelta(days=7), dt.time(10)


class WaitsForSender(Refused):
    """The days in which the sender can fetch it are not over."""

    code = "waits_for_sender"
    message = _("This parcel is kept for its sender until %(day)s.")


def wait_for_sender(shipment: Shipment, *, at: dt.datetime) -> None:
    """From today the sender has the days of the tariff to fetch it; the caller holds and stores it."""
    zone = shipment.station.zone
    shipment.fetch_until_date = day_in(zone, at) + dt.timedelta(days=shipment.tariff.fetch_days)
    enqueue(
        "shipping.remind_sender",
        dedupe_key=f"shipment-remind:{shipment.pk}",
        payload={"shipment": str(shipment.pk)},
        run_at=instant_of(zone, shipment.fetch_until_date - ASKED_BEFORE, ASKED_AT),
    )


@transaction.atomic
def remind_sender(*, shipment: Shipment, at: dt.datetime) -> Shipment:
    """Ask the sender once more to fetch a parcel that still lies at the station."""
    shipment = held(shipment)
    if shipment.status == Shipment.Status.RETURNED:
        tell_sender(shipment, "shipment_waits", at=at, until=present(shipment.fetch_until_date))
    return shipment


@refuses(WrongState, WaitsForSender, SamePerson)
@needs_words("record")
@no_identity_numbers("record")
@transaction.atomic
def dispose_of_shipment(*, shipment: Shipment, record: str, by: User, at: dt.datetime) -> Shipment:
    """Take over for the county what its sender did not fetch in time, with a record of what became of it.

    Another person than who accepted it, and than its sender, does. Name and phone of the sender go as after every end.
    Refused: `wrong_state`, `waits_for_sender`, `same_person`.
    """
    shipment = held(shipment)
    SHIPMENT.check("dispose_of_shipment", shipment.status)
    last = present(shipment.fetch_until_date)
    if day_in(shipment.station.zone, at) <= last:
        raise WaitsForSender(day=last)
    require_two_persons(by, shipment.accepted_by_id, shipment.sender_id)
    shipment.disposed_by, shipment.disposal_record = by, record
    return move(shipment, Shipment.Status.DISPOSED, at=at, by=by)
