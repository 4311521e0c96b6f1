"""Company cash into the drawer: in turn with counts and remittances, and not above the ceiling."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.days import day_in
from core.errors import Refused, refused_by, refuses
from core.money import Money
from core.notices.services import notify
from finance import chart
from finance.floats.queries import money_rules
from finance.payments.models import Payment
from finance.payments.services.charges import Charge, accounts_for, hold_leg
from finance.tills.services import take_essential_turn, take_turn
from ledger.models import Account
from ledger.queries import balance
from ledger.services import Leg, NotEnough
from stations.accounts.models import Role
from stations.accounts.queries import people_in_role

CODE = Payment.Funding.TILL


class CeilingReached(Refused):
    """The drawer would hold more company cash than it may."""

    code = "ceiling_reached"
    message = _("The till may hold at most %(ceiling)s. Bring cash to the county first.")


@refuses(CeilingReached, *refused_by(take_turn, take_essential_turn))
def legs(charge: Charge, *, hold_for: chart.AccountKey | None, at: dt.datetime) -> list[Leg]:
    """till -> customer_funds, on an open cash day; held: customer_funds -> provider.

    What is essential goes on in a day that somebody forgot to close and knows no ceiling; what is paid on a loan is
    taken above the ceiling, and the county is told.
    """
    if charge.is_essential:
        take_essential_turn(station=charge.station, at=at)
    else:
        take_turn(station=charge.station, at=at)
        if charge.cash:
            _mind_ceiling(charge, at=at)
    keys = [chart.till(charge.station), chart.customer_funds(charge.station)]
    drawer, funds, *provider = accounts_for(charge, *keys, *([hold_for] if hold_for else []), at=at)
    cash = [Leg(drawer, funds, charge.cash, "cash taken")] if charge.cash else []
    return [*cash, *(hold_leg(charge, funds, each) for each in provider)]


def explain(_charge: Charge, refusal: NotEnough, *, account: Account, at: dt.datetime) -> NotEnough:
    """As the ledger says it: cash that was just taken is always enough."""
    return refusal


def _mind_ceiling(charge: Charge, *, at: dt.datetime) -> None:
    station = charge.station
    rules = money_rules(station, on=day_in(station.zone, at))
    ceiling = Money(rules.ceiling_minor, station.currency)
    drawer = chart.open_one(chart.till(station), country=station.county.country, currency=station.currency, at=at)
    if balance(drawer).posted + charge.cash <= ceiling:
        return
    if charge.purpose != Payment.Purpose.LOAN:
        raise CeilingReached(ceiling=ceiling.display())
    _tell_of_ceiling(charge, ceiling=ceiling, at=at)


def _tell_of_ceiling(charge: Charge, *, ceiling: Money, at: dt.datetime) -> None:
    station = charge.station
    today = day_in(station.zone, at)
    for user in people_in_role(Role.COUNTY_CLERK, at=at, station=station):
        notify(
            template="till_above_ceiling",
            params={"station": station.name, "ceiling": ceiling.display()},
            language=user.language,
            user=user,
            dedupe_key=f"till_above_ceiling:{station.pk}:{today}:{user.pk}",
            at=at,
        )
