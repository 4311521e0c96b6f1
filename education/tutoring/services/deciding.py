"""The county decides about a lesson that was contested, or for which nobody at its station answers any more."""

import datetime as dt

from django.db import transaction

from core.errors import SamePerson, WrongState, refused_by, refuses
from core.history import record_change
from core.language.reasons import needs_words
from education.tutoring.models import TutoringSession
from education.tutoring.services.paying import WHOLE, owe_stipend
from education.tutoring.services.steps import locked, tell_tutor
from stations.accounts.models import User
from stations.two_persons import require_two_persons

Decision = TutoringSession.Decision


@refuses(WrongState, SamePerson, *refused_by(owe_stipend))
@needs_words("reason")
@transaction.atomic
def decide_tutoring(
    *, session: TutoringSession, decision: str, reason: str, by: User, at: dt.datetime
) -> TutoringSession:
    """Say for the county whether a lesson took place: then its stipend is owed, else nothing. The tutor hears of it.

    The same decision again changes nothing. Raises `SamePerson` for the tutor and for who contested it, `WrongState`
    for what the station has confirmed or still answers for, and for another decision than the one that was made.
    """
    session = locked(session)
    if session.decision == decision:
        return session
    if not TutoringSession.objects.undecided(at=at).filter(pk=session.pk).exists():
        raise WrongState(state=session.get_decision_display() or session.booking.get_status_display())
    require_two_persons(by, session.tutor.person_id, session.contested_by_id)
    was_contested = session.is_contested
    session.decision, session.decided_at, session.decided_by = decision, at, by
    if decision == Decision.HELD:
        # What was contested was decided as nothing; it is decided anew, in full.
        session.confirmed_at, session.confirmed_by, session.stipend_minor = at, by, None
    session.save()
    session = owe_stipend(session=session, share_bp=WHOLE if decision == Decision.HELD else 0, at=at)
    before = "contested" if was_contested else session.booking.status
    record_change(session, old=before, new=decision, at=at, actor=by.pk, reason=reason)
    tell_tutor(session, f"tutor_lesson_{decision}", at=at)
    return session
