"""A payout of an index: what a policy gets of a window, and of somebody who has died who inherits it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.web.page_actions import ObjectPage, PageAction
from finance.insurance import services
from finance.insurance.display import kind_of_payout
from finance.insurance.forms import ReasonForm
from finance.insurance.machine import PAYOUT
from finance.insurance.models import IndexPayout
from finance.insurance.payout_forms import HeirForm, NoHeirForm
from finance.insurance.queries import has_died
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.two_persons import is_same_person

READ, NAME, CONFIRM = "finance.read_policy", "finance.name_heir", "finance.confirm_heir"


def _payouts() -> QuerySet[IndexPayout]:
    return IndexPayout.objects.select_related(
        *("policy__person__merged_into", "policy__household__head", "policy__station", "policy__product"),
        *("window__source", "heir__merged_into", "payee", "asked_by", "answered_by"),
    )


def _context(request: HttpRequest, payout: IndexPayout) -> dict[str, Any]:
    is_asked = payout.status in IndexPayout.ASKED
    return {
        "payout": payout,
        "kind": kind_of_payout(payout),
        "has_died": has_died(payout.policy),
        "waits_for_another": is_asked and is_same_person(request.user, payout.asked_by_id),
        "history": history_of(payout),
    }


def _of_the_dead(payout: IndexPayout, _user: User) -> bool:
    return has_died(payout.policy)


def _by_another(payout: IndexPayout, user: User) -> bool:
    return not is_same_person(user, payout.asked_by_id, payout.heir_id)


PAYOUT_PAGE = ObjectPage(
    name="insurance:index_payout",
    template="finance/insurance/index_payout.html",
    grant=READ,
    noun="payout",
    rows=_payouts,
    context=_context,
    machine=PAYOUT,
    actions={
        "heir": PageAction(
            grant=NAME,
            service=services.name_heir,
            form=HeirForm,
            arrow="name_heir",
            is_open=_of_the_dead,
            title=_("Who inherits it"),
            button=_("Name the heir"),
            doing=_("Recording…"),
            done=_("Recorded. A colleague of finance confirms the heir."),
        ),
        "no-heir": PageAction(
            grant=NAME,
            service=services.ask_to_return_payout,
            form=NoHeirForm,
            arrow="ask_to_return_payout",
            is_open=_of_the_dead,
            title=_("No one inherits it"),
            button=_("Ask to return it"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "confirm": PageAction(
            grant=CONFIRM,
            service=services.confirm_heir,
            arrow="confirm_heir",
            is_open=_by_another,
            title=_("Confirm the heir"),
            button=_("Confirm"),
            doing=_("Recording…"),
            done=_("Confirmed. The station records the heir's bank account."),
        ),
        "return": PageAction(
            grant=CONFIRM,
            service=services.return_payout,
            arrow="return_payout",
            is_open=_by_another,
            title=_("Return it to the payer"),
            button=_("Return: no one is paid"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "decline": PageAction(
            grant=CONFIRM,
            service=services.decline_estate,
            form=ReasonForm,
            arrow="decline_estate",
            title=_("Do not confirm it"),
            button=_("Do not confirm"),
            doing=_("Recording…"),
            kind="",
        ),
    },
)
