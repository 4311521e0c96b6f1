"""Paying a bill at the counter: choose, read back, check, pay."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.days import day_in
from core.forms import Outcome, PressForm
from core.money import Money
from core.web.page_actions import form_page, page_of, send_form, to
from finance.bills import reminders, services
from finance.bills.forms import DirectForm, ParametersForm, PayForm, PayWithRefundForm, SpendBySlipForm, SpendForm
from finance.bills.models import BillAccount, Biller, BillFetch
from finance.bills.names import is_like
from finance.bills.queries import accounts_of, begun_payment, billers_serving, bills_waiting
from finance.bills.waiting import wait_for_answer
from finance.fees.services import FeeQuote
from finance.floats.queries import float_after, money_rules
from finance.payments.models import Payment, Refund
from finance.payments.queries import owed_to
from finance.payments.services import Tender
from finance.payments.views.refunds import proof_in
from finance.tills.whose_cash import WhoseCash, whose_cash
from stations.current_station import counter_of
from stations.models import Person, Station
from stations.network.queries import service_open
from stations.people.masking import mask_name
from stations.people.queries import age_on, village_of
from stations.people.services.guardians import ADULT_AGE
from stations.requests import SignedInRequest

PAY, SPEND, REMIND = "finance.pay_bill", "finance.spend_refund", "finance.remind_bill"


@requires(PAY)
def choose(request: SignedInRequest) -> HttpResponse:
    """What this household paid before, then every biller that serves the place."""
    station, payer = counter_of(request.user, PAY), _payer(request)
    household = payer.household if payer else None
    known = accounts_of(household) if household else []
    page = {
        "payer": payer,
        "accounts": [(account, _again(account, payer)) for account in known] if payer else [],
        "waiting": bills_waiting(household, at=now()) if household else [],
        "billers": billers_serving(on=day_in(station.zone, now()), station=station),
        "query": _query(payer),
    }
    return render(request, "finance/bills/choose.html", page)


@requires(PAY)
def ask(request: SignedInRequest, code: str) -> HttpResponse:
    """Type what the biller asks for, and ask it for the bill."""
    station, payer, biller = counter_of(request.user, PAY), _payer(request), _biller(code)
    if biller.fetch == Biller.Fetch.NOT_SUPPORTED:
        return _pay_directly(request, biller, station, payer)
    return form_page(
        request,
        operation=PAY,
        form=ParametersForm(request.POST or None, biller=biller, initial=_remembered(request, biller, payer)),
        service=partial(services.request_fetch, biller=biller, station=station, payer=payer),
        then=page_of("bills:check"),
        template="finance/bills/ask.html",
        page=lambda: _asked(biller, payer),
    )


@requires(PAY, one_object=True)
def check(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The bill as the biller shows it, read back and paid; once begun, coming back leads to what became of it."""
    fetch = load(_fetches(), request.user, PAY, pk=pk)
    if fetch.status == BillFetch.Status.REQUESTED:
        fetch = wait_for_answer(fetch.pk) or fetch
    if fetch.status != BillFetch.Status.FOUND:
        return render(request, "finance/bills/no_bill.html", {"fetch": fetch, "query": _query(fetch.payer)})
    if begun := _begun(request, fetch):
        return begun
    station = counter_of(request.user, PAY, code=fetch.station.code)

    def again(outcome: Outcome[PayForm]) -> HttpResponse:
        form, is_not_allowed = outcome.form, outcome.code == services.AmountNotAllowed.code
        quote = _quote(request, fetch, station, fetch.amount if is_not_allowed else form.price)
        form.show(quote)
        page = {
            "form": form,
            "quote": quote,
            "whose": _whose_cash(request, station),
            "float": float_after(station, quote.total, at=now()),
            "may_remind": may(request.user, REMIND),
            "owed": owed_to(fetch.payer).open_to(request.user, SPEND).filter(amount_minor__lte=quote.total.minor),
            **_read_back(fetch),
        }
        return render(request, "finance/bills/check.html", page, status=outcome.status)

    return send_form(
        request,
        operation=PAY,
        form=PayForm(request.POST or None, fetch=fetch),
        service=_paying(fetch, station),
        then=page_of("payments:payment"),
        again=again,
    )


@require_POST
@requires(REMIND, one_object=True)
def remind(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """From now on the household hears of bills like this one before they are due."""
    return _reminded(request, pk, reminders.remind_bill)


@require_POST
@requires(REMIND, one_object=True)
def stop_reminding(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """No more of that."""
    return _reminded(request, pk, reminders.stop_reminding)


def _reminded(request: SignedInRequest, pk: UUID, service: Any) -> HttpResponse:
    fetch = load(_fetches(), request.user, REMIND, pk=pk)
    back = to("bills:check", pk)

    def again(outcome: Outcome[PressForm]) -> HttpResponse:
        messages.error(request, " ".join(str(words) for found in outcome.form.errors.values() for words in found))
        return redirect(back(fetch))

    return send_form(
        request,
        operation=REMIND,
        form=PressForm(request.POST),
        service=partial(service, fetch=fetch),
        then=back,
        again=again,
    )


@requires(SPEND, one_object=True)
def spend(request: SignedInRequest, pk: UUID, refund: Any) -> HttpResponse:
    """Pay a fetched bill with money that is owed back to its payer; the rest is company cash."""
    fetch = load(_fetches(), request.user, PAY, pk=pk)
    owed = load(owed_to(fetch.payer), request.user, SPEND, pk=refund)
    if begun := _begun(request, fetch):
        return begun
    station = counter_of(request.user, SPEND, code=fetch.station.code)
    forms = _spending_forms(request, fetch)

    def again(outcome: Outcome[PayWithRefundForm]) -> HttpResponse:
        quote = _quote(request, fetch, station, fetch.amount)
        for each in forms.values():
            each.show(quote)
        page = {
            "fetch": fetch,
            "refund": owed,
            "quote": quote,
            "rest": quote.total - owed.amount,
            "fits": owed.amount <= quote.total,
            "send": PressForm(),
            "send_page": f"{reverse('payments:send-code', args=[owed.pk])}?{urlencode({'next': request.path})}",
            "name": mask_name(fetch.customer_name),
            **forms,
        }
        return render(request, "finance/bills/spend.html", page, status=outcome.status)

    return send_form(
        request,
        operation=SPEND,
        form=forms["by_slip"] if forms["by_slip"].is_bound else forms["by_code"],
        service=partial(_spend, request, owed, _paying(fetch, station)),
        then=page_of("payments:payment"),
        again=again,
    )


def _spend(
    request: SignedInRequest,
    owed: Refund,
    pay: Callable[..., Payment],
    *,
    tender: Tender,
    proved: dict[str, Any],
    **how: Any,
) -> Payment:
    """The bill is paid with what is owed back, and what was typed proves that it is the payer's."""
    return pay(tender=replace(tender, refund=owed, proof=proof_in(request, proved, owed)), **how)


def _begun(request: SignedInRequest, fetch: BillFetch) -> HttpResponse | None:
    """To the payment that pays this bill whole, for the one who comes back to its page."""
    begun = begun_payment(fetch) if request.method == "GET" else None
    return redirect("payments:payment", pk=begun.pk) if begun else None


def _paying(fetch: BillFetch, station: Station) -> Callable[..., Payment]:
    """Pays a fetched bill as it stood on the page."""
    return partial(services.pay_bill, biller=fetch.biller, fetch=fetch, parameters={}, station=station)


def _quote(request: SignedInRequest, fetch: BillFetch, station: Station, amount: Money) -> FeeQuote:
    """What paying this much of a fetched bill costs here, now."""
    return services.quote_bill(
        biller=fetch.biller, amount=amount, station=station, by=request.user, at=now(), fetch=fetch
    )


def _whose_cash(request: SignedInRequest, station: Station) -> WhoseCash:
    """Whose the cash is that this sale brings."""
    at = now()
    offered = service_open(station, services.SERVICE, request.user, at)
    rules = money_rules(station, on=day_in(station.zone, at))
    return whose_cash(station, rules=rules, at=at, is_essential=offered.is_essential)


def _read_back(fetch: BillFetch) -> dict[str, Any]:
    """What the page of a bill says of it and of its payer, whatever is paid."""
    payer = fetch.payer
    return {
        "fetch": fetch,
        "name": mask_name(fetch.customer_name),
        "parameters": services.shown_parameters(fetch),
        "query": _query(payer),
        "village": village_of(payer).short_name if payer else "",
        "born": payer.birth_date.year if payer and payer.birth_date else "",
        "draft": f"pay_bill {fetch.pk}",
        "account": reminders.account_of(fetch),
        "press": PressForm(),
        "is_unlike": payer is not None and _is_unlike(fetch.customer_name, payer),
        "is_child": payer is not None and _is_child(payer),
    }


def _is_unlike(shown: str, payer: Person) -> bool:
    """Whether the bill is in the name of nobody in the payer's household."""
    if not shown or is_like(shown, payer.full_name):
        return False
    at_home = Person.objects.filter(household=payer.household_id) if payer.household_id else Person.objects.none()
    return not any(is_like(shown, name) for name in at_home.values_list("full_name", flat=True))


def _is_child(payer: Person) -> bool:
    age = age_on(payer.birth_date, day_in(payer.home_station.zone, now()))
    return age is not None and age < ADULT_AGE


def _spending_forms(request: SignedInRequest, fetch: BillFetch) -> dict[str, PayWithRefundForm]:
    """Against the code and against the earlier slip, bound where it is the one that was sent."""
    by_code = request.POST if "code" in request.POST else None
    by_slip = (request.POST, request.FILES) if "slip_no" in request.POST else ()
    return {
        "by_code": SpendForm(by_code, fetch=fetch),
        "by_slip": SpendBySlipForm(*by_slip, fetch=fetch, auto_id="slip_%s"),
    }


def _pay_directly(request: SignedInRequest, biller: Biller, station: Station, payer: Person | None) -> HttpResponse:
    tender = Tender(payer=payer, payer_phone=str(payer.phone) if payer else "")
    return form_page(
        request,
        operation=PAY,
        form=DirectForm(request.POST or None, biller=biller, initial=_remembered(request, biller, payer)),
        service=partial(services.pay_bill, biller=biller, fetch=None, station=station, tender=tender),
        then=page_of("payments:payment"),
        template="finance/bills/ask.html",
        page=lambda: {**_asked(biller, payer), "is_direct": True},
    )


def _asked(biller: Biller, payer: Person | None) -> dict[str, Any]:
    return {"biller": biller, "payer": payer, "query": _query(payer), "draft": _draft(biller, payer)}


def _fetches() -> Any:
    return BillFetch.objects.select_related(
        "biller__provider",
        "biller__category",
        "payer__village",
        "payer__home_station__village",
        "household",
        "station__county",
    )


def _payer(request: SignedInRequest) -> Person | None:
    pk = request.GET.get("person")
    if not pk:
        return None
    return load(Person.objects.select_related("household"), request.user, "stations.find_person", pk=pk)


def _biller(code: str) -> Biller:
    biller = Biller.objects.select_related("provider", "category").filter(code=code).first()
    if biller is None:
        raise Http404
    return biller


def _remembered(request: SignedInRequest, biller: Biller, payer: Person | None) -> dict[str, str]:
    """The numbers that the household used before, so that nobody types them twice."""
    if payer is None or payer.household_id is None:
        return {}
    accounts = BillAccount.objects.filter(household=payer.household, biller=biller)
    chosen = request.GET.get("account", "")
    account = accounts.filter(pk=chosen).first() if chosen.isdigit() else None
    return account.parameters if account else {}


def _again(account: BillAccount, payer: Person) -> str:
    """Where the next bill of an account is fetched, its numbers filled in."""
    asked = {"person": payer.pk, "account": account.pk}
    return f"{reverse('bills:ask', args=[account.biller.code])}?{urlencode(asked)}"


def _draft(biller: Biller, payer: Person | None) -> str:
    return f"ask_bill {biller.code} {payer.pk if payer else ''}".strip()


def _query(payer: Person | None) -> str:
    return f"?{urlencode({'person': payer.pk})}" if payer else ""
