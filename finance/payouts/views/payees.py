"""The payees and where they are paid, as finance sees them: confirm, stop, use again, reject, enter."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from core.access import demand_everywhere, may_everywhere, requires
from core.web.lists import shows
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from finance.payouts import services
from finance.payouts.display import home, kind_of, reason
from finance.payouts.forms import EnteredAccountForm, ReasonForm
from finance.payouts.lists import PAYEES
from finance.payouts.machine import ACCOUNT
from finance.payouts.models import PayoutAccount
from finance.payouts.queries import is_payee, user_of
from finance.payouts.views.history import history_of
from finance.settlement.queries.payees import names_of
from stations.models import User
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, ENTER = "finance.read_payout_account", "finance.enter_payout_account"


@requires(READ)
@shows(PAYEES)
def payees(request: SignedInRequest) -> HttpResponse:
    """Those that need a person first; find one; enter an organisation's account."""
    form = EnteredAccountForm(request.POST or None)
    if request.method == "POST":
        demand_everywhere(request.user, ENTER)
        if form.is_valid() and not is_payee(form.cleaned_data["payee"]):
            form.add_error("payee", _("No payee has this code."))
    return form_page(
        request,
        operation=ENTER,
        form=form,
        service=_enter,
        then=page_of("payouts:payee"),
        template="finance/payouts/payees.html",
        page=lambda: {
            **PAYEES.page(request),
            "form": form if may_everywhere(request.user, ENTER) else None,
        },
    )


def _enter(
    *, payee: str, bank_code: str, account_no: str, holder_name: str, by: User, at: dt.datetime
) -> PayoutAccount:
    details = services.BankDetails(bank_code, account_no, holder_name)
    return services.set_bank_account(payee=payee, user=user_of(payee), details=details, by=by, at=at)


def _accounts() -> QuerySet[PayoutAccount]:
    return PayoutAccount.objects.select_related("station", "user", "set_by", "confirmed_by")


def _is_unknown(found: PayoutAccount) -> bool:
    """Whether nobody but the officer who entered it says that it is the payee's."""
    return found.confirmed_by_id is None and found.user_id != found.set_by_id


def _is_in_use(found: PayoutAccount, _user: User) -> bool:
    return found.replaced_at is None


def _may_confirm(found: PayoutAccount, user: User) -> bool:
    return _is_in_use(found, user) and _is_unknown(found) and not is_same_person(user, found.set_by_id)


def _context(request: SignedInRequest, found: PayoutAccount) -> dict[str, Any]:
    return {
        "account": found,
        "kind": kind_of(found),
        "name": names_of([found.payee])[found.payee],
        "home": home(found),
        "reason": reason(found.reason),
        "entries": history_of(found, PayoutAccount.Status),
        "waits_for_another": _is_unknown(found) and is_same_person(request.user, found.set_by_id),
    }


PAYEE = ObjectPage(
    name="payouts:payee",
    template="finance/payouts/payee.html",
    grant=READ,
    noun="account",
    rows=_accounts,
    context=_context,
    machine=ACCOUNT,
    actions={
        "confirm": PageAction(
            grant="finance.confirm_payout_account",
            service=services.confirm_payout_account,
            arrow="confirm_payout_account",
            is_open=_may_confirm,
        ),
        "restrict": PageAction(
            grant="finance.restrict_payout_account",
            service=services.restrict_payout_account,
            form=ReasonForm,
            arrow="restrict_payout_account",
            is_open=_is_in_use,
        ),
        "release": PageAction(
            grant="finance.release_payout_account",
            service=services.release_payout_account,
            arrow="release_payout_account",
            is_open=_is_in_use,
        ),
        "reject": PageAction(
            grant="finance.reject_payout_account",
            service=services.reject_payout_account,
            form=ReasonForm,
            arrow="reject_payout_account",
            is_open=_is_in_use,
        ),
    },
)
