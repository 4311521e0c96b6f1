"""Parcels that are not handed over: sent back, back with the sender, damaged, delayed or lost."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, WrongState, refuses
from core.events.services import publish
from core.language.reasons import no_identity_numbers
from core.models import StoredFile
from logistics.parcels.machine import PARCEL
from logistics.parcels.models import Parcel, PickupCode
from logistics.parcels.queries import last_places
from logistics.parcels.services.codes import end_codes
from logistics.parcels.services.steps import Kind, Status, Step, facts_of, take_step
from stations.accounts.models import User
from stations.scope import posts_granting
from stations.two_persons import require_two_persons

Trouble = Parcel.Trouble


class PhotoOfDamage(Refused):
    """Damage is shown."""

    code = "photo_of_damage"
    status = 422
    message = _("Add a photo of the damage.")


class LossForCounty(Refused):
    """The money of goods that come back follows their loss, and nobody but the counter has seen them."""

    code = "loss_for_county"
    message = _("Goods that come back are recorded as lost by the county. Tell it what happened.")


@refuses(WrongState)
@transaction.atomic
def return_to_sender(*, parcel: Parcel, by: User, at: dt.datetime) -> Parcel:
    """Put a parcel on the way back that was refused, not collected, or came to the wrong place."""
    parcel = lock(parcel)
    if not (parcel.exception == Trouble.MISROUTED and parcel.status in Parcel.IN_HAND):
        PARCEL.check("return_to_sender", parcel.status)
    end_codes(parcel, PickupCode.Status.EXPIRED, at=at)
    step = Step(Kind.SENT_BACK, Status.RETURN_TO_SENDER, parcel.custodian)
    parcel.custodian = None
    take_step(parcel, step, by=by, at=at)
    return parcel


@refuses(WrongState)
@transaction.atomic
def load_back(*, parcel: Parcel, by: User, at: dt.datetime) -> Parcel:
    """Goods that come back leave their station with somebody who scans nothing; a van's scan says the same.

    What a van has taken along already stays as it was scanned: a second loading would never be unloaded from its run.
    Refused: `wrong_state`.
    """
    parcel = lock(parcel)
    PARCEL.check("load_back", parcel.status)
    if last_places([parcel.pk]).get(parcel.pk) == parcel.to_station_id and parcel.run_id is None:
        take_step(parcel, Step(Kind.LOADED, parcel.status, parcel.to_station), by=by, at=at)
    return parcel


@refuses(WrongState)
@transaction.atomic
def receive_return_leg(*, parcel: Parcel, by: User, at: dt.datetime) -> Parcel:
    """A parcel is back with the station that sent it."""
    parcel = lock(parcel)
    PARCEL.check("receive_return_leg", parcel.status)
    parcel.ended_at = at
    take_step(parcel, Step(Kind.RETURNED, Status.RETURNED, parcel.from_station), by=by, at=at)
    publish("logistics.parcel_returned", at=at, **facts_of(parcel))
    return parcel


@refuses(WrongState, SamePerson, LossForCounty, PhotoOfDamage)
@no_identity_numbers("reason")
@transaction.atomic
def report_exception(
    *, parcel: Parcel, exception: str, reason: str, photo: StoredFile | None = None, by: User, at: dt.datetime
) -> Parcel:
    """Report a parcel as delayed, misrouted, damaged (with a photo) or lost, which ends it.

    The loss of one that goes to the city, or brings goods back, is paid to whoever gave it to us: another person than
    who accepted it, and than that one, reports it. Of goods that come back it is somebody of the county.
    Refused: `wrong_state`, `same_person`, `loss_for_county`, `photo_of_damage`.
    """
    parcel = lock(parcel)
    PARCEL.check("report_exception", parcel.status)
    if not may_be_reported(parcel, exception):
        raise WrongState(state=parcel.get_status_display())
    if parcel.goes_outside and exception == Trouble.LOST:
        require_two_persons(by, *_who_accepted(parcel))
    if parcel.brings_back and exception == Trouble.LOST:
        require_two_persons(by, *_who_accepted(parcel), parcel.receiver_id)
        if {post.reach for post in posts_granting(by, "logistics.report_exception")} == {"station"}:
            raise LossForCounty
    if exception == Trouble.DAMAGED and photo is None:
        raise PhotoOfDamage(field="photo")
    parcel.exception = exception
    place = parcel.custodian
    if exception != Trouble.LOST:
        take_step(parcel, Step(Kind.TROUBLE, parcel.status, place, reason=reason, photo=photo), by=by, at=at)
        return parcel
    parcel.custodian, parcel.ended_at = None, at
    end_codes(parcel, PickupCode.Status.EXPIRED, at=at)
    take_step(parcel, Step(Kind.TROUBLE, Status.LOST, place, reason=reason, photo=photo), by=by, at=at)
    publish("logistics.parcel_lost", at=at, **facts_of(parcel))
    return parcel


def may_be_reported(parcel: Parcel, exception: str) -> bool:
    """Of what the carrier delivered, or what is back from the city, only damage is still reported."""
    is_over = parcel.status in (Status.DELIVERED, Status.RETURNED)
    return not is_over or (parcel.goes_outside and exception == Trouble.DAMAGED)


def _who_accepted(parcel: Parcel) -> list[UUID | None]:
    return list(parcel.events.filter(kind=Kind.CREATED).values_list("actor", flat=True))
