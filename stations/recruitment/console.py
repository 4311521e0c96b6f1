"""What recruitment shows outside its pages: reports through the public register."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from stations.accounts.models import User
from stations.recruitment.models import RegisterReport

ANSWER, LIST = "stations.answer_register_report", "recruitment:reports"


def _open(*, user: User, at: dt.datetime) -> QuerySet[RegisterReport]:
    return RegisterReport.objects.open_to(user, ANSWER).filter(status=RegisterReport.Status.OPEN)


CONSOLE = Console(
    menu=[MenuEntry("stations", _("Reports"), LIST, ANSWER, needs=("recruitment.reports",))],
    needs=[
        Need("recruitment.reports", _("Reports to answer"), "alert", ANSWER, LIST, _open, "at", place="county__name")
    ],
)
