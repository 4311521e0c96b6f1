"""What differences of the drawer mean for the accounts of those who held it: what was charged, what is disputed."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Sum

from core.money import Money
from finance.tills.models import OverShort, OverShortMove
from ledger.models import Account

CHARGES = (OverShortMove.Kind.CHARGED, OverShortMove.Kind.CHARGE_REVERSED)


def charges_of(account: Account, *, upto: dt.datetime, since: dt.datetime | None = None) -> Money:
    """What was charged to a payee's account in `(since, upto]`, less charges taken back in that time.

    Below nothing where a dispute took back what an earlier time had charged. The money has moved already: commission
    -> over_short at the charge, the reverse at the dispute.
    """
    return Money(charges_by_account([account.pk], upto=upto, since=since).get(account.pk, 0), account.currency)


def charges_by_account(
    accounts: Collection[int] | None, *, upto: dt.datetime, since: dt.datetime | None = None
) -> dict[int, int]:
    """The same in minor units for many accounts, by their ids; None is every account. Without charges: no entry."""
    moves = OverShortMove.objects.filter(kind__in=CHARGES, posted_at__lte=upto)
    if accounts is not None:
        moves = moves.filter(account__in=accounts)
    if since is not None:
        moves = moves.filter(posted_at__gt=since)
    sums = moves.order_by().values_list("account").annotate(minor=Sum("amount_minor"))
    return {account: -minor for account, minor in sums if minor}


def disputes_held_of(account: Account, *, upto: dt.datetime) -> Money:
    """The shortages that the holder of this account disputes, as they stand at `upto`: shown, never subtracted."""
    held = {} if account.holder is None else disputes_held_by_holder([account.holder], upto=upto)
    return Money(held.get((account.holder, account.currency), 0), account.currency)


def disputes_held_by_holder(holders: Collection | None, *, upto: dt.datetime) -> dict[tuple, int]:
    """The same in minor units for many, by (user id, currency); None is everybody. Without disputes: no entry."""
    disputed = OverShort.objects.filter(
        status=OverShort.Status.DISPUTED, amount_minor__lt=0, disputed_at__lte=upto, holder__isnull=False
    )
    if holders is not None:
        disputed = disputed.filter(holder__in=holders)
    sums = disputed.order_by().values_list("holder", "currency").annotate(minor=Sum("amount_minor"))
    return {(holder, currency): -minor for holder, currency, minor in sums}
