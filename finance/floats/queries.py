"""The money rules of a station, and what its float holds."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from core.days import day_in
from core.money import Money
from finance import chart
from finance.floats.models import StationMoney
from ledger.models import Account
from ledger.queries import balance
from stations.recruitment.models import Contract


@dataclass(frozen=True, slots=True)
class FloatState:
    """A partner's float now: what is there, what is set aside, what can be used."""

    posted: Money
    available: Money
    is_low: bool

    @property
    def set_aside(self) -> Money:
        """Held for payments in progress."""
        return self.posted - self.available


def money_rules(station: Any, *, on: dt.date) -> StationMoney:
    """The rules of this date; a station without a row is prepaid with the usual limits."""
    found = StationMoney.objects.filter(station=station).on(on).first()
    return found or StationMoney(
        station=station, currency=station.currency, mode=StationMoney.Mode.PREPAID, from_date=on
    )


def partner_of(station: Any) -> Any:
    """The id of the user whose running partner contract it is, or None."""
    return (
        Contract.objects.running()
        .filter(station=station, kind=Contract.Kind.PARTNER)
        .values_list("user_id", flat=True)
        .first()
    )


def float_state(station: Any, *, at: dt.datetime) -> FloatState | None:
    """The partner's float at this station, or None where there is no partner or no float yet."""
    partner = partner_of(station)
    if partner is None:
        return None
    account = Account.objects.filter(code=chart.float_of(station, partner).code, closed_at=None).first()
    if account is None:
        return None
    state = balance(account)
    low = money_rules(station, on=day_in(station.zone, at)).float_min_minor
    return FloatState(state.posted, state.available, is_low=state.available.minor < low)
