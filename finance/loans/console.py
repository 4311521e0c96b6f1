"""What loans show outside their pages: applications to appraise, to approve, and visits to make for another station."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from finance.credit.models import Assessment
from finance.loans.models import LoanApplication
from stations.accounts.models import User

READ, APPRAISE, APPROVE = "finance.read_loan_application", "finance.appraise_application", "finance.approve_application"
ASSESS = "finance.record_assessment"
LIST = "loans:applications"
_S = LoanApplication.Status


def _to_appraise(*, user: User, at: dt.datetime) -> QuerySet[LoanApplication]:
    reached = LoanApplication.objects.open_to(user, APPRAISE)
    return reached.filter(status=_S.SUBMITTED).exclude(recommender=user)


def _to_approve(*, user: User, at: dt.datetime) -> QuerySet[LoanApplication]:
    reached = LoanApplication.objects.open_to(user, APPROVE).filter(status=_S.APPRAISED)
    return reached.exclude(Q(appraiser=user) | Q(approver=user, approver__isnull=False))


def _to_visit(*, user: User, at: dt.datetime) -> QuerySet[LoanApplication]:
    visited = Assessment.objects.filter(role=Assessment.Role.SECOND_ASSESSOR).values("application_ref")
    reached = LoanApplication.objects.open_to(user, ASSESS).filter(status=_S.SUBMITTED, needs_second_assessment=True)
    stations = [post.station_id for post in user.live_posts if post.station_id]
    return reached.filter(second_station__in=stations).exclude(pk__in=visited)


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("money", _("Loans"), LIST, READ),
            needs=("loans.appraise", "loans.approve", "loans.visit"),
        ),
        MenuEntry("money", _("What a loan costs"), "loans:quote", "finance.read_loan_product"),
    ],
    needs=[
        Need(
            *("loans.appraise", _("Loan applications to appraise"), "coins", APPRAISE, LIST),
            *(_to_appraise, "submitted_at", "station__name"),
            wait_days=3,
            bad_days=5,
        ),
        Need(
            *("loans.approve", _("Loans to approve"), "coins", APPROVE, LIST),
            *(_to_approve, "submitted_at", "station__name"),
            wait_days=3,
            bad_days=5,
        ),
        Need(
            *("loans.visit", _("Borrowers of another station to visit"), "people", ASSESS, LIST),
            *(_to_visit, "submitted_at", "station__name"),
        ),
    ],
)
