"""Questions about parcels."""

import datetime as dt

from django.db.models import F, Q

from logistics.parcels.models import StoragePolicy


def storage_policy(county: str, on: dt.date) -> StoragePolicy:
    """The rule of a county (by code) on a day, else the one of all counties, else the usual days."""
    rules = StoragePolicy.objects.filter(Q(division__code=county) | Q(division=None), valid_from_date__lte=on)
    return rules.order_by(F("division").asc(nulls_last=True), "-valid_from_date").first() or StoragePolicy(
        valid_from_date=on
    )
