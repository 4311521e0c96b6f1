"""What has waited too long: statements without an account are carried over, cash that nobody fetched goes back."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from core.database.db import lock, present
from core.errors import WrongState, refused_by, refuses
from core.history import record_change
from core.language.reasons import ReasonMissing
from core.notices.services import notify
from finance.payments.models import Refund
from finance.payouts.models import PayoutLine
from finance.payouts.queries import usable_accounts, user_of
from finance.payouts.services.ends import NOT_FETCHED_CODE, conclude, held_with_batch, take_back
from finance.payouts.services.statements import carry_over
from finance.settlement.models import Statement
from finance.settlement.services import carry_statement
from ledger.services import SYSTEM
from stations.places.models import Division

WITHOUT_AN_ACCOUNT = dt.timedelta(days=30)
NOT_FETCHED = dt.timedelta(days=90)
TO_FETCH = (Refund.Status.GRANTED, Refund.Status.READY_FOR_CASH, Refund.Status.LOCKED)


@refuses(WrongState, ReasonMissing, *refused_by(carry_statement))
@transaction.atomic
def end_waiting(*, county: Division, at: dt.datetime) -> None:
    """Once a night for a county: carry over, take back, and tell those who have said nowhere to be paid."""
    homeless = _homeless(county)
    carry_over(statements=homeless.filter(closed_at__lte=at - WITHOUT_AN_ACCOUNT), at=at)
    for statement in homeless.filter(closed_at__gt=at - WITHOUT_AN_ACCOUNT):
        _tell_homeless(statement, at=at)
    for line in _not_fetched(county, at):
        take_back_cash(line=line, at=at)


@refuses(WrongState, ReasonMissing)
@transaction.atomic
def take_back_cash(*, line: PayoutLine, at: dt.datetime) -> PayoutLine:
    """Put a cash payout that nobody fetched back on the payee's account."""
    line = held_with_batch(line.pk)
    refund = lock(line.refund)
    if refund.status not in TO_FETCH:  # fetched a moment ago
        return line
    take_back(line=line, code=NOT_FETCHED_CODE, made_by=SYSTEM, at=at)
    before, refund.status = refund.status, Refund.Status.WENT_BACK
    refund.save(update_fields=["status", "updated_at"])
    record_change(refund, old=before, new=refund.status, at=at)
    conclude(batch=present(line.batch), at=at)
    return line


def _homeless(county: Division) -> Any:
    """Closed statements that nothing has paid or is paying, of payees without an account in use."""
    payouts = PayoutLine.objects.filter(statement=OuterRef("pk"), status__in=PayoutLine.LIVE)
    return Statement.objects.filter(
        ~Exists(payouts),
        ~Exists(usable_accounts().filter(payee=OuterRef("payee"))),
        county=county,
        status=Statement.Status.CLOSED,
        payable_minor__gt=0,
    )


def _not_fetched(county: Division, at: dt.datetime) -> Any:
    return PayoutLine.objects.filter(
        county=county,
        status=PayoutLine.Status.PAID,
        paid_at__lte=at - NOT_FETCHED,
        refund__status__in=TO_FETCH,
    ).order_by("our_ref")


def _tell_homeless(statement: Statement, *, at: dt.datetime) -> None:
    user = user_of(statement.payee)
    if user is not None:
        notify(
            template="payout_has_nowhere_to_go",
            params={"amount": statement.payable.display(user.language)},
            language=user.language,
            user=user,
            link="/finance/payouts/mine/",
            dedupe_key=f"payout_has_nowhere_to_go:{statement.pk}",
            at=at,
        )
