"""Pages of the apps above that belong to a station (`stations.hooks`)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from core.access import may
from stations.accounts.models import User
from stations.hooks import FOR_EVERYBODY, TO_PRINT, Link


@dataclass(frozen=True, slots=True)
class Shown:
    """A link with its address."""

    link: Link
    href: str


def to_print(user: User) -> list[Shown]:
    """What this person may print for the own station."""
    return _shown([link for link in TO_PRINT if may(user, link.verb)])


def for_everybody(code: str) -> list[Shown]:
    """What anybody may look up about this station."""
    return _shown(FOR_EVERYBODY, code)


def _shown(links: Iterable[Link], *args: str) -> list[Shown]:
    return [Shown(link, reverse(link.name, args=args)) for link in links]
