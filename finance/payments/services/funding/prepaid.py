"""From the partner's float: the villager's cash is the partner's own, so that nothing comes in."""

import datetime as dt

from core.database.db import present
from core.errors import refuses
from finance import chart
from finance.floats.queries import partner_of
from finance.floats.services import FloatTooSmall, NoPartnerHere, TurnedAway
from finance.payments.models import Payment
from finance.payments.services.charges import Charge, accounts_for, hold_leg
from ledger.models import Account
from ledger.queries import balance
from ledger.services import Leg, NotEnough

CODE = Payment.Funding.FLOAT


@refuses(NoPartnerHere)
def legs(charge: Charge, *, hold_for: chart.AccountKey | None, at: dt.datetime) -> list[Leg]:
    """Held: float of the partner who works here now -> provider."""
    partner = partner_of(charge.station)
    if partner is None:
        raise NoPartnerHere
    held_on, provider = accounts_for(charge, chart.float_of(charge.station, partner), present(hold_for), at=at)
    return [hold_leg(charge, held_on, provider)]


def explain(charge: Charge, _refusal: NotEnough, *, account: Account, at: dt.datetime) -> FloatTooSmall:
    """A float that is too small, and a villager who was turned away for it."""
    return FloatTooSmall(
        available=balance(account).available.display(),
        needed=charge.total.display(),
        turned_away=TurnedAway(charge.station, charge.total, at),
    )
