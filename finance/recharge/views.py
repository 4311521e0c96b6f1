"""Recharging a phone at the counter: whose number, which plan, check, pay.

A whole number never stands in an address: it goes by POST from page to page.
"""

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core.access import load, requires
from core.days import day_in
from core.errors import Refused
from core.forms import Outcome
from core.money import Money
from core.web.page_actions import page_of, send_form
from finance.floats.queries import float_after
from finance.payments.models import Payment
from finance.recharge import services
from finance.recharge.forms import MovedForm, NumberForm, PayForm, ShelfForm
from finance.recharge.models import Operator, Plan
from finance.recharge.numbers import Number, first_digits, operator_of, read_number
from finance.recharge.queries import operators_on, plan_called, shelf_of
from stations.current_station import counter_of
from stations.models import Person
from stations.network.models import Station
from stations.people.queries import village_of
from stations.requests import SignedInRequest

RECHARGE = "finance.recharge_phone"


@dataclass(frozen=True, slots=True)
class Pick:
    """What was picked for a phone: a plan, or an amount that no plan names."""

    operator: Operator
    plan: Plan | None
    amount: Money | None


@requires(RECHARGE)
def choose(request: SignedInRequest) -> HttpResponse:
    """Whose number, and what its operator sells."""
    station = counter_of(request.user, RECHARGE)
    country = station.county.country
    if request.method == "POST":
        form = NumberForm(request.POST)
        payer = _person(request, request.POST.get("person"))
    else:
        payer = _person(request, request.GET.get("person"))
        form = NumberForm(
            initial={"phone": _phone_of(request, payer, country=country), "person": payer.pk if payer else None}
        )
    return _shelf(request, form, station=station, payer=payer)


@requires(RECHARGE)
def check(request: SignedInRequest) -> HttpResponse:
    """What will be recharged, read back before it is paid."""
    operator = _operator(request.POST.get("operator", ""))
    if operator is None:
        return redirect("recharge:choose")
    station, payer = counter_of(request.user, RECHARGE), _person(request, request.POST.get("person"))
    form = ShelfForm(request.POST, operator=operator, auto_id="shelf_%s")
    if not form.is_valid():
        return _shelf(
            request, _number_form(request, country=station.county.country), station=station, payer=payer, shelf=form
        )
    on, code = day_in(station.zone, now()), request.POST.get("plan", "")
    plan = plan_called(code, operator, on=on) if code else None
    if code and plan is None:
        gone = services.PlanNotSold(operator=operator.title)
        return _shelf(
            request, _number_form(request, country=station.county.country), station=station, payer=payer, refusal=gone
        )
    pick = Pick(operator, plan, None if plan else form.cleaned_data["amount"])
    pay_form = PayForm(
        operator=operator,
        payer=payer,
        initial={
            "phone": form.cleaned_data["phone"],
            "operator": operator.code,
            "plan": code,
            "person": payer.pk if payer else None,
            "payer_phone": payer.phone if payer else form.cleaned_data["phone"],
        },
    )
    return _check(request, pay_form, pick, phone=form.cleaned_data["phone"], station=station, payer=payer)


@require_POST
@requires(RECHARGE)
def pay(request: SignedInRequest) -> HttpResponse:
    """Recharge the phone; refused, the page comes back with what was typed."""
    operator = _operator(request.POST.get("operator", ""))
    if operator is None:
        return redirect("recharge:choose")
    station, payer = counter_of(request.user, RECHARGE), _person(request, request.POST.get("person"))
    form = PayForm(request.POST, operator=operator, payer=payer)
    phone, code = request.POST.get("phone", ""), request.POST.get("plan", "")
    plan = plan_called(code, operator, on=day_in(station.zone, now())) if code else None
    if code and plan is None:
        gone = services.PlanNotSold(operator=operator.title)
        return _shelf(
            request, _number_form(request, country=station.county.country), station=station, payer=payer, refusal=gone
        )

    def again(outcome: Outcome[PayForm]) -> HttpResponse:
        pick = Pick(operator, plan, None if plan else _price(form))
        return _check(request, form, pick, phone=phone, station=station, payer=payer, status=outcome.status)

    return send_form(
        request,
        operation=RECHARGE,
        form=form,
        service=partial(services.recharge_phone, phone=phone, operator=operator, plan=plan, station=station),
        then=page_of("payments:payment"),
        again=again,
    )


def _shelf(
    request: SignedInRequest,
    form: NumberForm,
    *,
    station: Station,
    payer: Person | None,
    shelf: ShelfForm | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    on, number = day_in(station.zone, now()), None
    try:
        number = _number(form, country=station.county.country)
    except Refused as unreadable:
        refusal = refusal or unreadable
    if refusal and form.is_bound:
        form.add_error("phone" if refusal.field == "phone" else None, str(refusal))
    found = _operator_for(form, number, station=station, on=on)
    shown = {"phone": number.e164 if number else "", "person": payer.pk if payer else None}
    if found and shelf is None:
        shelf = ShelfForm(operator=found, initial={**shown, "operator": found.code}, auto_id="shelf_%s")
    others = operators_on(on, country=station.county.country)
    if found:
        others = others.exclude(pk=found.pk)
    page = {
        "form": form,
        "payer": payer,
        "number": number,
        "operator": found,
        "plans": shelf_of(found, on=on).plans if found else [],
        "shelf": shelf,
        "moved": MovedForm(initial=shown, auto_id="moved_%s"),
        "others": others if number else [],
    }
    is_refused = bool(form.errors or (shelf and shelf.errors))
    return render(request, "finance/recharge/choose.html", page, status=422 if is_refused else 200)


def _check(
    request: SignedInRequest,
    form: PayForm,
    pick: Pick,
    *,
    phone: str,
    station: Station,
    payer: Person | None,
    status: int = 200,
) -> HttpResponse:
    operator, plan = pick.operator, pick.plan
    try:
        quote = services.quote_recharge(
            phone=phone,
            operator=operator,
            plan=plan,
            amount=pick.amount,
            station=station,
            by=request.user,
            at=now(),
        )
        number = read_number(phone, country=operator.country)
    except Refused as refusal:
        return _shelf(
            request,
            _number_form(request, country=station.county.country),
            station=station,
            payer=payer,
            refusal=refusal,
        )
    form.show(quote)
    page = {
        "form": form,
        "operator": operator,
        "plan": plan,
        "number": number,
        "quote": quote,
        "payer": payer,
        "is_ported": _begins_elsewhere(number, operator, on=day_in(station.zone, now())),
        "float": float_after(station, quote.total, at=now()),
        "village": village_of(payer).short_name if payer else "",
        "back": f"?{urlencode({'person': payer.pk})}" if payer else "",
        "draft": f"recharge {operator.code} {plan.code if plan else quote.amount} {payer.pk if payer else ''}".strip(),
    }
    return render(request, "finance/recharge/check.html", page, status=status)


def _number(form: NumberForm, *, country: str) -> Number | None:
    """The number that was typed or is known. Raises `PhoneInvalid`."""
    typed = form.cleaned_data.get("phone") if form.is_bound and form.is_valid() else form.initial.get("phone")
    return read_number(typed, country=country) if typed else None


def _operator_for(form: NumberForm, number: Number | None, *, station: Station, on: dt.date) -> Operator | None:
    """The operator that was named by hand, because the number has moved; else the one its digits say."""
    if number is None:
        return None
    country = station.county.country
    named = form.cleaned_data.get("operator") if form.is_bound else ""
    chosen = operators_on(on, country=country).filter(code=named).first() if named else None
    return chosen or operator_of(number.national, country=country, on=on)


def _number_form(request: SignedInRequest, *, country: str) -> NumberForm:
    """The first page again, with what was typed there."""
    typed = {name: request.POST.get(name, "") for name in ("phone", "person", "operator")}
    return NumberForm({**typed, "phone": _as_dialled(typed["phone"], country=country)})


def _begins_elsewhere(number: Number, operator: Operator, *, on: dt.date) -> bool:
    found = operator_of(number.national, country=operator.country, on=on)
    return found is None or found.pk != operator.pk


def _price(form: PayForm) -> Money | None:
    try:
        return form.price
    except Refused:
        return None


def _person(request: SignedInRequest, pk: str | None) -> Person | None:
    if not pk:
        return None
    people = Person.objects.select_related("household", "village", "home_station__village")
    return load(people, request.user, "stations.find_person", pk=pk)


def _phone_of(request: SignedInRequest, payer: Person | None, *, country: str) -> str:
    """The phone recharged the last time, where one came from there; else the person's own."""
    if payer is None:
        return ""
    again = request.GET.get("again", "")
    if again:
        try:
            key = UUID(again)
            paid = Payment.objects.open_to(request.user, "finance.read_payment").filter(payer=payer, pk=key)
            recharged = paid.exclude(recharge=None).select_related("recharge").first()
        except ValueError as error:
            raise Http404 from error
        if recharged:
            return _as_dialled(recharged.recharge.phone, country=country)
    return _as_dialled(payer.phone, country=country)


def _as_dialled(phone: Any, *, country: str) -> str:
    """As people of this country write it; others with their code."""
    return first_digits(str(phone), country=country) if phone else ""


def _operator(code: str) -> Operator | None:
    return Operator.objects.select_related("provider").filter(code=code).first() if code else None
