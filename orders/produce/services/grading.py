"""What a farmer brings is weighed and graded; a grade that the farmer disputes is graded by another person."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.files.models import StoredFile
from core.history import record_change
from core.language.reasons import needs_words
from orders.produce.machine import INTAKE
from orders.produce.models import Crop, Grade, HarvestNotice, Intake, IntakeGrade
from orders.produce.queries import city_prices, sheet_of
from orders.produce.services.steps import amount_of, begin, held_intake, key_of, move
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.paper_numbers import paper_number
from stations.network.services import refuse_unless_open
from stations.people.models import Person
from stations.two_persons import is_same_person, require_two_persons

SERVICE = "produce_intake"
#: The reason in the history of an intake; the key beside it is the file.
PHOTO = "photo"
_I = Intake.Status


class NothingWeighed(Refused):
    """Gross is more than the crates."""

    code = "nothing_weighed"
    status = 422
    message = _("The crates weigh as much as the whole. Weigh again.")


class NoGradeSheet(Refused):
    """Fruit is graded by a sheet that holds today."""

    code = "no_grade_sheet"
    message = _("This crop has no grades at the moment, so it cannot be taken in.")


class GradesDoNotAddUp(Refused):
    """The grades and what is not taken are all that was weighed."""

    code = "grades_do_not_add_up"
    status = 422
    message = _("The grades make %(graded)s kg; %(net)s kg were weighed.")


class SameGrader(Refused):
    """The second grader is another person than the first."""

    code = "same_grader"
    status = 403
    message = _("You graded it the first time. Another person grades it now.")


class NoticeUnfit(Refused):
    """A delivery belongs to a notice of the same farmer, crop and station that is still open."""

    code = "notice_unfit"
    message = _("This notice is of another farmer or crop, or it has ended.")


@refuses(NothingWeighed, NoGradeSheet, NoticeUnfit, SamePerson, *refused_by(refuse_unless_open))
@transaction.atomic
def weigh_intake(
    *,
    station: Station,
    farmer: Person,
    crop: Crop,
    gross_g: int,
    tare_g: int,
    by: User,
    at: dt.datetime,
    key: str,
    notice: HarvestNotice | None = None,
) -> Intake:
    """Write down what the scale shows, in grams, with and without the fruit. Nobody weighs their own harvest.

    The same key again answers as before. Raises `ServiceNotOpen`, too.
    """
    own_key = key_of(by, key)
    known = Intake.objects.filter(key=own_key).first()
    if known is not None:
        return known
    refuse_unless_open(station, SERVICE, by=by, at=at)
    require_two_persons(by, farmer.pk)
    if gross_g <= tare_g:
        raise NothingWeighed(field="tare_g")
    sheet = sheet_of(crop, station, at=at)
    if sheet is None:
        raise NoGradeSheet(field="crop")
    if notice is not None and not _fits(notice, station, farmer, crop):
        raise NoticeUnfit(field="notice")
    intake = Intake(
        slip_number=paper_number(station, "G", at),
        key=own_key,
        notice=notice,
        farmer=farmer,
        station=station,
        crop=crop,
        sheet=sheet,
        gross_g=gross_g,
        tare_g=tare_g,
        net_g=gross_g - tare_g,
        currency=station.currency,
        weighed_by=by,
        weighed_at=at,
    )
    return begin(intake, _I.WEIGHED, at=at, by=by)


@refuses(WrongState, GradesDoNotAddUp, SamePerson)
@transaction.atomic
def grade_intake(*, intake: Intake, grams: Mapping[Grade, int], rejected_g: int, by: User, at: dt.datetime) -> Intake:
    """Say how many grams are of each grade and how many go home; together they are the net weight."""
    intake = held_intake(intake)
    INTAKE.check("grade_intake", intake.status)
    require_two_persons(by, intake.farmer_id)
    intake.grader = by
    return _write_grades(intake, grams, rejected_g, number=1, status=_I.GRADED, by=by, at=at)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def dispute_intake(*, intake: Intake, reason: str, by: User, at: dt.datetime) -> Intake:
    """Write down that the farmer does not agree with the grades: another person grades once more."""
    intake = held_intake(intake)
    INTAKE.check("dispute_intake", intake.status)
    intake.dispute_reason = reason[:200]
    return move(intake, _I.DISPUTED, at=at, by=by, reason=reason)


@refuses(WrongState, SameGrader, GradesDoNotAddUp, SamePerson)
@transaction.atomic
def regrade_intake(*, intake: Intake, grams: Mapping[Grade, int], rejected_g: int, by: User, at: dt.datetime) -> Intake:
    """Grade a second time; these grades stand. The second grader is neither the first one nor the farmer."""
    intake = held_intake(intake)
    INTAKE.check("regrade_intake", intake.status)
    if is_same_person(by, intake.grader_id):
        raise SameGrader
    require_two_persons(by, intake.farmer_id)
    intake.second_grader = by
    return _write_grades(intake, grams, rejected_g, number=2, status=_I.REGRADED, by=by, at=at)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def reject_intake(*, intake: Intake, reason: str, by: User, at: dt.datetime) -> Intake:
    """The farmer takes everything home, without charge: wrong scale, bad fruit, or no agreement."""
    intake = held_intake(intake)
    INTAKE.check("reject_intake", intake.status)
    return move(intake, _I.REJECTED, at=at, by=by, reason=reason)


@refuses(WrongState)
@transaction.atomic
def photograph_intake(*, intake: Intake, photo: StoredFile, by: User, at: dt.datetime) -> Intake:
    """Keep a photo of what was brought, in place of the one before; whoever grades it later looks at it."""
    intake = held_intake(intake)
    INTAKE.check("photograph_intake", intake.status)
    intake.photo = photo
    intake.save(update_fields=["photo", "updated_at"])
    record_change(intake, old=intake.status, new=intake.status, at=at, actor=by.pk, reason=PHOTO, key=str(photo.pk))
    return intake


def _fits(notice: HarvestNotice, station: Station, farmer: Person, crop: Crop) -> bool:
    same = (notice.station_id, notice.farmer_id, notice.crop_id) == (station.pk, farmer.pk, crop.pk)
    return same and notice.status in HarvestNotice.OPEN


def _write_grades(
    intake: Intake,
    grams: Mapping[Grade, int],
    rejected_g: int,
    *,
    number: int,
    status: str,
    by: User,
    at: dt.datetime,
) -> Intake:
    wanted = {grade: count for grade, count in grams.items() if count}
    graded = sum(wanted.values()) + rejected_g
    if graded != intake.net_g or any(grade.sheet_id != intake.sheet_id for grade in wanted):
        raise GradesDoNotAddUp(graded=f"{graded / 1000:g}", net=f"{intake.net_g / 1000:g}")
    IntakeGrade.objects.bulk_create(
        [IntakeGrade(intake=intake, round=number, grade=grade, grams=count) for grade, count in wanted.items()]
    )
    intake.rejected_g, intake.round = rejected_g, number
    intake.expected_minor = _expected(intake, wanted)
    intake.code_hash, intake.code_sent_at, intake.code_phone = "", None, ""
    return move(intake, status, at=at, by=by)


def _expected(intake: Intake, wanted: Mapping[Grade, int]) -> int | None:
    """By what city buyers last paid in the county; None where one of the grades was never sold."""
    prices = city_prices(intake.station.county_id, list(wanted), currency=intake.currency)
    if not wanted or prices.keys() < {grade.pk for grade in wanted}:
        return None
    return sum(amount_of(count, prices[grade.pk]) for grade, count in wanted.items())
