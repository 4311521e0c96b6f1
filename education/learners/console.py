"""What learners' pages show outside their pages: who is locked out."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from education.courses.models.classes import READ_ROLL
from education.learners.models import LearnerPictures
from stations.accounts.models import User

UNLOCK, CLASSES = "education.unlock_learner_pictures", "learners:classes"


def _locked(*, user: User, at: dt.datetime) -> QuerySet[LearnerPictures]:
    return LearnerPictures.objects.open_to(user, UNLOCK).locked_out()


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("learning", _("Learners’ pages"), CLASSES, READ_ROLL),
            needs=("learners.locked",),
            service="super_classroom",
            icon="tv",
        ),
    ],
    needs=[
        Need(
            *("learners.locked", _("Learners locked out of their pages"), "lock", UNLOCK, CLASSES),
            *(_locked, "updated_at"),
            place="station__name",
            query="state=locked",
            wait_days=1,
            bad_days=3,
        ),
    ],
)
