"""What complaints show outside their pages: those to give to somebody, to answer, to decide."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from finance.complaints.models import Complaint
from stations.accounts.models import User
from stations.accounts.queries import own_logins

ASSIGN, ANSWER, DECIDE = "finance.assign_complaint", "finance.resolve_complaint", "finance.decide_dispute"
LIST = "complaints:complaints"
_S = Complaint.Status


def _to_assign(*, user: User, at: dt.datetime) -> QuerySet[Complaint]:
    reached = Complaint.objects.open_to(user, ASSIGN)
    return reached.filter(status__in=[_S.LOGGED, _S.ESCALATED], payment__isnull=False)


def _to_answer(*, user: User, at: dt.datetime) -> QuerySet[Complaint]:
    reached = Complaint.objects.open_to(user, ANSWER)
    return reached.filter(status__in=[_S.ASSIGNED, _S.PENDING_WITH_PROVIDER], assignee=user)


def _disputed(*, user: User, at: dt.datetime) -> QuerySet[Complaint]:
    reached = Complaint.objects.open_to(user, DECIDE).exclude(logged_by__in=own_logins(user))
    return reached.filter(status__in=[_S.LOGGED, _S.ESCALATED], entry__isnull=False)


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("stations", _("Complaints"), LIST, "finance.read_complaint"),
            needs=("complaints.assign", "complaints.answer", "complaints.disputes"),
        )
    ],
    needs=[
        Need(
            "complaints.assign",
            _("Complaints to assign"),
            "alert",
            ASSIGN,
            LIST,
            _to_assign,
            "logged_at",
            place="station__name",
        ),
        Need(
            "complaints.answer",
            _("Complaints to answer"),
            "alert",
            ANSWER,
            LIST,
            _to_answer,
            "logged_at",
            place="station__name",
        ),
        Need(
            "complaints.disputes",
            _("Disputed entries to decide"),
            "scales",
            DECIDE,
            LIST,
            _disputed,
            "logged_at",
            place="station__name",
        ),
    ],
)
