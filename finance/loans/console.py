"""What loans show outside their pages: applications to decide, visits to make, instalments to take, and the books."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, Figure, Finder, MenuEntry, Need, Trend
from finance.credit.models import Assessment, RecommendationStanding, Reinstatement
from finance.credit.models.vintages import READ as READ_RECOMMENDER
from finance.loans import figures
from finance.loans.finding import find_loans
from finance.loans.lists import IS_DUE
from finance.loans.models import (
    BorrowerGroup,
    CloseException,
    Loan,
    LoanAdjustment,
    LoanApplication,
    LoanInstallment,
    LoanReversal,
    ProvisionTable,
)
from finance.loans.models.groups import READ_GROUP
from finance.loans.models.portfolio import EDIT_RATES, RATES
from finance.loans.models.portfolio import READ as PORTFOLIO
from stations.accounts.models import User
from stations.accounts.queries import own_logins

READ, APPRAISE, APPROVE = "finance.read_loan_application", "finance.appraise_application", "finance.approve_application"
ASSESS = "finance.record_assessment"
SIGN, DISBURSE, REPAY = "finance.sign_contract", "finance.disburse_loan", "finance.receive_repayment"
TAKE_BACK = "finance.approve_reversal"
RETRY = "finance.retry_close"
WRITE_OFF, RESTRUCTURE = "finance.approve_write_off", "finance.approve_restructure"
SIGN_PLAN, WAIVE = "finance.sign_restructure", "finance.approve_waiver"
CHANGE_RATE, RELEASE_GROUP = "finance.approve_rate_change", "finance.approve_group_release"
APPROVE_GROUP = "finance.approve_group_loans"
REINSTATE, DECIDE_REINSTATEMENT = "finance.propose_reinstatement", "finance.approve_reinstatement"
LIST, LOANS = "loans:applications", "loans:loans"
RECOMMENDERS, PROVISIONS = "loans:recommenders", "loans:provisions"
_S = LoanApplication.Status


def _earns(user: User) -> Q:
    """Applications by whose recommendation this person earns."""
    return Q(fee_partner__in=own_logins(user), fee_partner__isnull=False)


def _to_appraise(*, user: User, at: dt.datetime) -> QuerySet[LoanApplication]:
    reached = LoanApplication.objects.open_to(user, APPRAISE)
    return reached.filter(status=_S.SUBMITTED).exclude(recommender__in=own_logins(user)).exclude(_earns(user))


def _to_approve(*, user: User, at: dt.datetime) -> QuerySet[LoanApplication]:
    reached = LoanApplication.objects.open_to(user, APPROVE).filter(status=_S.APPRAISED)
    own = Q(appraiser__in=own_logins(user)) | Q(approver__in=own_logins(user), approver__isnull=False)
    return reached.exclude(own | _earns(user))


def _groups_to_approve(*, user: User, at: dt.datetime) -> QuerySet[BorrowerGroup]:
    """Groups of which an application waits that another officer has appraised."""
    waiting = LoanApplication.objects.filter(group=OuterRef("pk"), status=_S.APPRAISED, approver=None)
    others = waiting.exclude(Q(appraiser__in=own_logins(user)) | _earns(user))
    return BorrowerGroup.objects.open_to(user, APPROVE_GROUP).filter(Exists(others))


def _to_visit(*, user: User, at: dt.datetime) -> QuerySet[LoanApplication]:
    visited = Assessment.objects.filter(role=Assessment.Role.SECOND_ASSESSOR).values("application_ref")
    reached = LoanApplication.objects.open_to(user, ASSESS).waiting().filter(needs_second_assessment=True)
    stations = [post.station_id for post in user.live_posts if post.station_id]
    return reached.filter(second_station__in=stations).exclude(pk__in=visited)


def _to_pay_out(*, user: User, at: dt.datetime) -> QuerySet[Loan]:
    """Signed loans that this officer may pay out: of which another part is not theirs."""
    reached = Loan.objects.open_to(user, DISBURSE).filter(status=Loan.Status.APPROVED)
    return reached.exclude(
        Q(recommender__in=own_logins(user)) | Q(appraiser__in=own_logins(user)) | Q(approver__in=own_logins(user))
    )


def _to_take_back(*, user: User, at: dt.datetime) -> QuerySet[Loan]:
    """Loans of which a colleague wants to take a payment back."""
    asked = LoanReversal.objects.filter(receipt__loan=OuterRef("pk"), status=LoanReversal.Status.ASKED)
    others = asked.exclude(asked_by__in=own_logins(user)).values("asked_at")[:1]
    reached = Loan.objects.open_to(user, TAKE_BACK).annotate(asked_at=Subquery(others))
    return reached.filter(asked_at__isnull=False)


def _to_write_off(*, user: User, at: dt.datetime) -> QuerySet[Loan]:
    """Running loans that somebody else wants to write off."""
    return _asked_for([LoanAdjustment.Kind.WRITE_OFF], WRITE_OFF, user)


def _to_restructure(*, user: User, at: dt.datetime) -> QuerySet[Loan]:
    """Running loans for which a colleague wants a new plan."""
    return _asked_for([LoanAdjustment.Kind.RESTRUCTURE], RESTRUCTURE, user)


def _rates_of_loans(*, user: User, at: dt.datetime) -> QuerySet[Loan]:
    """Running loans of which a colleague wants to change the rate."""
    return _asked_for([LoanAdjustment.Kind.RATE_CHANGE], CHANGE_RATE, user)


def _to_waive(*, user: User, at: dt.datetime) -> QuerySet[Loan]:
    """Running loans of which a colleague wants to waive a part."""
    return _asked_for(LoanAdjustment.WAIVERS, WAIVE, user)


def _groups_to_release(*, user: User, at: dt.datetime) -> QuerySet[Loan]:
    """Loans that were written off, of which the county wants to release the group."""
    return _asked_for([LoanAdjustment.Kind.RELEASE_GROUP], RELEASE_GROUP, user, status=Loan.Status.WRITTEN_OFF)


def _asked_for(kinds: Sequence[str], grant: str, user: User, *, status: str = Loan.Status.ACTIVE) -> QuerySet[Loan]:
    asked = LoanAdjustment.objects.filter(loan=OuterRef("pk"), kind__in=kinds, status=LoanAdjustment.Status.ASKED)
    others = asked.exclude(asked_by__in=own_logins(user)).values("asked_at")[:1]
    reached = Loan.objects.open_to(user, grant).filter(status=status).annotate(asked_at=Subquery(others))
    return reached.filter(asked_at__isnull=False)


def _to_sign_anew(*, user: User, at: dt.datetime) -> QuerySet[Loan]:
    """Running loans of which the borrower is to sign the new plan."""
    plans = LoanAdjustment.objects.filter(loan=OuterRef("pk"), kind=LoanAdjustment.Kind.RESTRUCTURE)
    agreed = plans.filter(status=LoanAdjustment.Status.AGREED)
    agreed_at = Subquery(agreed.values("decided_at")[:1])
    reached = Loan.objects.open_to(user, SIGN_PLAN).running().annotate(agreed_at=agreed_at)
    return reached.filter(agreed_at__isnull=False)


def _skipped(*, user: User, at: dt.datetime) -> QuerySet[Loan]:
    """Loans of which a day could not be closed."""
    open_ones = CloseException.objects.open().filter(loan=OuterRef("pk")).values("found_at")[:1]
    return Loan.objects.open_to(user, RETRY).annotate(found_at=Subquery(open_ones)).filter(found_at__isnull=False)


def _suspended(*, user: User, at: dt.datetime) -> QuerySet[RecommendationStanding]:
    """Partners who recommend no loans, for whom nobody has asked yet."""
    waiting = Reinstatement.objects.filter(standing=OuterRef("pk"), status=Reinstatement.Status.ASKED)
    suspended = RecommendationStanding.objects.open_to(user, REINSTATE).suspended()
    return suspended.exclude(partner__in=own_logins(user)).filter(~Exists(waiting))


def _to_reinstate(*, user: User, at: dt.datetime) -> QuerySet[Reinstatement]:
    """Partners for whom the county has asked."""
    own = own_logins(user)
    asked = Reinstatement.objects.open_to(user, DECIDE_REINSTATEMENT).filter(status=Reinstatement.Status.ASKED)
    return asked.exclude(Q(asked_by__in=own) | Q(standing__partner__in=own))


def _rates_to_approve(*, user: User, at: dt.datetime) -> QuerySet[ProvisionTable]:
    """Drafts that somebody else drew up."""
    drafts = ProvisionTable.objects.open_to(user, EDIT_RATES).filter(status=ProvisionTable.Status.DRAFT)
    return drafts.exclude(maker__in=own_logins(user))


def _to_sign(*, user: User, at: dt.datetime) -> QuerySet[LoanApplication]:
    return LoanApplication.objects.open_to(user, SIGN).filter(status=_S.APPROVED, loan=None)


def _to_collect(*, user: User, at: dt.datetime) -> QuerySet[Loan]:
    """Borrowers of whom an instalment is due today or late, by the date of the oldest."""
    due = Q(installments__status__in=LoanInstallment.OPEN)
    running = Loan.objects.open_to(user, REPAY).running().filter(IS_DUE)
    return running.annotate(oldest_due=Min("installments__due_date", filter=due))


CONSOLE = Console(
    menu=[
        MenuEntry(
            "loans",
            _("Borrowers"),
            LOANS,
            "finance.read_loan",
            needs=(
                "loans.collect",
                "loans.disburse",
                "loans.reversals",
                "loans.write_off",
                "loans.waivers",
                "loans.new_plan",
                "loans.new_rate",
                "loans.group_release",
                "loans.sign_plan",
                "loans.skipped",
            ),
        ),
        MenuEntry(
            *("loans", _("Loans"), LIST, READ),
            needs=("loans.appraise", "loans.approve", "loans.visit", "loans.sign"),
        ),
        MenuEntry("loans", _("Groups of borrowers"), "loans:groups", READ_GROUP, needs=("loans.group_approve",)),
        MenuEntry("loans", _("Loan portfolio"), "loans:portfolio", PORTFOLIO),
        MenuEntry(
            *("loans", _("Loan recommenders"), RECOMMENDERS, READ_RECOMMENDER),
            needs=("loans.suspended", "loans.reinstate"),
        ),
        MenuEntry("loans", _("Provision rates"), PROVISIONS, RATES, needs=("loans.rates",)),
        MenuEntry("loans", _("What a loan costs"), "loans:quote", "finance.read_loan_product"),
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
            *("loans.group_approve", _("Groups whose loans are to be approved"), "people", APPROVE_GROUP),
            *("loans:groups", _groups_to_approve, "formed_at", "station__name"),
            wait_days=3,
            bad_days=5,
        ),
        Need(
            *("loans.sign", _("Approved loans to sign with the borrower"), "coins", SIGN, LIST),
            *(_to_sign, "decided_at", "station__name"),
            query="state=approved",
            wait_days=7,
            bad_days=20,
        ),
        Need(
            *("loans.collect", _("Borrowers with an instalment due"), "coins", REPAY, LOANS),
            *(_to_collect, "oldest_due", "station__name"),
            query="state=due",
            bad_days=8,
        ),
        Need(
            *("loans.disburse", _("Signed loans to pay out"), "coins", DISBURSE, LOANS),
            *(_to_pay_out, "created_at", "station__name"),
            query="state=to_pay_out",
            wait_days=4,
            bad_days=7,
        ),
        Need(
            *("loans.reversals", _("Loan payments to reverse"), "coins", TAKE_BACK, LOANS),
            *(_to_take_back, "asked_at", "station__name"),
            query="state=to_decide&asked=reversal",
        ),
        Need(
            *("loans.write_off", _("Loans to write off"), "coins", WRITE_OFF, LOANS),
            *(_to_write_off, "asked_at", "station__name"),
            query="state=to_decide&asked=write_off",
            wait_days=3,
            bad_days=10,
        ),
        Need(
            *("loans.waivers", _("Waivers of loans to decide"), "coins", WAIVE, LOANS),
            *(_to_waive, "asked_at", "station__name"),
            query="state=to_decide&asked=waiver",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("loans.new_plan", _("New plans of loans to decide"), "coins", RESTRUCTURE, LOANS),
            *(_to_restructure, "asked_at", "station__name"),
            query="state=to_decide&asked=new_plan",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("loans.new_rate", _("New rates of loans to decide"), "coins", CHANGE_RATE, LOANS),
            *(_rates_of_loans, "asked_at", "station__name"),
            query="state=to_decide&asked=new_rate",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("loans.group_release", _("Groups to release from a loan"), "people", RELEASE_GROUP, LOANS),
            *(_groups_to_release, "asked_at", "station__name"),
            query="state=to_decide&asked=release",
            wait_days=3,
            bad_days=10,
        ),
        Need(
            *("loans.sign_plan", _("New plans to sign with the borrower"), "coins", SIGN_PLAN, LOANS),
            *(_to_sign_anew, "agreed_at", "station__name"),
            query="state=to_sign",
            wait_days=7,
            bad_days=20,
        ),
        Need(
            *("loans.skipped", _("Loans skipped by the close of a day"), "coins", RETRY, LOANS),
            *(_skipped, "found_at", "station__name"),
            query="state=skipped",
            wait_days=1,
            bad_days=3,
        ),
        Need(
            *("loans.suspended", _("Partners whose loans are too often late"), "alert", REINSTATE, RECOMMENDERS),
            *(_suspended, "since_date", "county__name"),
            query="state=suspended",
            wait_days=3,
            bad_days=10,
        ),
        Need(
            *("loans.reinstate", _("Partners who ask to recommend again"), "coins", DECIDE_REINSTATEMENT, RECOMMENDERS),
            *(_to_reinstate, "asked_at", "standing__county__name"),
            query="state=asked",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("loans.rates", _("Provision rates to approve"), "coins", EDIT_RATES, PROVISIONS),
            *(_rates_to_approve, "made_at"),
            query="state=drafts",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("loans.visit", _("Borrowers of another station to visit"), "people", ASSESS, LIST),
            *(_to_visit, "submitted_at", "station__name"),
        ),
    ],
    figures=[
        Figure("loans.waiting", _("Applications with the lender"), READ, LIST, figures.waiting),
        Figure("loans.running", _("Principal outstanding"), figures.READ, LOANS, figures.lent),
        Figure(
            "loans.at_risk", _("At risk, more than 30 days late"), figures.READ, LOANS, figures.at_risk, "state=at_risk"
        ),
    ],
    trends=[Trend("loans.repaid", figures.READ, figures.repaid)],
    finders=[Finder("loans", _("Loans"), "coins", APPRAISE, find_loans)],
)
