"""What is paid to me: where, what comes next, what came."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now

from core.access import requires
from core.forms import submit
from core.money import total
from finance.payouts import services
from finance.payouts.forms import OwnAccountForm
from finance.payouts.models import PayoutAccount, PayoutLine
from finance.payouts.queries import own_account, own_floats, own_waiting, stations_for_cash
from finance.payouts.words import home, kind_of, row_of
from stations.models import Station

READ, SET = "finance.read_own_earnings", "finance.set_own_payout_account"
LATEST = 30
_K = PayoutAccount.Kind


@requires(READ)
def mine(request: HttpRequest) -> HttpResponse:
    """Where I am paid, what waits, and the last payouts."""
    account, waiting = own_account(request.user), own_waiting(request.user)
    lines = PayoutLine.objects.filter(payee=request.user.pk.hex).order_by("-our_ref")
    related = ("payout_account__station", "statement", "batch", "account")
    currency = waiting[0].currency if waiting else "CNY"
    page = {
        "account": account,
        "home": home(account),
        "kind": kind_of(account) if account else "",
        "waiting": waiting,
        "waiting_total": total((statement.payable for statement in waiting), currency),
        "lines": [row_of(line, {}) for line in lines.select_related(*related)[:LATEST]],
    }
    return render(request, "finance/payouts/mine.html", page)


@requires(SET)
def account(request: HttpRequest) -> HttpResponse:
    """Say where I want to be paid; it counts three days later."""
    floats, stations = own_floats(request.user), stations_for_cash(request.user)
    form = OwnAccountForm(request.POST or None, floats=floats, stations=stations)

    def run(data: dict[str, Any]) -> str:
        _set(request.user, data)
        return "payouts:mine"

    outcome = submit(request, operation=SET, form=form, run=run)
    if outcome.done:
        return outcome.response
    page = {"form": outcome.form, "account": own_account(request.user)}
    return render(request, "finance/payouts/account.html", page, status=outcome.status)


def _set(user: Any, data: dict[str, Any]) -> None:
    if data["kind"] == _K.BANK:
        details = services.BankDetails(data["bank_code"], data["account_no"], data["holder_name"])
        services.set_bank_account(payee=user.pk.hex, user=user, details=details, by=user, at=now())
        return
    verb = services.set_own_float if data["kind"] == _K.FLOAT else services.set_cash_at_station
    station = get_object_or_404(Station.objects.select_related("county"), code=data["station"])
    verb(user=user, station=station, by=user, at=now())
