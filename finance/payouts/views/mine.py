"""What is paid to me: where, what comes next, what came."""

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from core.access import requires
from core.web.page_actions import form_page, to
from finance.payouts import services
from finance.payouts.forms import OwnAccountForm
from finance.payouts.models import PayoutAccount
from finance.payouts.queries import own_account, own_floats, stations_for_cash
from stations.models import Station, User
from stations.requests import SignedInRequest

READ, SET = "finance.read_own_earnings", "finance.set_own_payout_account"
LATEST = 30
_K = PayoutAccount.Kind


@requires(SET)
def account(request: SignedInRequest) -> HttpResponse:
    """Say where I want to be paid; it counts three days later."""
    floats, stations = own_floats(request.user), stations_for_cash(request.user)
    return form_page(
        request,
        operation=SET,
        form=OwnAccountForm(request.POST or None, floats=floats, stations=stations),
        service=_set,
        then=to("payouts:mine"),
        template="finance/payouts/account.html",
        page=lambda: {"account": own_account(request.user)},
    )


def _set(*, kind: str, by: User, at: dt.datetime, **typed: str) -> PayoutAccount:
    if kind == _K.BANK:
        details = services.BankDetails(typed["bank_code"], typed["account_no"], typed["holder_name"])
        return services.set_bank_account(payee=by.pk.hex, user=by, details=details, by=by, at=at)
    verb = services.set_own_float if kind == _K.FLOAT else services.set_cash_at_station
    station = get_object_or_404(Station.objects.select_related("county"), code=typed["station"])
    return verb(user=by, station=station, by=by, at=at)
