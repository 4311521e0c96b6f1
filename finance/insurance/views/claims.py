"""Claims: a new one with the camera first, one claim on one page with everything that may be done, an appeal."""

import datetime as dt
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy as _

from core.access import load, requires
from core.files.services import store_photo
from core.money import Money
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from finance.insurance import services
from finance.insurance.claim_display import ceilings_shown, checks_shown, papers_of, payments_shown
from finance.insurance.claim_forms import (
    ApproveForm,
    CorrectAccountForm,
    DeclineForm,
    NewClaimForm,
    PhotoOfClaimForm,
    ProcessForm,
    VisitForm,
    WordsForm,
)
from finance.insurance.claim_lists import clock_words, kind_of_claim
from finance.insurance.display import REASON_WORDS, how_much
from finance.insurance.forms import ReasonForm
from finance.insurance.machine import CLAIM
from finance.insurance.models import Benefit, Claim, ClaimDecision, ClaimPayment, Policy
from finance.insurance.queries import payees_of, policies_of
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.people.models import Person, RecordsOfPerson
from stations.requests import SignedInRequest

READ, START = "finance.read_claim", "finance.start_claim"


@requires(START)
def new(request: SignedInRequest) -> HttpResponse:
    """For whom, what happened, then photos and figures."""
    station = counter_of(request.user, START)
    person = _person(request)
    if person is None:
        return render(request, "finance/insurance/claim_for_whom.html", {})
    policies = [each for each in policies_of(person) if each.status in (Policy.Status.ACTIVE, Policy.Status.EXPIRED)]
    policy = next((each for each in policies if str(each.pk) == request.GET.get("policy")), None)
    offered = _offered(policies)
    benefit = next(
        (row for each, row in offered if policy and each.pk == policy.pk and str(row.pk) == request.GET.get("benefit")),
        None,
    )
    if policy is None or benefit is None:
        choices = [(row, how_much(row, each.product.currency), _address(person, each, row)) for each, row in offered]
        return render(request, "finance/insurance/claim_choose.html", {"person": person, "choices": choices})
    payees = payees_of(policy, localdate())
    form = NewClaimForm(
        request.POST or None,
        request.FILES or None,
        benefit=benefit,
        payees=payees,
        currency=policy.product.currency,
    )
    return form_page(
        request,
        operation=START,
        form=form,
        service=partial(_start, policy=policy, benefit=benefit, station=station, form=form),
        then=page_of("insurance:claim"),
        template="finance/insurance/claim_new.html",
        page=lambda: {"person": person, "benefit": benefit, "policy": policy, "payees": payees},
    )


def _person(request: SignedInRequest) -> Person | None:
    pk = request.GET.get("person")
    return load(Person.objects.living(), request.user, "stations.read_person", pk=pk) if pk else None


def _offered(policies: list[Policy]) -> list[tuple[Policy, Benefit]]:
    rows = Benefit.objects.filter(version__in=[each.version_id for each in policies]).order_by("pk")
    found = rows.exclude(formula=Benefit.Formula.PARAMETRIC)
    return [(each, row) for each in policies for row in found if row.version_id == each.version_id]


def _address(person: Person, policy: Policy, benefit: Benefit) -> str:
    return f"?{urlencode({'person': person.pk, 'policy': policy.pk, 'benefit': benefit.pk})}"


def _start(
    *, policy: Policy, benefit: Benefit, station: Any, form: NewClaimForm, by: User, at: dt.datetime, **typed: Any
) -> Claim:
    pay_to = services.PayTo(typed["payee"], typed["bank_code"], typed["account_no"], typed["holder_name"])
    claim = services.start_claim(
        policy=policy,
        benefit=benefit,
        event_date=typed["event_date"],
        amount=typed.get("amount") or None,
        public_cover=typed.get("public_cover") or None,
        grade=typed.get("grade", ""),
        pay_to=pay_to,
        station=station,
        by=by,
        at=at,
        key=form.cleaned_data["key"],
    )
    for name, kind, photo in form.photos:
        file = store_photo(upload=photo, by=by.pk, at=at, field=name)
        services.add_evidence(claim=claim, kind=kind, file=file, by=by, at=at)
    return claim


def _claims() -> QuerySet[Claim]:
    return Claim.objects.select_related(
        *("person", "payee", "station__county", "policy__household", "policy__product__insurer"),
        *("policy__version__product__insurer", "policy__version__payer_fund", "benefit", "account"),
        *("filer", "assessor", "decider", "sender", "restores", "restored_as", "appeal"),
    ).annotate(
        records_of_insured=RecordsOfPerson(F("person")),
        was_sent=Exists(ClaimPayment.objects.filter(claim=OuterRef("pk"))),
    )


def _context(request: SignedInRequest, claim: Claim) -> dict[str, Any]:
    """In nine statements; `test_insurance_doors.py` counts those of the whole page."""
    checks = services.latest_checks(claim)
    evidence, similar = papers_of(claim, checks)
    beside = [each.claim.person for each in similar]
    services.log_claim_read(claim=claim, user=request.user, at=now(), beside=beside)
    photos = ClaimDecision.photos.through.objects.filter(claimdecision=OuterRef("pk")).order_by("pk")
    steps = claim.decisions.select_related("by").annotate(photo_ids=ArraySubquery(photos.values("storedfile")))
    decisions = list(steps.order_by("pk"))
    took_part = [claim.filer, claim.assessor, claim.decider, claim.sender, *(each.by for each in decisions)]
    rests = services.rests(claim)
    return {
        "claim": claim,
        "kind": kind_of_claim(claim),
        "clock": clock_words(claim, localdate(), is_resting=rests),
        "rests": rests,
        "is_stuck": _is_stuck(claim),
        "missing": services.papers_missing(claim) if claim.status == Claim.Status.DRAFT else [],
        "how": how_much(claim.benefit, claim.currency),
        "evidence": evidence,
        "checks": checks_shown(checks),
        "similar": similar,
        "decisions": decisions,
        "ceilings": ceilings_shown(claim, claim.records_of_insured),
        "payments": payments_shown(claim) if claim.was_sent else [],
        "appeal_made": getattr(claim, "appeal", None),
        "follow_up": getattr(claim, "restored_as", None),
        "history": history_of(claim, reasons=REASON_WORDS, known=[each for each in took_part if each]),
    }


def _add_photo(*, claim: Claim, photo: Any, kind: str, bill: services.Bill, by: User, at: dt.datetime) -> Claim:
    file = store_photo(upload=photo, by=by.pk, at=at, field="photo")
    services.add_evidence(claim=claim, kind=kind, file=file, bill=bill, by=by, at=at)
    return claim


def _visited(*, claim: Claim, words: str, photo1: Any, photo2: Any, by: User, at: dt.datetime) -> Claim:
    taken = [photo for photo in (photo1, photo2) if photo]
    stored = [store_photo(upload=photo, by=by.pk, at=at, field="photo1").pk for photo in taken]
    return services.deliver_review(claim=claim, words=words, photos=stored, by=by, at=at)


def _of_claim(_request: HttpRequest, claim: Claim) -> dict[str, Any]:
    return {"claim": claim}


def _amount_of(_request: HttpRequest, claim: Claim) -> dict[str, Any]:
    return {"amount": claim.assessed or Money(0, claim.currency)}


def _payees_of(_request: HttpRequest, claim: Claim) -> dict[str, Any]:
    return {"payees": payees_of(claim.policy, localdate())}


def _has_another_payee(claim: Claim, _user: User) -> bool:
    return services.needs_another_account(claim) and bool(payees_of(claim.policy, localdate()))


def _is_stuck(claim: Claim) -> bool:
    """Whether an approved claim can go to nobody: no one of the family who lives may be paid."""
    waits = claim.status == Claim.Status.VALUATED and services.needs_another_account(claim)
    return waits and not payees_of(claim.policy, localdate())


def _needs_visit(claim: Claim, _user: User) -> bool:
    return claim.review == Claim.Review.SELECTED and not services.rests(claim)


def _needs_no_visit(claim: Claim, _user: User) -> bool:
    return claim.review != Claim.Review.SELECTED and not services.rests(claim)


def _is_proposed(claim: Claim, _user: User) -> bool:
    return claim.assessed_minor is not None and not services.rests(claim)


def _goes_on(claim: Claim, _user: User) -> bool:
    return not services.rests(claim)


def _is_asked(claim: Claim, _user: User) -> bool:
    return claim.documents_asked_at is not None


def _is_not_asked(claim: Claim, _user: User) -> bool:
    return claim.documents_asked_at is None


def _may_be_withdrawn(claim: Claim, _user: User) -> bool:
    return not services.is_looked_at(claim) or services.rests(claim)


def _is_not_appealed(claim: Claim, _user: User) -> bool:
    return getattr(claim, "appeal", None) is None


CLAIM_PAGE = ObjectPage(
    name="insurance:claim",
    template="finance/insurance/claim.html",
    grant=READ,
    noun="claim",
    rows=_claims,
    context=_context,
    machine=CLAIM,
    actions={
        "enter": PageAction(
            grant="finance.enter_claim",
            service=services.enter_claim,
            arrow="enter_claim",
            title=_("File it with the insurer"),
            button=_("File it"),
            doing=_("Filing…"),
        ),
        "add-photo": PageAction(
            grant=START,
            service=_add_photo,
            form=PhotoOfClaimForm,
            form_kwargs=_of_claim,
            arrow="add_evidence",
            title=_("One more photo"),
            button=_("Add it"),
            doing=_("Storing…"),
        ),
        "answer-documents": PageAction(
            grant="finance.answer_documents",
            service=services.answer_documents,
            form=WordsForm,
            arrow="answer_documents",
            is_open=_is_asked,
            title=_("The papers are there"),
            button=_("Tell the assessor"),
            doing=_("Recording…"),
        ),
        "review": PageAction(
            grant="finance.deliver_review",
            service=_visited,
            form=VisitForm,
            arrow="deliver_review",
            shortcut="a",
            is_open=_needs_visit,
            title=_("The visit"),
            button=_("Record what I found"),
            doing=_("Recording…"),
        ),
        "process": PageAction(
            grant="finance.process_claim",
            service=services.process_claim,
            form=ProcessForm,
            form_kwargs=_of_claim,
            arrow="process_claim",
            shortcut="a",
            is_open=_needs_no_visit,
            title=_("Your proposal"),
            button=_("Propose it to the second person"),
            doing=_("Recording…"),
        ),
        "approve": PageAction(
            grant="finance.approve_claim",
            service=services.approve_claim,
            form=ApproveForm,
            form_kwargs=_amount_of,
            arrow="approve_claim",
            shortcut="a",
            is_open=_is_proposed,
            title=_("Approve what is proposed"),
            button=_("Approve"),
            doing=_("Recording…"),
        ),
        "pay": PageAction(
            grant="finance.send_claim_payment",
            service=services.send_claim_payment,
            arrow="send_claim_payment",
            title=_("Pay it to the family's account"),
            button=_("Send it to the bank"),
            doing=_("Sending…"),
        ),
        "account": PageAction(
            grant=START,
            service=services.correct_claim_account,
            form=CorrectAccountForm,
            form_kwargs=_payees_of,
            arrow="correct_claim_account",
            is_open=_has_another_payee,
            title=_("Another account of the family"),
            button=_("Record it"),
            doing=_("Recording…"),
        ),
        "documents": PageAction(
            grant="finance.ask_documents",
            service=services.ask_for_documents,
            form=WordsForm,
            arrow="ask_for_documents",
            is_open=_is_not_asked,
            title=_("Ask for more papers"),
            button=_("Ask the family"),
            doing=_("Recording…"),
        ),
        "appeal": PageAction(
            grant="finance.file_appeal",
            service=services.file_appeal,
            form=WordsForm,
            arrow="file_appeal",
            is_open=_is_not_appealed,
            title=_("Appeal"),
            button=_("Send the appeal"),
            doing=_("Sending…"),
            then=page_of("insurance:appeal"),
        ),
        "reject": PageAction(
            grant="finance.reject_claim",
            service=services.reject_claim,
            form=DeclineForm,
            arrow="reject_claim",
            shortcut="d",
            is_open=_goes_on,
            title=_("Decline it"),
            button=_("Decline for these reasons"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "return": PageAction(
            grant="finance.return_claim",
            service=services.return_to_assessor,
            form=ReasonForm,
            arrow="return_to_assessor",
            title=_("Return it to the assessor"),
            button=_("Return it"),
            doing=_("Recording…"),
            kind="",
        ),
        "reverse": PageAction(
            grant="finance.reverse_claim_approval",
            service=services.reverse_approval,
            form=ReasonForm,
            arrow="reverse_approval",
            title=_("Reverse the approval"),
            button=_("Reverse it"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "withdraw": PageAction(
            grant="finance.withdraw_claim",
            service=services.withdraw_claim,
            arrow="withdraw_claim",
            is_open=_may_be_withdrawn,
            title=_("The family does not want it any more"),
            button=_("Withdraw it"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
