"""What a float may hold and do, and the refusals that every verb of a float shares."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.days import day_in
from core.errors import Refused, refuses
from core.events.services import publish
from core.money import Money, zero
from finance.floats.queries import float_state, money_rules, partner_contract
from stations.network.models import Station
from stations.recruitment.models import Contract


class OverFloatMax(Refused):
    """The float would hold more than the rules of the station allow."""

    code = "over_float_max"
    status = 422
    message = _("The float may hold at most %(most)s. You can add %(room)s now.")


class NothingToAdd(Refused):
    """A top-up is of an amount."""

    code = "nothing_to_add"
    status = 422
    message = _("Enter the amount to add.")


class NothingToMove(Refused):
    """Only an amount can be sent or taken out."""

    code = "nothing_to_move"
    status = 422
    message = _("Enter the amount.")


class NoPartnerHere(Refused):
    """A float belongs to a partner; this station has none."""

    code = "no_partner_here"
    message = _("This station has no partner with an active contract, so it has no float.")


class PartnerChanged(Refused):
    """The money belongs to the partner who asked; a successor has a float of their own."""

    code = "partner_changed"
    message = _("The partner who requested this no longer runs the station. The money goes back to them.")


class NotYourFloat(Refused):
    """Only whose money it is sends it, takes it in or takes it out."""

    code = "not_your_float"
    message = _("This float belongs to the partner under contract here. Only they can do this.")


class FloatStopped(Refused):
    """While a contract is suspended its float stands still; what was earned is still paid out."""

    code = "float_stopped"
    message = _("The float of %(station)s is frozen while the contract is suspended. Ask the county.")


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A villager who was turned away because the float was too small: where, when, and for how much."""

    station: Station
    needed: Money
    at: dt.datetime


class WithdrawalTooLarge(Refused):
    """More than the float can give back now."""

    code = "withdrawal_too_large"
    message = _("At most %(available)s can be withdrawn now. Withdraw less.")


class FloatTooSmall(Refused):
    """The partner's float does not cover this. A villager `turned_away` for it makes the day a float-out day."""

    code = "float_too_small"
    message = _("The float has %(available)s; this needs %(needed)s. Top up the float first.")

    def __init__(self, *, available: str, needed: str, turned_away: TurnedAway | None = None, **more: Any) -> None:
        super().__init__(available=available, needed=needed, **more)
        self.turned_away = turned_away

    def leave_trace(self) -> None:
        """Count the refusal on the day of the station, and say so to the one who keeps its score."""
        if self.turned_away:
            note_refusal(self.turned_away)


# The first refusal of a day may come before its row.
_COUNT_REFUSAL = """
INSERT INTO finance_floatday (created_at, updated_at, station_id, date, is_open, used_minor, refusals)
VALUES (%(at)s, %(at)s, %(station)s, %(date)s, TRUE, 0, 1)
ON CONFLICT (station_id, date)
DO UPDATE SET refusals = finance_floatday.refusals + 1, is_open = TRUE, updated_at = EXCLUDED.updated_at
"""


def note_refusal(away: TurnedAway) -> None:
    """Count a villager who was turned away; publishes `finance.float_refused`."""
    station, at = away.station, away.at
    values: dict[str, Any] = {"at": at, "station": station.pk, "date": day_in(station.zone, at)}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_REFUSAL, values)
    publish(
        "finance.float_refused",
        at=at,
        station=station.pk,
        county=station.county_id,
        amount_minor=away.needed.minor,
        currency=away.needed.currency,
    )


@refuses(NoPartnerHere, FloatStopped)
def running_contract(station: Station) -> Contract:
    """The contract of the partner whose float it is."""
    contract = partner_contract(station)
    if contract is None:
        raise NoPartnerHere
    if contract.status == Contract.Status.SUSPENDED:
        raise FloatStopped(station=station.name)
    return contract


def refuse_too_much(station: Station, amount: Money, at: dt.datetime) -> None:
    """Refuse what would bring a float above the most that it may hold: `over_float_max`."""
    state = float_state(station, at=at)
    held = state.posted if state else zero(station.currency)
    most = most_of(station, at)
    if most < held + amount:
        raise over_most(most, held)


def most_of(station: Station, at: dt.datetime) -> Money:
    """The most that the float of a station may hold today."""
    return Money(money_rules(station, on=day_in(station.zone, at)).float_max_minor, station.currency)


def over_most(most: Money, held: Money) -> OverFloatMax:
    """The refusal, with how much there is still room for."""
    room = most - held
    return OverFloatMax(
        field="amount", most=most.display(), room=(room if room.minor > 0 else zero(most.currency)).display()
    )
