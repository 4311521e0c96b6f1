"""Cover: a list of people enrolled, an enrolment and its premiums, a policy, a fund."""

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy as _

from core.access import demand_everywhere, load, may, may_everywhere, requires
from core.days import day_in
from core.money import Money
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of, to
from finance.insurance import services
from finance.insurance.display import (
    benefits_table,
    faults_table,
    kind_of_batch,
    kind_of_policy,
    outcome_counts,
)
from finance.insurance.forms import ContributionForm, EnrolForm, EnrolPersonForm, FundForm, ReasonForm
from finance.insurance.machine import ENROLMENT, POLICY
from finance.insurance.models import Benefit, EnrolmentBatch, Fund, Policy
from finance.insurance.payout_forms import PolicyAccountForm
from finance.insurance.queries import (
    batches_to_renew,
    county_for,
    given_to,
    left_in,
    payees_of_payouts,
    premiums_paid_by,
    versions_in_force,
)
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.people.models import Person
from stations.requests import SignedInRequest

READ_FUND, CONTRIBUTE = "finance.read_fund", "finance.record_contribution"
READ_ENROLMENT, ENROL, READ_POLICY = "finance.read_enrolment", "finance.enrol_households", "finance.read_policy"
LATEST = 20


@requires(ENROL)
def enrol(request: SignedInRequest) -> HttpResponse:
    """Enrol the people of a list."""
    county = county_for(request.user, ENROL)
    if county is None:
        raise PermissionDenied
    versions = list(versions_in_force(county))
    return form_page(
        request,
        operation=ENROL,
        form=EnrolForm(request.POST or None, request.FILES or None, versions=versions),
        service=partial(services.enrol_list, county=county),
        then=page_of("insurance:enrolment"),
        template="finance/insurance/enrol.html",
        page=lambda: {"county": county, "versions": versions},
    )


@requires(ENROL)
def enrol_person(request: SignedInRequest) -> HttpResponse:
    """Enrol the person named in the address."""
    pk = request.GET.get("person")
    if not pk:
        return render(request, "finance/insurance/enrol_for_whom.html", {})
    people = Person.objects.living().select_related("home_station__county")
    person = load(people, request.user, "stations.read_person", pk=pk)
    versions = list(versions_in_force(person.home_station.county))
    return form_page(
        request,
        operation=ENROL,
        form=EnrolPersonForm(request.POST or None, versions=versions),
        service=partial(services.enrol_person, person=person),
        then=page_of("insurance:enrolment"),
        template="finance/insurance/enrol_person.html",
        page=lambda: {"person": person, "versions": versions},
    )


@requires(READ_FUND, one_object=True)
def fund(request: SignedInRequest, pk: int) -> HttpResponse:
    """A fund: received, paid for premiums, left, and the latest gifts."""
    found = load(Fund.objects.select_related("region"), request.user, READ_FUND, pk=pk)
    form = ContributionForm(request.POST or None, currency=found.currency)
    if request.method == "POST":
        demand_everywhere(request.user, CONTRIBUTE)
    return form_page(
        request,
        operation=CONTRIBUTE,
        form=form,
        service=partial(services.record_contribution, to=found),
        then=to("insurance:fund", found.pk),
        template="finance/insurance/fund.html",
        page=lambda: _fund_page(request, found),
        done=_("Recorded."),
    )


def _fund_page(request: SignedInRequest, found: Fund) -> dict[str, Any]:
    received, premiums = given_to([found]).get(found.pk, 0), premiums_paid_by([found]).get(found.pk, 0)
    return {
        "fund": found,
        "received": Money(received, found.currency),
        "premiums": Money(premiums, found.currency),
        "left": Money(left_in([found]).get(found.pk, 0), found.currency),
        "contributions": found.contributions.order_by("-pk")[:LATEST],
        "may_record": may_everywhere(request.user, CONTRIBUTE),
    }


def _batches() -> QuerySet[EnrolmentBatch]:
    return EnrolmentBatch.objects.select_related("county", "version__product__insurer", "maker", "checker")


def _batch_context(_request: HttpRequest, batch: EnrolmentBatch) -> dict[str, Any]:
    return {
        "batch": batch,
        "kind": kind_of_batch(batch),
        "counts": outcome_counts(batch),
        "faults": faults_table(batch),
        "benefits": benefits_table(batch.version),
        "history": history_of(batch),
    }


def _funds_for(request: SignedInRequest, batch: EnrolmentBatch) -> dict[str, Any]:
    funds = Fund.objects.given_for(batch.county).filter(currency=batch.currency)
    return {"funds": list(funds.order_by("code"))}


def _may_be_renewed(batch: EnrolmentBatch, _user: User) -> bool:
    return batches_to_renew(localdate()).filter(pk=batch.pk).exists()


ENROLMENT_PAGE = ObjectPage(
    name="insurance:enrolment",
    template="finance/insurance/enrolment.html",
    grant=READ_ENROLMENT,
    noun="batch",
    rows=_batches,
    context=_batch_context,
    machine=ENROLMENT,
    actions={
        "fund": PageAction(
            grant="finance.fund_policies",
            service=services.fund_policies,
            form=FundForm,
            form_kwargs=_funds_for,
            arrow="fund_policies",
            title=_("Pay the premiums"),
            button=_("Pay all premiums"),
            doing=_("Paying…"),
        ),
        "renew": PageAction(
            grant="finance.renew_policies",
            service=services.renew_enrolment,
            is_open=_may_be_renewed,
            then=page_of("insurance:enrolment"),
            title=_("Renew the cover"),
            button=_("Renew their enrolment"),
            doing=_("Enrolling…"),
        ),
    },
)


def _policies() -> QuerySet[Policy]:
    related = (
        "person__merged_into",
        "station__county",
        "household__head",
        "product__insurer",
        "version__product",
        "batch",
    )
    return Policy.objects.select_related(*related)


def _policy_context(request: SignedInRequest, policy: Policy) -> dict[str, Any]:
    return {
        "policy": policy,
        "kind": kind_of_policy(policy),
        "may_claim": policy.status == Policy.Status.ACTIVE and may(request.user, "finance.start_claim"),
        "funding": policy.funding.select_related("fund").order_by("source"),
        "benefits": benefits_table(policy.version),
        "payouts": policy.index_payouts.select_related("window").order_by("-pk"),
        "history": history_of(policy),
    }


def _has_parametric(policy: Policy, _user: User) -> bool:
    return policy.version.benefits.filter(formula=Benefit.Formula.PARAMETRIC).exists()


def _payees(request: SignedInRequest, policy: Policy) -> dict[str, Any]:
    return {"payees": payees_of_payouts(policy, day_in(policy.station.zone, now()))}


POLICY_PAGE = ObjectPage(
    name="insurance:policy",
    template="finance/insurance/policy.html",
    grant=READ_POLICY,
    noun="policy",
    rows=_policies,
    context=_policy_context,
    machine=POLICY,
    actions={
        "account": PageAction(
            grant="finance.set_policy_account",
            service=services.set_policy_account,
            form=PolicyAccountForm,
            form_kwargs=_payees,
            is_open=_has_parametric,
            title=_("Where the money goes"),
            button=_("Record the account"),
            doing=_("Recording…"),
            done=_("Recorded. A colleague of finance confirms it; it is used three days later."),
            kind="",
        ),
        "suspend": PageAction(
            grant="finance.suspend_policy",
            service=services.suspend_policy,
            form=ReasonForm,
            arrow="suspend_policy",
            title=_("Suspend the cover"),
            button=_("Suspend"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "resume": PageAction(
            grant="finance.resume_policy",
            service=services.resume_policy,
            form=ReasonForm,
            arrow="resume_policy",
            title=_("Let the cover go on"),
            button=_("Resume"),
            doing=_("Recording…"),
        ),
        "cancel": PageAction(
            grant="finance.cancel_policy",
            service=services.cancel_policy,
            form=ReasonForm,
            arrow="cancel_policy",
            title=_("Cancel the policy"),
            button=_("Cancel it"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
