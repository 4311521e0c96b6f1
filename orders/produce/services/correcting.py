"""A wrong weight to which the farmer has agreed: another intake says what the fruit weighs, and is agreed to anew."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock_all
from core.errors import Refused, SamePerson, WrongState, refuses
from core.language.reasons import needs_words
from orders.produce.machine import INTAKE
from orders.produce.models import Intake
from orders.produce.services.grading import NothingWeighed
from orders.produce.services.harvests import count_off, names_of
from orders.produce.services.steps import begin, held_intake, move, tell_farmer
from stations.accounts.models import User
from stations.network.paper_numbers import paper_number
from stations.two_persons import require_two_persons

_I = Intake.Status


class InALot(Refused):
    """What has become part of a lot may have been sold by the weight that was agreed to."""

    code = "in_a_lot"
    message = _("Some of this fruit is in a lot already: its weight cannot be corrected any more.")


@refuses(WrongState, SamePerson, NothingWeighed, InALot)
@needs_words("reason")
@transaction.atomic
def correct_intake(*, intake: Intake, gross_g: int, tare_g: int, reason: str, by: User, at: dt.datetime) -> Intake:
    """Replace accepted fruit that was weighed wrongly, and of which nothing is in a lot; the intake that replaces it.

    That one is graded and agreed to like any other, and the farmer hears of it. An advance that was paid stays owed,
    and is the only one. Refused: `wrong_state`, `same_person` (the farmer), `nothing_weighed`, `in_a_lot`.
    """
    intake = held_intake(intake)
    INTAKE.check("correct_intake", intake.status)
    require_two_persons(by, intake.farmer_id)
    if gross_g <= tare_g:
        raise NothingWeighed(field="tare_g")
    if any(each.grams_in_lots for each in lock_all(intake.grades.all())):
        raise InALot
    move(intake, _I.CORRECTED, at=at, by=by, reason=reason)
    if intake.notice is not None:
        count_off(intake.notice, intake.taken_g)
    weighed = begin(_weighed_anew(intake, gross_g, tare_g, by=by, at=at), _I.WEIGHED, at=at, by=by)
    told = {"crop": names_of(intake.crop), "before": f"{intake.net_g / 1000:g}", "now": f"{weighed.net_g / 1000:g}"}
    tell_farmer(intake.farmer, intake.station, "intake_corrected", told, about=weighed.pk, at=at)
    return weighed


def _weighed_anew(intake: Intake, gross_g: int, tare_g: int, *, by: User, at: dt.datetime) -> Intake:
    """The same fruit of the same day by the same sheet, with the weight that it has."""
    return Intake(
        slip_number=paper_number(intake.station, "G", at),
        key=f"corrects:{intake.pk}",
        corrects=intake,
        notice=intake.notice,
        farmer=intake.farmer,
        station=intake.station,
        crop=intake.crop,
        sheet=intake.sheet,
        gross_g=gross_g,
        tare_g=tare_g,
        net_g=gross_g - tare_g,
        currency=intake.currency,
        weighed_by=by,
        weighed_at=intake.weighed_at,
    )
