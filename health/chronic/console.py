"""What programmes show outside their pages: residents to call, diagnoses to confirm, answers to ask for, numbers."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.web.bounded_counts import counted_up_to
from core.web.console import Console, Figure, Measured, MenuEntry, Need
from core.web.waiting import MOST, many_in_words
from health.chronic.models import Enrolment, Referral
from health.chronic.queries import is_due, is_first, is_overdue, is_to_call
from stations.accounts.models import User

READ, CONFIRM, ANSWER, CALL = (
    "health.read_enrolment",
    "health.confirm_enrolment",
    "health.record_answer",
    "health.record_outreach",
)
LIST = "chronic:follow-ups"


def _to_call(*, user: User, at: dt.datetime) -> QuerySet[Enrolment]:
    today = timezone.localdate(at)
    return Enrolment.objects.open_to(user, CALL).cared_for().filter(is_first(today) & is_to_call(today))


def _to_confirm(*, user: User, at: dt.datetime) -> QuerySet[Enrolment]:
    return Enrolment.objects.open_to(user, CONFIRM).agreed().filter(status="planned")


def _to_ask(*, user: User, at: dt.datetime) -> QuerySet[Enrolment]:
    unanswered = Referral.objects.filter(status="active", check_due_date__lte=timezone.localdate(at))
    # These few come first: the planner keeps the order of so many conditions, and would read all who are cared for.
    few = Enrolment.objects.filter(pk__in=unanswered.values("enrolment"))
    return few.open_to(user, ANSWER).cared_for()


def _overdue(*, user: User, at: dt.datetime) -> Measured:
    late = Enrolment.objects.open_to(user, READ).cared_for().filter(is_overdue(timezone.localdate(at)))
    return Measured(_count_words(late))


def _due(*, user: User, at: dt.datetime) -> Measured:
    near = Enrolment.objects.open_to(user, READ).cared_for().filter(is_due(timezone.localdate(at)))
    return Measured(_count_words(near))


def _count_words(rows: QuerySet[Enrolment]) -> str:
    """Counted as the list behind the figure counts: a home is looked at too often to read all of a large clinic."""
    return many_in_words(counted_up_to(MOST, {"here": rows})["here"])


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("health", _("Follow-up list"), LIST, READ),
            needs=("chronic.calls", "chronic.confirm", "chronic.answers"),
        ),
        MenuEntry("health", _("Asked to the clinic"), "chronic:dates", "health.read_followup_date"),
        MenuEntry("health", _("Chronic diseases in numbers"), "chronic:figures", "health.read_indicator"),
    ],
    needs=[
        Need(
            *("chronic.calls", _("Residents at risk who did not come"), "phone", CALL, LIST),
            *(_to_call, "next_due_date"),
        ),
        Need(
            *("chronic.confirm", _("Diagnoses to confirm"), "heart", CONFIRM, LIST),
            *(_to_confirm, "created_at"),
            query="state=planned",
        ),
        Need(
            *("chronic.answers", _("Answers of hospitals to ask for"), "alert", ANSWER, LIST),
            *(_to_ask, "next_due_date"),
            query="state=care",
        ),
    ],
    figures=[
        Figure("chronic.overdue", _("Overdue for a visit"), READ, LIST, _overdue, query="state=overdue"),
        Figure("chronic.due", _("To come within a week"), READ, LIST, _due, query="state=due"),
    ],
)
