"""The money rules of a station, and what its float holds."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models

from core.days import day_in
from core.money import Money, zero
from finance import chart
from finance.floats.models import FloatTopUp, StationMoney
from ledger.models import Account
from ledger.queries import balance
from stations.recruitment.models import Contract


@dataclass(frozen=True, slots=True)
class FloatState:
    """A partner's float now: what is there, what is set aside, what can be used."""

    posted: Money
    available: Money
    is_low: bool

    @classmethod
    def empty(cls, currency: str) -> "FloatState":
        """A float that nobody has filled yet."""
        return cls(zero(currency), zero(currency), is_low=True)

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


def began_after(station: Any, date: dt.date) -> bool:
    """Whether today's partner took the station over after this date."""
    running = Contract.objects.running().filter(station=station, kind=Contract.Kind.PARTNER)
    return running.filter(from_date__gt=date).exists()


def float_account(station: Any) -> Account | None:
    """The account of the float of today's partner; None until it is first filled."""
    partner = partner_of(station)
    if partner is None:
        return None
    return Account.objects.filter(code=chart.float_of(station, partner).code, closed_at=None).first()


def float_state(station: Any, *, at: dt.datetime) -> FloatState | None:
    """The partner's float at this station, or None where there is no partner or no float yet."""
    account = float_account(station)
    if account is None:
        return None
    state = balance(account)
    low = money_rules(station, on=day_in(station.zone, at)).float_min_minor
    return FloatState(state.posted, state.available, is_low=state.available.minor < low)


def unmatched_bank_lines(topup: FloatTopUp) -> models.QuerySet[Any]:
    """Incoming bank lines that no top-up has taken; those that carry the reference or the amount first."""
    lines = FloatTopUp._meta.get_field("bank_line").related_model.objects.filter(
        direction="in", currency=topup.currency, topup=None
    )
    fits = models.Case(
        models.When(text__icontains=topup.reference, then=0),
        models.When(amount_minor=topup.amount_minor, then=1),
        default=2,
    )
    return lines.annotate(fits=fits).order_by("fits", "-value_date")[:20]
