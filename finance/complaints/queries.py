"""What waits on the desk, and what is disputed of an account."""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Case, F, Sum, When
from django.db.models.functions import Least

from core.money import Money
from finance.complaints.models import Complaint


def by_clock(complaints: models.QuerySet[Complaint]) -> models.QuerySet[Complaint]:
    """The open ones, whose clock runs out first."""
    clock = Case(
        When(status=Complaint.Status.LOGGED, then=Least("assign_due_at", "due_at")),
        When(status=Complaint.Status.PENDING_WITH_PROVIDER, then=Least("provider_due_at", "due_at")),
        default=F("due_at"),
    )
    return complaints.filter(status__in=Complaint.OPEN).alias(clock=clock).order_by("clock", "pk")


def answered(complaints: models.QuerySet[Complaint]) -> models.QuerySet[Complaint]:
    """Those that have their answer, newest first."""
    return complaints.exclude(status__in=Complaint.OPEN).order_by("-resolved_at", "-pk")


def disputed(account: Any, *, until: dt.datetime | None = None) -> Money:
    """What of the entries of an account is disputed and not decided: nothing of it is taken from a payout."""
    rows = Complaint.objects.filter(entry__account=account, status__in=Complaint.OPEN)
    if until is not None:
        rows = rows.filter(entry__entered_at__lte=until)
    return Money(rows.aggregate(minor=Sum("amount_minor"))["minor"] or 0, account.currency)
