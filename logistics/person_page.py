"""What logistics shows on a person's page, and holds of a person."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import may
from logistics.parcels.display import kind_of, until
from logistics.parcels.models import Parcel
from stations.accounts.models import User
from stations.hooks import Badge, Waiting
from stations.people.models import Person

COLLECT = "logistics.collect_parcel"


def waiting(*, person: Person, user: User, at: dt.datetime) -> list[Waiting]:
    """The parcels that this person can collect where the reader works."""
    if not may(user, COLLECT):
        return []
    rows = Parcel.objects.open_to(user, COLLECT).waiting().filter(receiver=person)
    return [
        Waiting(
            title=_("Parcel"),
            href=reverse("parcels:parcel", args=[parcel.pk]),
            icon="parcel",
            detail=f"{parcel.number} · {until(parcel)}",
            amount=parcel.cash_due if parcel.cash_due_minor else None,
            status=kind_of(parcel),
            words=parcel.get_status_display(),
        )
        for parcel in rows.order_by("storage_until_date", "pk")
    ]


def badges(*, people: Sequence[UUID], user: User, at: dt.datetime) -> dict[UUID, Badge]:
    """How many parcels wait for each of these people."""
    if not may(user, COLLECT):
        return {}
    rows = Parcel.objects.open_to(user, COLLECT).waiting().filter(receiver__in=list(people))
    counts = rows.order_by().values_list("receiver").annotate(Count("pk"))
    return {
        person: Badge(ngettext("%(n)s parcel", "%(n)s parcels", count) % {"n": count}, "wait")
        for person, count in counts
        if person is not None
    }


def obligations(person: Person) -> list[str]:
    """Parcels that have not been handed over or sent back: their receiver still has to be found."""
    open_ones = Parcel.objects.filter(receiver=person).exclude(status__in=Parcel.ENDED).count()
    if not open_ones:
        return []
    words = ngettext("%(n)s parcel under way", "%(n)s parcels under way", open_ones)
    return [words % {"n": open_ones}]


def parcels(person: Person) -> list[dict[str, Any]]:
    """Every parcel that came for the person."""
    rows = Parcel.objects.filter(receiver=person).order_by("pk")
    return list(rows.values("number", "status", "to_station__code", "registered_at", "ended_at"))
