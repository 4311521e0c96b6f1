"""Parcels to the city: given to the carrier at the county centre, followed by its word, or taken back before."""

import datetime as dt

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.database.db import lock
from core.errors import Refused, WrongState, refuses
from core.events.services import publish
from core.language.reasons import needs_words, no_identity_numbers
from logistics.parcels.machine import PARCEL
from logistics.parcels.models import Parcel
from logistics.parcels.services.steps import Kind, Scan, Status, Step, facts_of, take_step
from logistics.routes.models import BagParcel, Carrier
from stations.accounts.models import User


class NotAtCentre(Refused):
    """The carrier fetches it at the county centre."""

    code = "not_at_centre"
    message = _("According to its last scan this is not at %(station)s yet: %(state)s.")


class LeftAlready(Refused):
    """Only what still lies where it was brought is taken back."""

    code = "left_already"
    message = _("This parcel has left the station already: %(state)s.")


class CarrierWord(models.TextChoices):
    """What a carrier says of a parcel that it has."""

    ON_THE_WAY = "on_the_way", pgettext_lazy("carrier", "on the way")
    DELIVERED = "delivered", pgettext_lazy("carrier", "delivered")
    BROUGHT_BACK = "brought_back", pgettext_lazy("carrier", "not delivered, brought back here")


@refuses(WrongState, NotAtCentre)
@transaction.atomic
def hand_to_carrier(*, parcel: Parcel, carrier: Carrier, carrier_number: str = "", by: User, at: dt.datetime) -> Parcel:
    """Give a parcel that lies at the county centre to a carrier, who has a number of its own for it.

    Refused: `wrong_state`, `not_at_centre`.
    """
    parcel = lock(parcel)
    PARCEL.check("hand_to_carrier", parcel.status)
    if not parcel.goes_outside:
        raise WrongState(state=parcel.get_status_display())
    if parcel.custodian_id != parcel.to_station_id:
        raise NotAtCentre(station=parcel.to_station.name, state=str(parcel.get_status_display()))
    parcel.outside_carrier, parcel.carrier_number, parcel.custodian = carrier, carrier_number, None
    step = Step(Kind.HANDED_ON, Status.OUT_FOR_DELIVERY, parcel.to_station, reason=carrier_number)
    take_step(parcel, step, by=by, at=at)
    BagParcel.objects.filter(parcel=parcel, taken_out_at=None).update(taken_out_at=at, updated_at=at)
    publish("logistics.parcel_handed_on", at=at, **facts_of(parcel))
    return parcel


@refuses(WrongState)
@no_identity_numbers("note")
@transaction.atomic
def record_carrier_scan(
    *, parcel: Parcel, word: str, note: str = "", by: User | None, at: dt.datetime, scan: Scan | None = None
) -> Parcel:
    """Write down what the carrier says of a parcel, a `CarrierWord`; what it brings back waits for the next run back.

    What was delivered according to the carrier and is here all the same, a person records as brought back.
    `by` is None, and `scan` says when it was, where the carrier's own system has said it. Refused: `wrong_state`.
    """
    parcel = lock(parcel)
    PARCEL.check("record_carrier_scan", parcel.status)
    if not parcel.is_with_carrier and not _is_here_after_all(parcel, word, by):
        raise WrongState(state=parcel.get_status_display())
    if word == CarrierWord.ON_THE_WAY:
        take_step(parcel, Step(Kind.TRACKED, parcel.status, reason=note), by=by, at=at, scan=scan)
        return parcel
    if word == CarrierWord.DELIVERED:
        parcel.ended_at = at
        take_step(parcel, Step(Kind.DELIVERED, Status.DELIVERED, reason=note), by=by, at=at, scan=scan)
        publish("logistics.parcel_delivered", at=at, **facts_of(parcel))
        return parcel
    parcel.ended_at = parcel.contradicted_at = None
    step = Step(Kind.BROUGHT_BACK, Status.RETURN_TO_SENDER, parcel.to_station, reason=note)
    take_step(parcel, step, by=by, at=at, scan=scan)
    return parcel


def _is_here_after_all(parcel: Parcel, word: str, by: User | None) -> bool:
    """Whether somebody has a parcel in hand that was delivered according to its carrier."""
    return by is not None and word == CarrierWord.BROUGHT_BACK and parcel.status == Status.DELIVERED


@refuses(WrongState, LeftAlready)
@transaction.atomic
def cancel_parcel(*, parcel: Parcel, by: User, at: dt.datetime) -> Parcel:
    """Give a parcel that goes to the city back to whoever brought it; it has not left, and leaves its bag.

    Refused: `wrong_state`, `left_already`.
    """
    parcel = lock(parcel)
    if not parcel.goes_outside:
        raise WrongState(state=parcel.get_status_display())
    if not PARCEL.allows("cancel_parcel", parcel.status):
        raise LeftAlready(state=str(parcel.get_status_display()))
    place, parcel.custodian, parcel.ended_at = parcel.custodian, None, at
    take_step(parcel, Step(Kind.CANCELLED, Status.CANCELLED, place), by=by, at=at)
    BagParcel.objects.filter(parcel=parcel, taken_out_at=None).update(taken_out_at=at, updated_at=at)
    return parcel


@refuses(WrongState)
@needs_words("outcome")
@transaction.atomic
def examine_contradiction(*, parcel: Parcel, outcome: str, by: User, at: dt.datetime) -> Parcel:
    """Write down what was found where a carrier's system had said something else than what is recorded.

    Where the parcel is stays as it was; what follows for its money is decided where that belongs. Refused:
    `wrong_state`.
    """
    parcel = lock(parcel)
    PARCEL.check("examine_contradiction", parcel.status)
    if parcel.contradicted_at is None:
        raise WrongState(state=parcel.get_status_display())
    parcel.contradicted_at = None
    take_step(parcel, Step(Kind.EXAMINED, parcel.status, reason=outcome), by=by, at=at)
    return parcel
