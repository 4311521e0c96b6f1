"""A page and its reader, and where the demonstration plays."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from finance.models import BillFetch
from stations.models import Person, Station, User

ENDS = ("no_dues", "not_found", "failed", "expired")
STORY, OPEN_STATION, TO_CLOSE = "321324-0003", "321324-0004", "321324-0007"


@dataclass(frozen=True)
class PageOf:
    """One page: who opens it (nobody: ""), and where."""

    user: str
    path: str
    status: int = 200


class Story:
    """The station where the demonstration plays, its partner, and a bill that waits there."""

    @cached_property
    def station(self) -> Station:
        return Station.objects.get(code=STORY)

    @cached_property
    def partner(self) -> User:
        return User.objects.get(username="partner")

    @cached_property
    def waiting(self) -> BillFetch:
        """A bill that is fetched and that nobody has paid."""
        return BillFetch.objects.filter(station=self.station, status="found", payments=None).latest("pk")

    @cached_property
    def payer(self) -> Person:
        return self.waiting.payer


#: Pages by the names of the URLconf, each with its variants in the demonstration.
Pages = dict[str, Callable[[Any], list[PageOf]]]


def one(user: str, name: str, *args: Any, query: str = "", status: int = 200) -> PageOf:
    """A page by its name in the URLconf, as this reader opens it."""
    return PageOf(user, reverse(name, args=args) + query, status)


def plain(user: str, name: str, *args: Any) -> Callable[[Story], list[PageOf]]:
    """A page of which there is one variant, whatever the demonstration holds."""
    return lambda house: [one(user, name, *args)]
