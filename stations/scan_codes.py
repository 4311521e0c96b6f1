"""Codes that the stations know: the number of a station, of a certificate, of a resident's card."""

import re

from django.urls import reverse

from core.access import may
from core.resident_ids import is_resident_id
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.queries import CARD, find_people, scope_of
from stations.recruitment.numbers import is_well_formed

STATION = re.compile(r"[0-9]{6}-[0-9]{4}")


def address_of(code: str, user: User) -> str:
    """The page of a station, a certificate, or the holder of a card, as far as this person may open it."""
    if STATION.fullmatch(code):
        return _station(code, user)
    if is_well_formed(code) and not is_resident_id(code):
        return reverse("recruitment:register", args=[code])
    if CARD.fullmatch(code.lower()) and may(user, "stations.find_person"):
        return _holder(code, user)
    return ""


def _station(code: str, user: User) -> str:
    reached = Station.objects.open_to(user, "stations.pause_service") if user.is_authenticated else None
    if reached is not None and reached.filter(code=code).exists():
        return reverse("network:county_station", args=[code])
    return reverse("network:sign", args=[code]) if Station.objects.filter(code=code).exists() else ""


def _holder(code: str, user: User) -> str:
    found = find_people(text=code, reach=scope_of(user, scope="county"), limit=1)
    return reverse("people:person", args=[found[0].id]) if found else ""
