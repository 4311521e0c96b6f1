"""One payout: where it went, what the bank said, and paying again what did not arrive."""

from typing import Any

from django.db.models import QuerySet

from core.web.page_actions import ObjectPage, PageAction, page_of
from finance.payouts import services
from finance.payouts.display import home, kind_of, reason
from finance.payouts.machine import LINE
from finance.payouts.models import PayoutLine
from finance.payouts.views.history import history_of
from finance.settlement.queries.payees import names_of
from stations.requests import SignedInRequest


def _lines() -> QuerySet[PayoutLine]:
    return PayoutLine.objects.select_related(
        "batch", "payout_account__station", "statement", "account", "reissues", "county"
    )


def _context(_request: SignedInRequest, found: PayoutLine) -> dict[str, Any]:
    return {
        "payout": found,
        "kind": kind_of(found),
        "name": names_of([found.payee])[found.payee],
        "home": home(found.payout_account),
        "reason": reason(found.return_code),
        "again": getattr(found, "reissued_as", None),
        "entries": history_of(found, PayoutLine.Status),
    }


PAYOUT = ObjectPage(
    name="payouts:payout",
    template="finance/payouts/payout.html",
    grant="finance.read_payout",
    noun="line",
    rows=_lines,
    context=_context,
    machine=LINE,
    actions={
        "reissue": PageAction(
            grant="finance.reissue_payout",
            service=services.reissue_payout,
            arrow="reissue_payout",
            is_open=lambda line, _user: not line.is_withdrawal,
            then=page_of("payouts:payout"),
        ),
    },
)
