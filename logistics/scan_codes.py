"""Codes that logistics knows: the number on a parcel's label, and the seal of a bag."""

import re

from django.urls import reverse

from logistics.parcels.models import Parcel
from logistics.routes.models import Bag
from stations.accounts.models import User

NUMBER = re.compile(r"[PB][0-9]{6}-[2-9A-Z]{7}")
READ = "logistics.read_parcel"


def address_of(code: str, user: User) -> str:
    """The page of the parcel or the bag, for those who may read it."""
    wanted = code.upper()
    if not NUMBER.fullmatch(wanted) or not user.is_authenticated:
        return ""
    if wanted.startswith("B"):
        bag = Bag.objects.open_to(user, READ).filter(seal=wanted).first()
        return reverse("routes:bag_label", args=[bag.pk]) if bag else ""
    found = Parcel.objects.open_to(user, READ).filter(number=wanted).first()
    return reverse("parcels:parcel", args=[found.pk]) if found else ""
