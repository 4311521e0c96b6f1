"""What trainings show outside their pages: sessions to which people sign in now."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from education.courses.models import ClassSession
from education.courses.models.classes import READ_CLASS, READ_ROLL
from education.skills.queries import training_sessions
from stations.accounts.models import User

SIGN, SESSIONS = "education.sign_in_learner", "skills:sessions"


def _signing_in(*, user: User, at: dt.datetime) -> QuerySet[ClassSession]:
    rows = training_sessions(ClassSession.objects.open_to(user, SIGN))
    return rows.filter(status=ClassSession.Status.OPEN)


CONSOLE = Console(
    menu=[
        MenuEntry("learning", _("Trainings"), "skills:trainings", READ_CLASS),
        MenuEntry(
            *("learning", _("Sign in to trainings"), SESSIONS, READ_ROLL),
            needs=("skills.sign_in",),
            service="skills_training",
            icon="school",
        ),
    ],
    needs=[
        Need(
            *("skills.sign_in", _("Trainings to sign in to"), "school", SIGN, SESSIONS, _signing_in),
            "slot__starts_at",
            place="run__station__name",
        ),
    ],
)
