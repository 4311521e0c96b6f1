"""Billers that serve a place, and the bills that wait for a person."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from core.web.ranges import holds_on
from finance.bills.models import BillAccount, Biller, BillFetch, BillPayment
from finance.payments.models import Payment
from stations.network.models import Station


def billers_serving(*, on: dt.date, station: Station | None = None, category: str = "") -> models.QuerySet[Biller]:
    """Active billers of a date; of a station: those without a list of places, or with one of its places on it."""
    billers = Biller.objects.filter(holds_on(on), is_active=True)
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
    """Bills of a household that were found, are still good, and that nobody has begun to pay."""
    waiting = _waiting(BillFetch.objects.filter(household=household), at=at)
    return waiting.select_related("biller__category").order_by("due_date", "-asked_at")


def begun_payment(fetch: BillFetch) -> Payment | None:
    """The payment that pays this bill whole, from its beginning on; none where parts may be paid."""
    begun = BillPayment.objects.filter(fetch=fetch, is_live=True, allows_parts=False).select_related("payment").first()
    return begun.payment if begun else None


def waiting_payers(people: Sequence[UUID], *, at: dt.datetime) -> list[UUID]:
    """For whom of these people bills wait; a person stands there once for each bill."""
    return list(_waiting(BillFetch.objects.filter(payer__in=people), at=at).values_list("payer_id", flat=True))


def _waiting(fetches: models.QuerySet[BillFetch], *, at: dt.datetime) -> models.QuerySet[BillFetch]:
    begun = BillPayment.objects.filter(fetch=models.OuterRef("pk"), is_live=True)
    return fetches.filter(~models.Exists(begun), status=BillFetch.Status.FOUND, expires_at__gt=at)
