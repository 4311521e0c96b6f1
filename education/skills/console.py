"""What trainings show outside their pages: sessions to sign in to now, certificates of one's own to renew."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from education.courses.models import ClassSession
from education.courses.models.classes import READ_CLASS, READ_ROLL
from education.skills.models import READ_FIGURES, READ_GATE
from education.skills.queries import to_renew, training_sessions
from stations.accounts.models import User
from stations.accounts.queries import own_logins
from stations.recruitment.models import Certificate

SIGN, SESSIONS, GATES = "education.sign_in_learner", "skills:sessions", "skills:gates"


def _signing_in(*, user: User, at: dt.datetime) -> QuerySet[ClassSession]:
    rows = training_sessions(ClassSession.objects.open_to(user, SIGN))
    return rows.filter(status=ClassSession.Status.OPEN)


def _to_renew(*, user: User, at: dt.datetime) -> QuerySet[Certificate]:
    """The reader's own certificates that can be renewed, or have ended."""
    own = Certificate.objects.filter(holder__in=own_logins(user), revoked_at=None)
    return to_renew(own, timezone.localdate(at))


CONSOLE = Console(
    menu=[
        MenuEntry("learning", _("Trainings"), "skills:trainings", READ_CLASS),
        MenuEntry("learning", _("Trainings in numbers"), "skills:figures", READ_FIGURES),
        MenuEntry("learning", _("Courses for services"), GATES, READ_GATE, needs=("skills.renewals",)),
        MenuEntry(
            *("learning", _("Sign in to trainings"), SESSIONS, READ_ROLL),
            needs=("skills.sign_in",),
            service="skills_training",
            icon="ticket",
        ),
    ],
    needs=[
        Need(
            *("skills.sign_in", _("Trainings to sign in to"), "school", SIGN, SESSIONS, _signing_in),
            "slot__starts_at",
            place="run__station__name",
        ),
        Need(
            *("skills.renewals", _("Your certificates to renew"), "card", READ_GATE, GATES, _to_renew, "renewed_from"),
            place="station__name",
            wait_days=20,
            bad_days=60,
        ),
    ],
)
