"""Corrections of payees' accounts: proposed by one person, decided by another."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from core.access import may, requires
from core.web.lists import shows
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from finance.fees import services
from finance.fees.forms import AdjustmentForm
from finance.fees.lists import ADJUSTMENT_KINDS, ADJUSTMENTS
from finance.fees.models import Adjustment
from finance.fees.queries import adjustable_accounts
from finance.fees.services.adjustments import ADJUSTMENT
from stations.models import User
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, ADJUST = "finance.read_adjustment", "finance.adjust_account"


@requires(READ)
@shows(ADJUSTMENTS)
def adjustments(request: SignedInRequest) -> HttpResponse:
    """Corrections of payees' accounts, those that wait first; propose one."""
    if request.method == "POST" and not may(request.user, ADJUST):
        raise PermissionDenied
    form = AdjustmentForm(request.POST or None)
    return form_page(
        request,
        operation=ADJUST,
        form=form,
        service=_propose,
        then=page_of("fees:adjustment"),
        template="finance/fees/adjustments.html",
        page=lambda: {"form": form if may(request.user, ADJUST) else None, **ADJUSTMENTS.page(request)},
    )


def _propose(*, account: str, event_id: UUID, by: User, at: dt.datetime, **typed: Any) -> Adjustment:
    return services.propose_adjustment(
        account=get_object_or_404(adjustable_accounts(by), code=account),
        event_type="payment",
        event_id=str(event_id),
        by=by,
        at=at,
        **typed,
    )


def _is_other(found: Adjustment, user: User) -> bool:
    return not is_same_person(user, found.made_by_id)


def _context(request: SignedInRequest, found: Adjustment) -> dict[str, Any]:
    waits = found.status == Adjustment.Status.PROPOSED
    return {
        "adjustment": found,
        "kind": ADJUSTMENT_KINDS[found.status],
        "waits_for_another": waits and not _is_other(found, request.user),
    }


def _adjustments() -> QuerySet[Adjustment]:
    return Adjustment.objects.select_related("account__book", "made_by", "checked_by")


ADJUSTMENT_PAGE = ObjectPage(
    name="fees:adjustment",
    template="finance/fees/adjustment.html",
    grant=READ,
    noun="adjustment",
    rows=_adjustments,
    context=_context,
    machine=ADJUSTMENT,
    actions={
        "approve": PageAction(
            grant=ADJUST, service=services.approve_adjustment, arrow="approve_adjustment", is_open=_is_other
        ),
        "reject": PageAction(
            grant=ADJUST, service=services.reject_adjustment, arrow="reject_adjustment", is_open=_is_other
        ),
    },
)
