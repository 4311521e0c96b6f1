"""Pages of the floors above that belong to a station; `ecomnet/wiring.py` fills both lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from core.access import may
from stations.accounts.models import User


@dataclass(frozen=True, slots=True)
class Link:
    """A page by its name; a public one is of the station whose code it is given."""

    label: Any
    detail: Any
    icon: str
    name: str
    verb: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A link with its address."""

    link: Link
    href: str


#: What the people of a station print, beside the sign and the certificate.
TO_PRINT: list[Link] = []
#: What anybody may look up about a station.
FOR_EVERYBODY: list[Link] = []


def to_print(user: User) -> list[Shown]:
    """What this person may print for the own station."""
    return _shown([link for link in TO_PRINT if may(user, link.verb)])


def for_everybody(code: str) -> list[Shown]:
    """What anybody may look up about this station."""
    return _shown(FOR_EVERYBODY, code)


def _shown(links: Sequence[Link], *args: str) -> list[Shown]:
    return [Shown(link, reverse(link.name, args=args)) for link in links]
