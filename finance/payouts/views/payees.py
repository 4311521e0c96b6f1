"""The payees and where they are paid, as finance sees them: confirm, stop, use again, reject, enter."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import demand_everywhere, load, may, may_everywhere, requires
from core.forms import KeyedForm, PressForm, submit
from finance.payouts import services
from finance.payouts.forms import EnteredAccountForm, ReasonForm
from finance.payouts.machine import ACCOUNT
from finance.payouts.models import PayoutAccount
from finance.payouts.queries import accounts_to_look_at, is_payee, user_of
from finance.payouts.views.history import history_of
from finance.payouts.words import home, kind_of, reason
from finance.settlement.queries.payees import names_of
from stations.two_persons import is_same_person

READ, ENTER, CONFIRM, RESTRICT, RELEASE, REJECT = (
    "finance.read_payout_account",
    "finance.enter_payout_account",
    "finance.confirm_payout_account",
    "finance.restrict_payout_account",
    "finance.release_payout_account",
    "finance.reject_payout_account",
)
PAGE = 50


@requires(READ)
def payees(request: HttpRequest) -> HttpResponse:
    """Those that need a person first; find one; enter an organisation's account."""
    form = EnteredAccountForm(request.POST or None)

    def run(data: dict[str, Any]) -> str:
        details = services.BankDetails(data["bank_code"], data["account_no"], data["holder_name"])
        user = user_of(data["payee"])
        entered = services.set_bank_account(payee=data["payee"], user=user, details=details, by=request.user, at=now())
        return _page_of(entered.pk)

    if request.method == "POST":
        demand_everywhere(request.user, ENTER)
        if form.is_valid() and not is_payee(form.cleaned_data["payee"]):
            form.add_error("payee", _("Nobody earns under this code."))
    outcome = submit(request, operation=ENTER, form=form, run=run)
    if outcome.done:
        return outcome.response
    rows = list(accounts_to_look_at(PayoutAccount.objects.open_to(request.user, READ))[:PAGE])
    names = names_of(account.payee for account in rows)
    page = {
        "rows": [(account, names[account.payee], home(account), kind_of(account)) for account in rows],
        "form": outcome.form if may_everywhere(request.user, ENTER) else None,
    }
    return render(request, "finance/payouts/payees.html", page, status=outcome.status)


@requires(READ)
def payee(request: HttpRequest, pk: Any) -> HttpResponse:
    """One account: whose, since when, and what may be done."""
    return render(request, "finance/payouts/payee.html", _page(request, _found(request, READ, pk)))


@require_POST
@requires(CONFIRM)
def confirm(request: HttpRequest, pk: Any) -> HttpResponse:
    """Say that it is the payee's."""
    found = _found(request, CONFIRM, pk)
    return _acted(request, found, CONFIRM, PressForm(request.POST), services.confirm_payout_account)


@require_POST
@requires(RESTRICT)
def restrict(request: HttpRequest, pk: Any) -> HttpResponse:
    """Pay nothing there for now."""
    found = _found(request, RESTRICT, pk)
    return _acted(request, found, RESTRICT, ReasonForm(request.POST), services.restrict_payout_account)


@require_POST
@requires(RELEASE)
def release(request: HttpRequest, pk: Any) -> HttpResponse:
    """Use it again."""
    found = _found(request, RELEASE, pk)
    return _acted(request, found, RELEASE, PressForm(request.POST), services.release_payout_account)


@require_POST
@requires(REJECT)
def reject(request: HttpRequest, pk: Any) -> HttpResponse:
    """Never pay there."""
    found = _found(request, REJECT, pk)
    return _acted(request, found, REJECT, ReasonForm(request.POST), services.reject_payout_account)


def _found(request: HttpRequest, verb: str, pk: Any) -> PayoutAccount:
    related = ("station", "user", "set_by", "confirmed_by")
    return load(PayoutAccount.objects.select_related(*related), request.user, verb, pk=pk)


def _page_of(pk: Any) -> str:
    return reverse("payouts:payee", args=[pk])


def _acted(request: HttpRequest, found: PayoutAccount, verb: str, form: KeyedForm, service: Any) -> HttpResponse:
    def run(data: dict[str, Any]) -> str:
        service(account=found, by=request.user, at=now(), **data)
        return _page_of(found.pk)

    outcome = submit(request, operation=verb, form=form, run=run)
    if outcome.done:
        return outcome.response
    page = {**_page(request, _found(request, verb, found.pk)), "refused": outcome.form}
    return render(request, "finance/payouts/payee.html", page, status=outcome.status)


def _page(request: HttpRequest, found: PayoutAccount) -> dict[str, Any]:
    is_unknown = found.confirmed_by_id is None and found.user_id != found.set_by_id
    is_own = is_same_person(request.user, found.set_by_id)
    return {
        "account": found,
        "kind": kind_of(found),
        "name": names_of([found.payee])[found.payee],
        "home": home(found),
        "reason": reason(found.reason),
        "entries": history_of(found, PayoutAccount.Status),
        "waits_for_another": is_unknown and is_own,
        "confirm": _form(request, found, CONFIRM, PressForm) if is_unknown and not is_own else None,
        "restrict": _form(request, found, RESTRICT, ReasonForm),
        "release": _form(request, found, RELEASE, PressForm),
        "reject": _form(request, found, REJECT, ReasonForm),
    }


def _form(request: HttpRequest, found: PayoutAccount, verb: str, kind: type[KeyedForm]) -> KeyedForm | None:
    starts = ACCOUNT.arrows[verb.partition(".")[2]]
    stands = found.replaced_at is None and found.status in starts
    return kind() if stands and may(request.user, verb) else None
