"""Money that came back over our bank account, and the payouts that it can be."""

import datetime as dt
from typing import Any

from django.db.models import F, QuerySet

from core.forms import Option
from core.language.formatting import day
from core.web.page_actions import ObjectPage, PageAction, page_of
from finance.payouts import services
from finance.payouts.display import home, purpose
from finance.payouts.forms import MatchForm
from finance.payouts.models import PayoutLine
from finance.payouts.queries import payouts_that_came_back
from finance.recon.models import BankExplanation
from finance.settlement.queries.payees import names_of
from stations.models import User
from stations.requests import SignedInRequest

READ = "finance.read_bank_statement"
PAGE = 50
#: Payouts of one amount that are shown at most; those paid last first.
CANDIDATES = 20


def _choices(found: BankExplanation) -> list[tuple[str, Option]]:
    came_back = payouts_that_came_back(amount=found.amount, bank_line=found.line)
    rows = list(
        came_back.select_related("statement", "payout_account").order_by(
            F("paid_at").desc(nulls_last=True), "-our_ref"
        )[:CANDIDATES]
    )
    names = names_of(line.payee for line in rows)
    return [(str(line.pk), _said_of(line, names[line.payee])) for line in rows]


def _said_of(line: PayoutLine, name: str) -> Option:
    when = [day(line.paid_at)] if line.paid_at else []
    return Option(
        name, hint=" · ".join([purpose(line), home(line.payout_account), str(line.get_status_display()), *when])
    )


def _match(*, explanation: BankExplanation, payout: str, by: User, at: dt.datetime) -> PayoutLine:
    chosen = PayoutLine.objects.get(pk=payout)
    services.match_return(explanation=explanation, payout=chosen, by=by, at=at)
    return chosen


def _came_back() -> QuerySet[BankExplanation]:
    return BankExplanation.objects.came_back().select_related("line", "ended_as__payout")


def _context(_request: SignedInRequest, found: BankExplanation) -> dict[str, Any]:
    return {"came": found, "ended": getattr(found, "ended_as", None), "has_choices": bool(_choices(found))}


def _may_match(found: BankExplanation, _user: User) -> bool:
    return getattr(found, "ended_as", None) is None and bool(_choices(found))


CAME_BACK = ObjectPage(
    name="payouts:came_back",
    template="finance/payouts/came_back.html",
    grant=READ,
    noun="explanation",
    rows=_came_back,
    context=_context,
    actions={
        "match": PageAction(
            grant="finance.match_payout_return",
            service=_match,
            form=MatchForm,
            form_kwargs=lambda _request, found: {"payouts": _choices(found)},
            is_open=_may_match,
            then=page_of("payouts:payout"),
        ),
    },
)
