"""Billers that serve a place, and the bills that wait for a person."""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q

from finance.bills.models import BillAccount, Biller, BillFetch


def billers_serving(*, on: dt.date, station: Any = None, category: str = "") -> models.QuerySet[Biller]:
    """Active billers of a date; of a station: those without a list of places, or with one of its places on it."""
    billers = Biller.objects.filter(Q(to_date__gt=on) | Q(to_date=None), is_active=True, from_date__lte=on)
    if category:
        billers = billers.filter(category__code=category)
    if station is not None:
        here = [station.village_id, station.township_id, station.county_id, station.prefecture_id, station.province_id]
        billers = billers.filter(Q(divisions=None) | Q(divisions__in=here)).distinct()
    return (
        billers.select_related("category", "provider")
        .prefetch_related("parameters")
        .order_by("category__position", "code")
    )


def accounts_of(household: Any) -> models.QuerySet[BillAccount]:
    """The accounts that a household has paid before, for two taps next time."""
    return BillAccount.objects.filter(household=household).select_related("biller__category").order_by("-updated_at")


def bills_waiting(household: Any, *, at: dt.datetime) -> models.QuerySet[BillFetch]:
    """Bills that were found, are still good, and that nobody has begun to pay."""
    live = Q(payments__is_live=True)
    return (
        BillFetch.objects.filter(household=household, status=BillFetch.Status.FOUND, expires_at__gt=at)
        .exclude(pk__in=BillFetch.objects.filter(live, household=household).values("pk"))
        .select_related("biller__category")
        .order_by("due_date", "-asked_at")
    )
