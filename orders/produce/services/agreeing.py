"""The farmer agrees to weight and grades: by a code from the phone, or by a signature before a witness."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.codes import LIFE, code_hash, new_code, use_try
from core.database.db import atomic_but_tries
from core.errors import CodeExpired, CodeLocked, CodeWrong, Refused, SamePerson, TooMany, WrongState, refuses
from core.notices.services import notify
from finance.payments.services import PhoneBelongsToStaff
from orders.produce.machine import INTAKE
from orders.produce.models import Intake
from orders.produce.services.harvests import bring, names_of
from orders.produce.services.steps import held_intake, move
from stations.accounts.models import User
from stations.accounts.queries import staff_phones
from stations.people.models import Person
from stations.two_persons import require_two_persons

CODES_AT_MOST = 5


class FarmerHasNoPhone(Refused):
    """A code can only go to the phone in the farmer's file."""

    code = "farmer_has_no_phone"
    status = 422
    message = _("There is no phone in the farmer's file. Print the slip and let it be signed before a witness.")


class SlipWitnessMissing(Refused):
    """A signature needs somebody who saw it."""

    code = "slip_witness_missing"
    status = 422
    message = _("A signature needs a witness: neither the farmer nor the person who records it.")


class NothingTaken(Refused):
    """Of fruit that is all rejected nothing is sold."""

    code = "nothing_taken"
    message = _("None of it is taken. The farmer takes it home.")


@refuses(WrongState, FarmerHasNoPhone, PhoneBelongsToStaff, TooMany)
@transaction.atomic
def ask_farmer(*, intake: Intake, by: User, at: dt.datetime) -> Intake:
    """Send weight, grades and a code to the farmer's phone; a new code ends the one before."""
    intake = held_intake(intake)
    INTAKE.check("ask_farmer", intake.status)
    phone = str(intake.farmer.phone or "")
    if not phone:
        raise FarmerHasNoPhone
    if phone in staff_phones(intake.station, at=at):
        raise PhoneBelongsToStaff
    if intake.code_count >= CODES_AT_MOST:
        raise TooMany
    code = new_code()
    intake.code_count += 1
    intake.code_phone, intake.code_sent_at, intake.tries = phone, at, 0
    intake.code_hash = code_hash(_said(intake, code))
    intake.save()
    _send(intake, code, phone, at=at)
    return intake


@refuses(WrongState, CodeExpired, CodeLocked, CodeWrong, NothingTaken)
@atomic_but_tries
def accept_by_code(*, intake: Intake, code: str, by: User, at: dt.datetime) -> Intake:
    """Record that the farmer agrees, on the code that was read out; a wrong one uses up a try."""
    intake = held_intake(intake)
    INTAKE.check("accept_intake", intake.status)
    if not intake.code_hash or intake.code_sent_at is None or at >= intake.code_sent_at + LIFE:
        raise CodeExpired
    use_try(intake, _said(intake, code), field="code")
    return _accept(intake, by=by, at=at)


@refuses(WrongState, SlipWitnessMissing, SamePerson, NothingTaken)
@transaction.atomic
def accept_signed(*, intake: Intake, witness: Person | None, by: User, at: dt.datetime) -> Intake:
    """Record that the farmer has signed the printed slip, which `witness` saw."""
    intake = held_intake(intake)
    INTAKE.check("accept_intake", intake.status)
    if witness is None:
        raise SlipWitnessMissing(field="witness_card")
    require_two_persons(witness, by.pk, intake.farmer_id)
    intake.witness, intake.code_hash = witness, ""
    return _accept(intake, by=by, at=at)


def _accept(intake: Intake, *, by: User, at: dt.datetime) -> Intake:
    if not intake.taken_g:
        raise NothingTaken
    intake.accepted_by, intake.accepted_at = by, at
    move(intake, Intake.Status.ACCEPTED, at=at, by=by)
    if intake.notice is not None:
        bring(intake.notice, intake.taken_g, by=by, at=at)
    return intake


def _send(intake: Intake, code: str, phone: str, *, at: dt.datetime) -> None:
    about: dict[str, Any] = {
        "code": code,
        "crop": names_of(intake.crop),
        "net": f"{intake.net_g / 1000:g}",
        "taken": f"{intake.taken_g / 1000:g}",
        "station": intake.station.name,
    }
    notify(
        template="intake_code",
        params=about,
        language=intake.farmer.language,
        phone=phone,
        dedupe_key=f"intake_code:{intake.pk}:{intake.code_count}",
        at=at,
        use_by=at + LIFE,
    )


def _said(intake: Intake, code: str) -> str:
    """Of this only a keyed hash is stored; grading and number of the code belong to it."""
    return f"intake-code:{intake.pk}:{intake.round}:{intake.code_count}:{code.strip()}"
