"""How somebody stands, read by others: whether the county has stopped them, and why."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import changes_of
from core.language import formatting
from stations.accounts.models import User
from stations.recruitment.models import Contract


@dataclass(frozen=True, slots=True)
class Suspension:
    """The county has stopped somebody at a station: since when, and what it wrote down."""

    station: str
    since: dt.datetime
    reason: str

    @property
    def words(self) -> str:
        """The fact in a sentence."""
        day = formatting.full_day(timezone.localtime(self.since).date())
        return _("You are suspended at %(station)s since %(day)s.") % {"station": self.station, "day": day}

    @property
    def meaning(self) -> str:
        """Why, and what it means for the person."""
        return _("The county wrote: “%(reason)s”. You can still view everything, and your earnings are still paid.") % {
            "reason": self.reason
        }

    def __str__(self) -> str:
        return f"{self.words} {self.meaning}"


def suspension_of(user: User, posts: Iterable[Any]) -> Suspension | None:
    """The suspension behind the first of these posts that is stopped; asks the database only if one is."""
    stopped = next((post for post in posts if post.is_suspended), None)
    if stopped is None:
        return None
    suspended = Contract.objects.filter(user=user, station=stopped.station_id, status=Contract.Status.SUSPENDED)
    contract = suspended.select_related("station").latest("pk")
    change = changes_of(contract).filter(new=Contract.Status.SUSPENDED).last()
    if change is None:
        return Suspension(contract.station.name, contract.updated_at, "–")
    return Suspension(contract.station.name, change.at, change.reason or "–")
