"""A bank line that nobody has explained, and whose float it was sent for."""

import datetime as dt
from typing import Any

from core.access import load
from core.web.page_actions import ObjectPage, PageAction, page_of
from finance.floats import services
from finance.floats.forms import FindPartnerForm, RecordTopUpForm
from finance.floats.models import FloatTopUp
from finance.floats.queries import partners_to_credit
from finance.recon.models import BankStatementLine
from stations.models import Station, User
from stations.requests import SignedInRequest

RECORD = "finance.record_topup"


def _is_free(line: BankStatementLine, _user: User) -> bool:
    came = line.direction == BankStatementLine.Direction.IN
    return came and not line.explained_minor and not hasattr(line, "topup")


def _search(request: SignedInRequest, line: BankStatementLine) -> FindPartnerForm:
    """By what partners are searched; at first by the name of the sender."""
    typed = request.POST.get("station") or request.GET.get("partner", line.counterparty)
    return FindPartnerForm({"partner": typed} if typed else None)


def _partners(request: SignedInRequest, line: BankStatementLine) -> dict[str, Any]:
    search = _search(request, line)
    text = search.cleaned_data["partner"] if search.is_valid() else ""
    return {"partners": partners_to_credit(line, text=text)}


def _record_topup(*, line: BankStatementLine, station: str, by: User, at: dt.datetime) -> FloatTopUp:
    found = load(Station.objects.select_related("county"), by, RECORD, code=station)
    return services.record_topup(bank_line=line, station=found, by=by, at=at)


BANK_LINE = ObjectPage(
    name="floats:bank_line",
    template="finance/floats/bank_line.html",
    grant="finance.read_bank_statement",
    noun="line",
    rows=lambda: BankStatementLine.objects.select_related("topup__station"),
    context=lambda request, line: {"line": line, "search": _search(request, line)},
    actions={
        "record-topup": PageAction(
            grant=RECORD,
            service=_record_topup,
            form=RecordTopUpForm,
            form_kwargs=_partners,
            is_open=_is_free,
            then=page_of("floats:topup"),
        ),
    },
)
