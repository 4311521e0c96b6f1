"""Recharging a phone at the counter: whose number, which plan, check, pay.

A whole number never stands in an address: it goes by POST from page to page, encrypted. One from our records is masked
until the last page, where it is read aloud.
"""

import datetime as dt
from dataclasses import dataclass
from functools import partial
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
from finance.floats.queries import float_after, money_rules
from finance.payments.models import Payment
from finance.payments.phone_fields import is_sealed, seal, unseal
from finance.recharge import services
from finance.recharge.forms import MovedForm, NumberForm, PayForm, ShelfForm
from finance.recharge.models import Operator, Plan
from finance.recharge.numbers import Number, operator_of, read_number
from finance.recharge.queries import operators_on, plan_called, shelf_of
from finance.tills.whose_cash import WhoseCash, whose_cash
from stations.current_station import counter_of
from stations.models import Person
from stations.network.models import Station
from stations.network.queries import service_open
from stations.people.masking import mask_national_phone
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
    if request.method == "POST":
        is_sealed_number = is_sealed(request.POST.get("phone", ""))
        form = _number_form(request, country=station.county.country) if is_sealed_number else NumberForm(request.POST)
        payer = _person(request, request.POST.get("person"))
    else:
        payer = _person(request, request.GET.get("person"))
        known = _phone_of(request, payer)
        form = NumberForm(
            initial={
                "phone": mask_national_phone(known),
                "known": known,
                "person": payer.pk if payer else None,
            }
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
    phone = _e164(form.cleaned_data["phone"], country=operator.country)
    pay_form = PayForm(
        operator=operator,
        payer=payer,
        phone=phone,
        initial={
            "phone": phone,
            "operator": operator.code,
            "plan": code,
            "person": payer.pk if payer else None,
        },
    )
    return _check(request, pay_form, pick, phone=phone, station=station, payer=payer)


@require_POST
@requires(RECHARGE)
def pay(request: SignedInRequest) -> HttpResponse:
    """Recharge the phone; refused, the page comes back with what was typed."""
    operator = _operator(request.POST.get("operator", ""))
    if operator is None:
        return redirect("recharge:choose")
    station, payer = counter_of(request.user, RECHARGE), _person(request, request.POST.get("person"))
    phone, code = _sent(request), request.POST.get("plan", "")
    form = PayForm(request.POST, operator=operator, payer=payer, phone=_e164(phone, country=operator.country))
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
        "number": mask_national_phone(number.e164) if number and form.shows_mask else number and number.shown,
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
        "whose": _whose_cash(request, station),
        "float": float_after(station, quote.total, at=now()),
        "village": village_of(payer).short_name if payer else "",
        "back": f"?{urlencode({'person': payer.pk})}" if payer else "",
        "draft": f"recharge {operator.code} {plan.code if plan else quote.amount} {payer.pk if payer else ''}".strip(),
    }
    return render(request, "finance/recharge/check.html", page, status=status)


def _whose_cash(request: SignedInRequest, station: Station) -> WhoseCash:
    """Whose the cash is that this sale brings."""
    at = now()
    offered = service_open(station, services.SERVICE, request.user, at)
    rules = money_rules(station, on=day_in(station.zone, at))
    return whose_cash(station, rules=rules, at=at, is_essential=offered.is_essential)


def _number(form: NumberForm, *, country: str) -> Number | None:
    """The number that was typed or is known. Raises `PhoneInvalid`."""
    if form.is_bound and not form.is_valid():
        return None
    return read_number(form.number, country=country) if form.number else None


def _operator_for(form: NumberForm, number: Number | None, *, station: Station, on: dt.date) -> Operator | None:
    """The operator that was named by hand, because the number has moved; else the one its digits say."""
    if number is None:
        return None
    country = station.county.country
    named = form.cleaned_data.get("operator") if form.is_bound else ""
    chosen = operators_on(on, country=country).filter(code=named).first() if named else None
    return chosen or operator_of(number.national, country=country, on=on)


def _number_form(request: SignedInRequest, *, country: str) -> NumberForm:
    """The first page again, with the number of the later page, masked."""
    typed = {name: request.POST.get(name, "") for name in ("person", "operator")}
    known = _e164(_sent(request), country=country)
    return NumberForm({**typed, "phone": mask_national_phone(known) or _sent(request), "known": seal(known)})


def _sent(request: SignedInRequest) -> str:
    """The number that a later page carries; empty where it carries none of ours."""
    try:
        return unseal(request.POST.get("phone", ""))
    except ValueError:
        return ""


def _e164(phone: str, *, country: str) -> str:
    """A number as it is stored; one that cannot be read as it is."""
    try:
        return read_number(phone, country=country).e164
    except Refused:
        return phone


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


def _phone_of(request: SignedInRequest, payer: Person | None) -> str:
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
            return str(recharged.recharge.phone)
    return str(payer.phone or "")


def _operator(code: str) -> Operator | None:
    return Operator.objects.select_related("provider").filter(code=code).first() if code else None
