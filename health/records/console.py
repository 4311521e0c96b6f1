"""What health records show outside their pages: emergency accesses to review."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from health.records.models import EmergencyAccess
from health.records.models.records import READ, REVIEW
from stations.accounts.models import User

LIST = "records:emergencies"


def _to_review(*, user: User, at: dt.datetime) -> QuerySet[EmergencyAccess]:
    return EmergencyAccess.objects.open_to(user, REVIEW).filter(reviewed_at=None)


CONSOLE = Console(
    menu=[
        MenuEntry("health", _("Health records"), "records:records", READ),
        MenuEntry("health", _("Emergency access to records"), LIST, REVIEW, needs=("records.emergencies",)),
    ],
    needs=[
        Need(
            *("records.emergencies", _("Emergency accesses to review"), "alert", REVIEW, LIST),
            *(_to_review, "opened_at"),
            query="state=open",
        ),
    ],
)
