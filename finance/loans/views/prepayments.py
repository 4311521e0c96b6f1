"""More is paid than is due: the new plan is shown before anybody agrees to it."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.access import load, requires
from core.errors import Refused
from core.web.page_actions import form_page
from finance.loans import services
from finance.loans.display import table_of
from finance.loans.forms import PrepayForm, PrepayQuoteForm
from finance.loans.models import Loan
from finance.loans.queries import due_of
from finance.loans.services import Prepayment, Stays
from finance.loans.views.loans import PREPAY, loans
from finance.payments.models import Payment
from finance.payments.services import Tender
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.requests import SignedInRequest


@requires(PREPAY, one_object=True)
def prepay(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What paying so much early would do, and taking the money once the borrower agrees."""
    loan = load(loans(), request.user, PREPAY, pk=pk)
    is_open = loan.status == Loan.Status.ACTIVE
    asked = _asked(request, loan) if is_open else None
    quote = _quoted(asked, loan) if asked is not None else None
    return form_page(
        request,
        operation=PREPAY,
        form=PrepayForm(request.POST or None, currency=loan.currency, initial=_shown(quote)),
        service=partial(_prepay, loan=loan),
        then=lambda _made: reverse("loans:contract", args=[loan.pk]),
        template="finance/loans/prepay.html",
        page=lambda: {
            "loan": loan,
            "ask": asked,
            "quote": quote,
            "first": quote.schedule.rows[0] if quote else None,
            "debt": services.debt_of(loan),
            "due": due_of(loan),
            "table": table_of(quote.schedule, loan.currency) if quote else None,
            "is_moved": quote is not None and any(row.due != row.end for row in quote.schedule.rows),
        },
        done=_("The money is taken and the new plan stands. Print it for the borrower."),
    )


def _asked(request: SignedInRequest, loan: Loan) -> PrepayQuoteForm:
    options = services.stays_of(loan)
    typed = request.POST if request.method == "POST" else request.GET
    return PrepayQuoteForm(
        typed if "amount" in typed else None,
        currency=loan.currency,
        most=services.debt_of(loan),
        options=options,
        initial={"stays": options[0].value},
    )


def _quoted(form: PrepayQuoteForm, loan: Loan) -> Prepayment | None:
    if not form.is_bound or not form.is_valid():
        return None
    typed = form.cleaned_data
    try:
        return services.quote_prepayment(loan=loan, amount=typed["amount"], stays=Stays(typed["stays"]))
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


def _shown(quote: Prepayment | None) -> dict[str, Any]:
    if quote is None:
        return {}
    return {"amount": str(quote.amount), "stays": quote.stays.value, "left": str(quote.left), "on": quote.on}


def _prepay(*, loan: Loan, by: User, at: dt.datetime, **typed: Any) -> Payment:
    station, tender = counter_of(by, PREPAY), Tender(payer=loan.borrower)
    return services.prepay_principal(loan=loan, station=station, tender=tender, by=by, at=at, **typed)
