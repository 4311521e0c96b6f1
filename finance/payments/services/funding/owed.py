"""Money owed back pays; what is missing to the total is company cash."""

import datetime as dt

from core.database.db import present
from core.errors import refused_by, refuses
from finance import chart
from finance.payments.models import Payment
from finance.payments.services.charges import Charge, accounts_for
from finance.payments.services.funding import till
from ledger.services import Leg

CODE = Payment.Funding.OWED
explain = till.explain


@refuses(*refused_by(till.legs))
def legs(charge: Charge, *, hold_for: chart.AccountKey | None, at: dt.datetime) -> list[Leg]:
    """What is owed moves to the station that serves; cash into the drawer for the rest."""
    of_cash = till.legs(charge, hold_for=hold_for, at=at)
    home = present(charge.refund).station
    if home.pk == charge.station.pk:
        return of_cash
    keys = chart.customer_funds(home), chart.customer_funds(charge.station)
    home_funds, funds = accounts_for(charge, *keys, at=at)
    return [Leg(home_funds, funds, charge.owed, "owed money moves to the station that serves"), *of_cash]
