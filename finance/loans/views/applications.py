"""Applications: writing one down, one case on one page, its plan on paper."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import load, may, requires
from core.errors import Refused
from core.files.services import store_photo
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from finance.credit.models import Assessment
from finance.credit.queries import assessments_of, latest_checks
from finance.loans import services
from finance.loans.case_display import case_figures, waiting_shown
from finance.loans.display import REASON_WORDS, chart_of, penalty_words, percent, score_shown, table_of
from finance.loans.forms import ApplyForm, AppraiseForm, AssessForm, ReasonsForm, SignContractForm
from finance.loans.lists import kind_of
from finance.loans.machine import APPLICATION
from finance.loans.models import Loan, LoanApplication
from finance.loans.queries import offered
from finance.loans.services.grouping import LATE_AFTER
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.models import Person, Station
from stations.requests import SignedInRequest

READ, START, ASSESS = "finance.read_loan_application", "finance.start_application", "finance.record_assessment"
APPRAISE, SIGN = "finance.appraise_application", "finance.sign_contract"


@requires(START)
def apply(request: SignedInRequest) -> HttpResponse:
    """Write a wish down for the person named in the address."""
    station = counter_of(request.user, START)
    borrower = _borrower(request)
    if borrower is None:
        return render(request, "finance/loans/apply_for_whom.html", {})
    versions = list(offered(station.county.country))
    return form_page(
        request,
        operation=START,
        form=ApplyForm(request.POST or None, versions=versions),
        service=partial(_start, person=borrower, station=station),
        then=page_of("loans:application"),
        template="finance/loans/apply.html",
        page=lambda: {"borrower": borrower, "versions": versions},
    )


def _start(*, by: User, at: dt.datetime, **values: Any) -> LoanApplication:
    key = f"{values['person'].pk}:{values['version'].pk}:{at.timestamp()}"
    return services.start_application(by=by, at=at, key=key, **values)


def _borrower(request: SignedInRequest) -> Person | None:
    pk = request.GET.get("person")
    return load(Person.objects.living(), request.user, "stations.read_person", pk=pk) if pk else None


@requires(ASSESS, one_object=True)
def assess(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Write down a visit, with photos."""
    application = load(_rows(), request.user, ASSESS, pk=pk)
    station = counter_of(request.user, ASSESS)
    form = AssessForm(request.POST or None, request.FILES or None, currency=application.currency)
    return form_page(
        request,
        operation=ASSESS,
        form=form,
        service=partial(_assess, application=application, station=station, form=form),
        then=lambda _made: page_of("loans:application")(application),
        template="finance/loans/assess.html",
        page=lambda: {"application": application},
    )


def _assess(
    *, application: LoanApplication, station: Station, form: AssessForm, by: User, at: dt.datetime, **typed: Any
) -> Assessment:
    stored = [store_photo(upload=photo, by=by.pk, at=at, field="photo1").pk for photo in form.photos]
    return services.assess_application(
        application=application,
        station=station,
        relationship=typed["relationship"],
        seen=form.seen,
        opinion=typed["opinion"],
        photos=stored,
        by=by,
        at=at,
    )


@requires(READ, one_object=True)
def plan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The plan on paper, A4: of what was approved, or of what was asked for."""
    application = load(_rows(), request.user, READ, pk=pk)
    quote = _quote_of(application)
    rows = quote.schedule.rows if quote else ()
    page = {
        "application": application,
        "late_after": LATE_AFTER,
        "quote": quote,
        "is_approved": application.approved is not None,
        "table": table_of(quote.schedule, application.currency) if quote else None,
        "effective": percent(quote.price.effective_bp) if quote else "",
        "nominal": percent(quote.price.nominal_bp) if quote else "",
        "is_moved": any(row.due != row.end for row in rows),
        "is_unconfirmed": any(row.calendar_unconfirmed for row in rows),
        "penalty": penalty_words(application.version, rows[0].principal or quote.amount.minor) if quote else "",
        "size": "a4",
    }
    return render(request, "finance/loans/plan.html", page)


def _rows() -> QuerySet[LoanApplication]:
    return LoanApplication.objects.select_related(
        *("person__household", "station__county", "second_station", "product__lender", "version__product__lender"),
        *("recommender", "appraiser", "approver", "approver2", "loan", "group"),
    )


def _context(request: HttpRequest, application: LoanApplication) -> dict[str, Any]:
    quote, at = _quote_of(application), now()
    visits = list(assessments_of(application.pk).prefetch_related("photos"))
    checks = latest_checks(application.pk)
    score = score_shown(application.pk) if may(request.user, APPRAISE) else None
    case = None
    if may(request.user, APPRAISE):
        case = case_figures(application, score=score, checks=checks, visits=visits, quote=quote, at=at)
    return {
        "application": application,
        "kind": kind_of(application),
        "score": score,
        "checks": checks,
        "visits": visits,
        "quote": quote,
        "waiting": waiting_shown(application, at=at),
        "case": case,
        "appraisals": list(application.appraisals.select_related("appraiser").order_by("-pk")),
        "chart": chart_of(quote) if quote else None,
        "table": table_of(quote.schedule, application.currency) if quote else None,
        "effective": percent(quote.price.effective_bp) if quote else "",
        "may_assess": may(request.user, ASSESS) and APPLICATION.allows("record_assessment", application.status),
        "history": history_of(application, reasons=REASON_WORDS),
        "loan": getattr(application, "loan", None),
    }


def _quote_of(application: LoanApplication) -> services.Quote | None:
    """The plan of what was approved, or of what was asked for; None where the terms give none today."""
    amount = application.approved or application.requested
    installments = application.approved_installments or application.installments
    try:
        return services.quote_loan(version=application.version, amount=amount, installments=installments, at=now())
    except Refused:
        return None


def _is_first(application: LoanApplication, _user: User) -> bool:
    return application.approver_id is None


def _waits_for_second(application: LoanApplication, _user: User) -> bool:
    return application.approver_id is not None


def _is_unsigned(application: LoanApplication, _user: User) -> bool:
    return not hasattr(application, "loan")


def _sign(
    *, application: LoanApplication, on: dt.date, code: str, paper: UploadedFile | None, by: User, at: dt.datetime
) -> Loan:
    stored = store_photo(upload=paper, by=by.pk, at=at, field="paper").pk if paper else None
    return services.sign_contract(application=application, on=on, code=code, paper=stored, by=by, at=at)


def _plan_of(_request: HttpRequest, application: LoanApplication) -> dict[str, Any]:
    return {"quote": _quote_of(application) if application.approved else None}


def _form_of(_request: HttpRequest, application: LoanApplication) -> dict[str, Any]:
    return {"application": application}


APPLICATION_PAGE = ObjectPage(
    name="loans:application",
    template="finance/loans/application.html",
    grant=READ,
    noun="application",
    rows=_rows,
    context=_context,
    machine=APPLICATION,
    actions={
        "submit": PageAction(
            grant="finance.submit_application",
            service=services.submit_application,
            arrow="submit_application",
            title=_("Send it to the lender"),
            button=_("Send it"),
            doing=_("Sending…"),
        ),
        "withdraw": PageAction(
            grant="finance.withdraw_application",
            service=services.withdraw_application,
            arrow="withdraw_application",
            title=_("The borrower does not want it any more"),
            button=_("Withdraw it"),
            doing=_("Recording…"),
            kind="",
        ),
        "appraise": PageAction(
            grant=APPRAISE,
            service=services.appraise_application,
            form=AppraiseForm,
            form_kwargs=_form_of,
            arrow="appraise_application",
            shortcut="a",
            title=_("Your proposal"),
            button=_("Propose it to the second officer"),
            doing=_("Recording…"),
        ),
        "approve": PageAction(
            grant="finance.approve_application",
            service=services.approve_application,
            arrow="approve_application",
            shortcut="a",
            is_open=_is_first,
            title=_("Approve what is proposed"),
            button=_("Approve"),
            doing=_("Recording…"),
        ),
        "co-approve": PageAction(
            grant="finance.co_approve_application",
            service=services.co_approve_application,
            arrow="co_approve_application",
            shortcut="a",
            is_open=_waits_for_second,
            title=_("Approve as the second person"),
            button=_("Approve too"),
            doing=_("Recording…"),
        ),
        "reject": PageAction(
            grant="finance.reject_application",
            service=services.reject_application,
            form=ReasonsForm,
            arrow="reject_application",
            shortcut="d",
            title=_("Decline it"),
            button=_("Decline for these reasons"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "reconsider": PageAction(
            grant="finance.reconsider_application",
            service=services.reconsider_application,
            arrow="reconsider_application",
            shortcut="a",
            title=_("Look at it again"),
            button=_("Look again"),
            doing=_("Recording…"),
        ),
        "send-code": PageAction(
            grant=SIGN,
            service=services.send_signing_code,
            arrow="sign_contract",
            is_open=_is_unsigned,
            title=_("A code to the borrower’s phone"),
            button=_("Send the code"),
            doing=_("Sending…"),
            kind="",
        ),
        "sign": PageAction(
            grant=SIGN,
            service=_sign,
            form=SignContractForm,
            form_kwargs=_plan_of,
            arrow="sign_contract",
            is_open=_is_unsigned,
            then=page_of("loans:loan"),
            title=_("The borrower signs"),
            button=_("Sign the contract"),
            doing=_("Recording…"),
        ),
    },
)
