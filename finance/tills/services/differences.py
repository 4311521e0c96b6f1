"""What a count found beside the books is posted at once, and becomes a question with an owner."""

import datetime as dt
from typing import Any
from uuid import UUID

from core.days import day_in
from core.history import record_change
from core.money import Money
from core.notices.services import notify
from finance import chart
from finance.tills.models import CashDay, OverShort, OverShortMove, Remittance
from finance.tills.services.books import account_of, post
from ledger.models import Account
from ledger.services import Leg, MadeBy
from stations.accounts.models import User
from stations.network.models import Station

Kind = OverShortMove.Kind


def found_difference(
    *,
    station: Station,
    found: str,
    beside: Account,
    amount: Money,
    holder: User | None,
    by: User | None,
    at: dt.datetime,
    cash_day: CashDay | None = None,
    remittance: Remittance | None = None,
) -> tuple[OverShort, UUID]:
    """Post a difference against the account that it was found beside, in the caller's transaction.

    `amount` is counted less expected: short is over_short -> that account, over the reverse. Nobody decides anything
    here; `holder` is asked what he knows.
    """
    account = account_of(chart.over_short(station, holder), station, at)
    over_short = OverShort.objects.create(
        station=station,
        found=found,
        cash_day=cash_day,
        remittance=remittance,
        holder=holder,
        account=account,
        amount_minor=amount.minor,
        currency=amount.currency,
        found_at=at,
    )
    record_change(over_short, old="", new=over_short.status, at=at)
    transfer = move(
        over_short,
        kind=Kind.FOUND,
        added=-amount,
        other=beside,
        reason="counted beside the books",
        made_by=MadeBy("person", by.pk) if by else MadeBy("system"),
        at=at,
    )
    if holder is not None and (by is None or holder.pk != by.pk):
        tell(holder, "variance_found", over_short, at=at)
    return over_short, transfer


def move(
    over_short: OverShort,
    *,
    kind: str,
    added: Money,
    other: Account,
    reason: str,
    made_by: MadeBy,
    at: dt.datetime,
    reversal_of: UUID | None = None,
) -> UUID:
    """Post between the account of differences and another: `added` above nothing is over_short -> other."""
    account = over_short.account
    debit, credit = (account, other) if added.minor > 0 else (other, account)
    leg = Leg(debit, credit, Money(abs(added.minor), added.currency), reason, reversal_of=reversal_of)
    [transfer] = post(
        [leg],
        station=over_short.station,
        event_type="over_short",
        event_id=f"{over_short.pk}:{over_short.moves.count() + 1}",
        made_by=made_by,
        at=at,
    )
    OverShortMove.objects.create(
        over_short=over_short,
        kind=kind,
        transfer_id=transfer,
        over_short_account=account,
        account=other,
        amount_minor=added.minor,
        currency=added.currency,
        posted_at=at,
    )
    return transfer


def day_of(over_short: OverShort, at: dt.datetime) -> dt.date:
    """The day on the wall of the station at which it was found."""
    return day_in(over_short.station.zone, at)


def tell(user: User, template: str, over_short: OverShort, *, at: dt.datetime, **params: Any) -> None:
    """Tell the holder of the till, in the transaction of what happened, with the amount and the day."""
    number = over_short.moves.count()
    notify(
        template=template,
        params={
            "amount": Money(abs(over_short.left.minor), over_short.currency).display(user.language),
            "date": day_of(over_short, over_short.found_at),
            **params,
        },
        language=user.language,
        user=user,
        link=f"/finance/tills/differences/{over_short.pk}/",
        dedupe_key=f"{template}:{over_short.pk}:{number}:{at.timestamp():.0f}",
        at=at,
    )
