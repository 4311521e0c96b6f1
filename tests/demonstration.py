"""The demonstration as a world for tests: four counties with people, money and one of everything."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image

from core.models import StoredFile
from finance.bills.models import BillFetch
from finance.models import Payment, Refund
from stations.models import Person, Station, User

RESIDENTS, BILLS = 400, 3
#: The story's station and its people; an outsider's station lies in another county.
STATION, ELSEWHERE = "321324-0003", "331124-0004"


@dataclass
class World:
    """Who is who in the demonstration."""

    station: Station = field(init=False)
    elsewhere: Station = field(init=False)
    #: What was looked up once: names in addresses by noun, and what examples speak of. Tests take back what they do.
    found: dict[str, dict[str, Any]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        stations = Station.objects.select_related("county", "village")
        self.station, self.elsewhere = stations.get(code=STATION), stations.get(code=ELSEWHERE)

    def user(self, username: str) -> User:
        """One of those who can sign in."""
        return User.objects.get(username=username)

    @property
    def stranger(self) -> User:
        """The partner of a station in another county."""
        return User.objects.get(posts__role="partner", posts__station=self.elsewhere)

    @property
    def resident(self) -> Person:
        """Somebody of the story's village with a phone and a household."""
        return Person.objects.filter(home_station=self.station).exclude(household=None).order_by("pk")[0]

    def payment(self, status: str = "succeeded") -> Payment:
        """A payment of the story's station in this state."""
        return Payment.objects.filter(station=self.station, status=status).order_by("-pk")[0]

    @property
    def refund(self) -> Refund:
        """Money that can be fetched at the story's station."""
        return Refund.objects.filter(station=self.station, status="ready_for_cash").order_by("pk")[0]

    @property
    def fetch(self) -> BillFetch:
        """A bill that was found and waits to be paid."""
        return BillFetch.objects.filter(station=self.station, status="found").order_by("-pk")[0]


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever happens inside leaves nothing behind; `core.keys.once` may open its transaction inside it."""
    outer = transaction.atomic()
    outer._from_testcase = True
    with outer:
        yield
        transaction.set_rollback(True)


def bring_pictures() -> None:
    """Draw the files that are not here: those of the demonstration went with the memory in which it was loaded."""
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "white").save(drawn, "JPEG")
    for file in StoredFile.objects.all():
        if not file.content.storage.exists(file.content.name):
            file.content.storage.save(file.content.name, ContentFile(drawn.getvalue()))


def quiet(call: Any) -> None:
    """Load it without progress on the screen."""
    with open(os.devnull, "w") as nowhere:
        call("load_demonstration", residents=RESIDENTS, bills=BILLS, stdout=nowhere)
