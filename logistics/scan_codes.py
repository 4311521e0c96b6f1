"""Codes that logistics knows: the number on a parcel's label."""

import re

from django.urls import reverse

from logistics.parcels.models import Parcel
from stations.accounts.models import User

NUMBER = re.compile(r"P[0-9]{6}-[2-9A-Z]{7}")


def address_of(code: str, user: User) -> str:
    """The page of the parcel, for those who may read it."""
    if not NUMBER.fullmatch(code.upper()) or not user.is_authenticated:
        return ""
    found = Parcel.objects.open_to(user, "logistics.read_parcel").filter(number=code.upper()).first()
    return reverse("parcels:parcel", args=[found.pk]) if found else ""
