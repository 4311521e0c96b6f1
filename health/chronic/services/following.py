"""What happens between visits: calls to residents who are overdue, and answers of hospitals."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.history import record_change
from core.language.reasons import no_identity_numbers
from health.chronic.models import Enrolment, OutreachCall, Referral
from health.records.services import require_agreement
from stations.accounts.models import User

_O = OutreachCall.Outcome
#: How many days somebody is not called again; who moved or refused waits for the doctor.
HIDDEN_DAYS = {_O.WILL_COME: 7, _O.CALL_LATER: 30, _O.NO_ANSWER: 1, _O.MOVED: 30, _O.REFUSED: 30}


class NoReferral(Refused):
    """No answer is waited for."""

    code = "no_open_referral"
    message = _("No answer of a hospital is waited for.")


@refuses(WrongState, *refused_by(require_agreement))
@transaction.atomic
def record_call(*, enrolment: Enrolment, outcome: str, by: User, at: dt.datetime) -> Enrolment:
    """Write down what a resident said who was called, and leave them off the list for some days."""
    enrolment = lock(enrolment)
    if enrolment.status != Enrolment.Status.ACTIVE:
        raise WrongState(state=str(enrolment.get_status_display()))
    require_agreement(enrolment.resident)
    OutreachCall.objects.create(enrolment=enrolment, outcome=outcome, made_by=by, at=at)
    today = day_in(enrolment.clinic.zone, at)
    enrolment.hidden_until_date = today + dt.timedelta(days=HIDDEN_DAYS[_O(outcome)])
    enrolment.save(update_fields=["hidden_until_date", "updated_at"])
    return enrolment


@refuses(NoReferral, *refused_by(require_agreement))
@no_identity_numbers("answer")
@transaction.atomic
def record_answer(*, enrolment: Enrolment, outcome: str, by: User, at: dt.datetime, answer: str = "") -> Enrolment:
    """The hospital has answered: this alone completes the open referral."""
    enrolment = lock(enrolment)
    referral = enrolment.referrals.filter(status=Referral.Status.ACTIVE).first()
    if referral is None:
        raise NoReferral
    require_agreement(enrolment.resident)
    referral.status, referral.outcome, referral.answer = Referral.Status.COMPLETED, outcome, answer
    referral.answered_by, referral.answered_at = by, at
    referral.save()
    record_change(referral, old=Referral.Status.ACTIVE, new=Referral.Status.COMPLETED, at=at, actor=by.pk)
    return enrolment
