"""What waits on the desk, and what is disputed of an account."""

import datetime as dt
from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Sum, When
from django.db.models.functions import Least

from core.money import Money
from finance.complaints.models import Complaint
from finance.fees.models import Adjustment, CommissionLine, LineHold, PayableLine
from ledger.models import Account, TransferKey

#: Events that move a payee's own money to its owner, or to the tax office.
NO_DEDUCTIONS = frozenset({"statement_closed", "payout_paid", "payout_in_cash", "payout_into_float"})


def with_clock(complaints: models.QuerySet[Complaint]) -> models.QuerySet[Complaint]:
    """Each with `clock`, the instant by which it is moved on next."""
    clock = Case(
        When(status=Complaint.Status.LOGGED, then=Least("assign_due_at", "due_at")),
        When(status=Complaint.Status.PENDING_WITH_PROVIDER, then=Least("provider_due_at", "due_at")),
        default=F("due_at"),
    )
    return complaints.annotate(clock=clock)


def disputed(account: Account, *, upto: dt.datetime) -> Money:
    """What of the entries of an account is disputed and not decided: nothing of it is taken from a payout."""
    return Money(disputed_by_account([account.pk], upto=upto).get(account.pk, 0), account.currency)


def disputed_by_account(accounts: Collection[int], *, upto: dt.datetime) -> dict[int, int]:
    """The same in minor units for many accounts, by their ids: disputed until `upto` and open. None: no entry.

    What was paid out or withheld for the tax office is no deduction of ours, and waits for its answer as it stands; nor
    is what was reversed already, or what no statement has told yet because it had not come, or waited, by `upto`.
    """
    open_ones = Complaint.objects.open().filter(entry__account__in=accounts, logged_at__lte=upto)
    untold = (Exists(rows(upto)) for rows in (_unreported_lines, _unreported_payables, _unreported_corrections))
    held = open_ones.exclude(
        Q(entry__transfer__event_type__in=NO_DEDUCTIONS) | Exists(_reversals()) | reduce(or_, untold)
    )
    return dict(held.order_by().values_list("entry__account").annotate(minor=Sum("amount_minor")))


def _reversals() -> models.QuerySet[TransferKey]:
    return TransferKey.objects.filter(reversal_of=OuterRef("entry__transfer"))


def _unreported_lines(upto: dt.datetime) -> models.QuerySet[CommissionLine]:
    """Lines of a disputed entry's own event that were taken back, and whose day has not come."""
    return CommissionLine.objects.filter(
        account=OuterRef("entry__account"),
        event_id=OuterRef("entry__transfer__event_id"),
        reverses__isnull=False,
    ).filter(Q(eligible_at__gt=upto) | Exists(_holds(upto).filter(_on("commission_line"))))


def _unreported_payables(upto: dt.datetime) -> models.QuerySet[PayableLine]:
    """The same of what an app above took back; such a line has the id of its transfer."""
    return PayableLine.objects.filter(pk=OuterRef("entry__transfer"), reverses__isnull=False).filter(
        Q(eligible_at__gt=upto) | Exists(_holds(upto).filter(_on("payable_line")))
    )


def _unreported_corrections(upto: dt.datetime) -> models.QuerySet[Adjustment]:
    """A correction of two people that does not count yet, or waits with what it corrects."""
    waits = _holds(upto).filter(held_at__lte=OuterRef("eligible_at"))
    return Adjustment.objects.filter(transfer=OuterRef("entry__transfer")).filter(
        Q(eligible_at__gt=upto)
        | Exists(waits.filter(_of_event("commission_line")))
        | Exists(waits.filter(_of_event("payable_line")))
    )


def _holds(upto: dt.datetime) -> models.QuerySet[LineHold]:
    """Holds that had not ended by then."""
    return LineHold.objects.filter(Q(released_at=None) | Q(released_at__gt=upto))


def _on(line: str) -> Q:
    """On the line itself, or on the one that it corrects."""
    return Q(**{line: OuterRef("pk")}) | Q(**{line: OuterRef("reverses")})


def _of_event(line: str) -> Q:
    """On a line of the event and account that a correction names."""
    return Q(**{f"{line}__{name}": OuterRef(name) for name in ("account", "event_type", "event_id")})
