"""What two people change about a loan, on its page: a new plan or rate, a waiver, the write-off, or its group."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.money import Money
from core.web.page_actions import PageAction
from finance.loans import services
from finance.loans.display import table_of
from finance.loans.forms import (
    DecideAdjustmentForm,
    ProposeRateChangeForm,
    ProposeReleaseForm,
    ProposeRestructureForm,
    ProposeWaiverForm,
    ProposeWriteOffForm,
    SignPlanForm,
)
from finance.loans.models import Loan, LoanAdjustment
from finance.loans.queries import agreed_plan, announced_rate, asked_adjustment, open_adjustment, rate_now
from finance.loans.schedules import read_terms
from stations.accounts.models import User
from stations.two_persons import is_same_person


def new_plan_shown(loan: Loan) -> dict[str, Any]:
    """What was asked for or agreed as a new plan, as it would be today."""
    proposal = open_adjustment(loan)
    if proposal is None or proposal.kind != proposal.Kind.RESTRUCTURE or loan.status != Loan.Status.ACTIVE:
        return {"new_plan": None}
    quote = services.plan_today(loan=loan, adjustment=proposal)
    if quote is None:
        return {"new_plan": None, "is_too_little": True}
    table = table_of(quote.schedule, loan.currency)
    is_agreed = proposal.status == proposal.Status.AGREED
    paper = f"{reverse('loans:contract', args=[loan.pk])}?version=agreed"
    about = {"is_agreed": is_agreed, "agreed_paper": paper, "sign_by": proposal.sign_by_date}
    return {"new_plan": quote, "new_table": table, **about}


def _quote_of(_request: HttpRequest, loan: Loan) -> dict[str, Any]:
    agreed = agreed_plan(loan)
    quote = services.plan_today(loan=loan, adjustment=agreed) if agreed else None
    return {"quote": quote, "currency": loan.currency}


def _longest_of(_request: HttpRequest, loan: Loan) -> dict[str, Any]:
    version = loan.contract.product_version if loan.contract else None
    if version is None:
        return {"longest": 1, "grace": 0}
    return {"longest": max(version.installments_offered), "grace": version.grace_principal_max}


def _may_be_restructured(loan: Loan, _user: User) -> bool:
    if loan.contract is None or open_adjustment(loan):
        return False
    return loan.restructure_count < loan.contract.product_version.restructures_max


def _is_of_another(change: LoanAdjustment | None, kind: str, user: User) -> bool:
    """Whether this user may decide on it: it is of this kind, and another person has asked for it."""
    return change is not None and change.kind == kind and not is_same_person(user, change.asked_by_id)


def _asks_for_plan(loan: Loan, user: User) -> bool:
    return _is_of_another(asked_adjustment(loan), LoanAdjustment.Kind.RESTRUCTURE, user)


def _plan_may_be_refused(loan: Loan, user: User) -> bool:
    return _is_of_another(open_adjustment(loan), LoanAdjustment.Kind.RESTRUCTURE, user)


def _may_be_signed(loan: Loan, _user: User) -> bool:
    agreed = agreed_plan(loan)
    return (
        agreed is not None
        and not services.is_skipped(loan)
        and services.plan_today(loan=loan, adjustment=agreed) is not None
    )


def _may_be_written_off(loan: Loan, _user: User) -> bool:
    return services.is_ripe_for_write_off(loan) and open_adjustment(loan) is None


def _asks_for_write_off(loan: Loan, user: User) -> bool:
    return _is_of_another(asked_adjustment(loan), LoanAdjustment.Kind.WRITE_OFF, user)


def _may_be_released(loan: Loan, _user: User) -> bool:
    return open_adjustment(loan) is None and services.is_group_liable(loan)


def _asks_for_release(loan: Loan, user: User) -> bool:
    return _is_of_another(asked_adjustment(loan), LoanAdjustment.Kind.RELEASE_GROUP, user)


def _waivable(loan: Loan) -> dict[str, Money]:
    """What is due of each part that can be waived."""
    if loan.last_closed_date is None:
        return {}
    found = {str(kind): services.waivable(loan, kind) for kind in LoanAdjustment.WAIVERS}
    return {kind: due for kind, due in found.items() if due.minor}


def _most_of(_request: HttpRequest, loan: Loan) -> dict[str, Any]:
    return {"most": _waivable(loan), "currency": loan.currency}


def _may_be_waived(loan: Loan, _user: User) -> bool:
    return open_adjustment(loan) is None and bool(_waivable(loan))


def _asks_for_waiver(loan: Loan, user: User) -> bool:
    asked = asked_adjustment(loan)
    return asked is not None and asked.kind in LoanAdjustment.WAIVERS and _is_of_another(asked, asked.kind, user)


def new_rate_shown(loan: Loan) -> dict[str, Any]:
    """What was asked for or agreed as a new rate, with its plan; and the notice of what was agreed."""
    notice = announced_rate(loan)
    present_rate = rate_now(loan)
    words = services.rate_words(present_rate) if present_rate is not None else ""
    shown = {"rate_notice": notice, "rate_now": words}
    proposal = open_adjustment(loan)
    if proposal is None or proposal.kind != proposal.Kind.RATE_CHANGE or loan.status != Loan.Status.ACTIVE:
        return {"new_rate": None, **shown}
    plan = services.rate_plan_of(proposal)
    table = table_of(plan.schedule, loan.currency) if plan else None
    wanted = services.rate_words(proposal.rate_ppm or 0)
    return {"new_rate": plan, "rate_table": table, "rate_words": wanted, "rate_asked": proposal, **shown}


def rate_notice_shown(loan: Loan, change: LoanAdjustment) -> dict[str, Any]:
    """What the slip of a new rate says: the instalments from its first night on, as planned or as they stand."""
    is_agreed = change.status == change.Status.AGREED
    plan = services.rate_plan_of(change) if is_agreed else None
    if plan is None:
        former = change.new_contract.replaces if change.new_contract else loan.contract
        rows = loan.installments.filter(contract=change.new_contract).order_by("n")
        dues = [(row.due_date, Money(row.principal_minor + row.interest_minor, loan.currency)) for row in rows]
        before = read_terms(former.terms).rate_on(change.valid_from_date) if former and change.valid_from_date else 0
    else:
        dues = [(row.due, Money(row.payment, loan.currency)) for row in plan.rows]
        before = plan.rate_before_ppm
    words = {"before": services.rate_words(before), "rate": services.rate_words(change.rate_ppm or 0)}
    return {"change": change, "dues": dues, **words}


def _rates_of(_request: HttpRequest, loan: Loan) -> dict[str, Any]:
    version = loan.contract.product_version if loan.contract else None
    if version is None or loan.last_closed_date is None:
        return {"least": "", "most": "", "earliest": None}
    least, most = services.rate_words(version.rate_min_ppm), services.rate_words(version.rate_max_ppm)
    return {"least": least, "most": most, "earliest": services.earliest_start(loan, at=now())}


def _rate_may_change(loan: Loan, _user: User) -> bool:
    return loan.contract is not None and open_adjustment(loan) is None


def _asks_for_rate(loan: Loan, user: User) -> bool:
    return _is_of_another(asked_adjustment(loan), LoanAdjustment.Kind.RATE_CHANGE, user)


def _rate_may_be_refused(loan: Loan, user: User) -> bool:
    return _is_of_another(open_adjustment(loan), LoanAdjustment.Kind.RATE_CHANGE, user)


def _change_of(_request: HttpRequest, loan: Loan) -> dict[str, Any]:
    return {"asked": open_adjustment(loan)}


#: The actions of a loan's page, in their order.
ADJUSTMENTS = {
    "propose-restructure": PageAction(
        grant="finance.propose_restructure",
        service=services.propose_restructure,
        form=ProposeRestructureForm,
        form_kwargs=_longest_of,
        arrow="propose_restructure",
        is_open=_may_be_restructured,
        title=_("Ask for a new plan"),
        button=_("Ask a second officer"),
        doing=_("Recording…"),
        kind="",
    ),
    "approve-restructure": PageAction(
        grant="finance.approve_restructure",
        service=services.approve_restructure,
        form=DecideAdjustmentForm,
        form_kwargs=_change_of,
        arrow="approve_restructure",
        is_open=_asks_for_plan,
        title=_("Agree to the new plan"),
        button=_("Agree to it"),
        doing=_("Recording…"),
    ),
    "reject-restructure": PageAction(
        grant="finance.reject_restructure",
        service=services.reject_restructure,
        form=DecideAdjustmentForm,
        form_kwargs=_change_of,
        arrow="reject_restructure",
        is_open=_plan_may_be_refused,
        title=_("Keep the plan as it is"),
        button=_("No new plan"),
        doing=_("Recording…"),
        kind="",
    ),
    "send-plan-code": PageAction(
        grant="finance.sign_restructure",
        service=services.send_restructure_code,
        arrow="sign_restructure",
        is_open=_may_be_signed,
        title=_("A code for the new plan to the borrower’s phone"),
        button=_("Send the code"),
        doing=_("Sending…"),
        kind="",
    ),
    "sign-restructure": PageAction(
        grant="finance.sign_restructure",
        service=services.sign_restructure,
        form=SignPlanForm,
        form_kwargs=_quote_of,
        arrow="sign_restructure",
        is_open=_may_be_signed,
        title=_("The borrower signs the new plan"),
        button=_("The new plan is signed"),
        doing=_("Recording…"),
    ),
    "propose-rate-change": PageAction(
        grant="finance.propose_rate_change",
        service=services.propose_rate_change,
        form=ProposeRateChangeForm,
        form_kwargs=_rates_of,
        arrow="propose_rate_change",
        is_open=_rate_may_change,
        title=_("Ask for another rate"),
        button=_("Ask a second officer"),
        doing=_("Recording…"),
        kind="",
    ),
    "approve-rate-change": PageAction(
        grant="finance.approve_rate_change",
        service=services.approve_rate_change,
        form=DecideAdjustmentForm,
        form_kwargs=_change_of,
        arrow="approve_rate_change",
        is_open=_asks_for_rate,
        title=_("Agree to the new rate and tell the borrower"),
        button=_("Agree to it"),
        doing=_("Recording…"),
    ),
    "reject-rate-change": PageAction(
        grant="finance.reject_rate_change",
        service=services.reject_rate_change,
        form=DecideAdjustmentForm,
        form_kwargs=_change_of,
        arrow="reject_rate_change",
        is_open=_rate_may_be_refused,
        title=_("Keep the rate as it is"),
        button=_("No new rate"),
        doing=_("Recording…"),
        kind="",
    ),
    "propose-waiver": PageAction(
        grant="finance.propose_waiver",
        service=services.propose_waiver,
        form=ProposeWaiverForm,
        form_kwargs=_most_of,
        arrow="propose_waiver",
        is_open=_may_be_waived,
        title=_("Ask to waive penalties or interest"),
        button=_("Ask a second officer"),
        doing=_("Recording…"),
        kind="",
    ),
    "approve-waiver": PageAction(
        grant="finance.approve_waiver",
        service=services.approve_waiver,
        form=DecideAdjustmentForm,
        form_kwargs=_change_of,
        arrow="approve_waiver",
        is_open=_asks_for_waiver,
        title=_("Waive it"),
        button=_("Agree to it"),
        doing=_("Recording…"),
    ),
    "reject-waiver": PageAction(
        grant="finance.reject_waiver",
        service=services.reject_waiver,
        form=DecideAdjustmentForm,
        form_kwargs=_change_of,
        arrow="reject_waiver",
        is_open=_asks_for_waiver,
        title=_("Waive nothing"),
        button=_("Leave it owed"),
        doing=_("Recording…"),
        kind="",
    ),
    "propose-write-off": PageAction(
        grant="finance.propose_write_off",
        service=services.propose_write_off,
        form=ProposeWriteOffForm,
        arrow="propose_write_off",
        is_open=_may_be_written_off,
        title=_("Ask to write the loan off"),
        button=_("Ask a colleague of finance"),
        doing=_("Recording…"),
        kind="danger",
    ),
    "approve-write-off": PageAction(
        grant="finance.approve_write_off",
        service=services.approve_write_off,
        form=DecideAdjustmentForm,
        form_kwargs=_change_of,
        arrow="approve_write_off",
        is_open=_asks_for_write_off,
        title=_("Write the loan off"),
        button=_("Write it off"),
        doing=_("Recording…"),
        kind="danger",
    ),
    "reject-write-off": PageAction(
        grant="finance.reject_write_off",
        service=services.reject_write_off,
        form=DecideAdjustmentForm,
        form_kwargs=_change_of,
        arrow="reject_write_off",
        is_open=_asks_for_write_off,
        title=_("Do not write the loan off"),
        button=_("Let it run on"),
        doing=_("Recording…"),
        kind="",
    ),
    "propose-group-release": PageAction(
        grant="finance.propose_group_release",
        service=services.propose_group_release,
        form=ProposeReleaseForm,
        arrow="propose_group_release",
        is_open=_may_be_released,
        title=_("Ask to release the group"),
        button=_("Ask the lender"),
        doing=_("Recording…"),
        kind="",
    ),
    "approve-group-release": PageAction(
        grant="finance.approve_group_release",
        service=services.approve_group_release,
        form=DecideAdjustmentForm,
        form_kwargs=_change_of,
        arrow="approve_group_release",
        is_open=_asks_for_release,
        title=_("Release the other members of the group"),
        button=_("Release the group"),
        doing=_("Recording…"),
    ),
    "reject-group-release": PageAction(
        grant="finance.reject_group_release",
        service=services.reject_group_release,
        form=DecideAdjustmentForm,
        form_kwargs=_change_of,
        arrow="reject_group_release",
        is_open=_asks_for_release,
        title=_("Hold the group to its promise"),
        button=_("Do not release it"),
        doing=_("Recording…"),
        kind="",
    ),
}
