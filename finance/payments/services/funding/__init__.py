"""Where the money of a payment comes from: one module for each way, all with what `Funding` names."""

import datetime as dt
from typing import Protocol

from finance.chart import AccountKey
from finance.payments.models import Payment
from finance.payments.services.charges import Charge
from ledger.models import Account
from ledger.services import Leg, NotEnough


class Funding(Protocol):
    """What each module of this package has.

    `CODE` is what the payment says of it. `legs` checks that the money may be taken here now, and gives what moves;
    with `hold_for`, the last leg holds the total for the provider whose account that is. `explain` is what to raise
    where the `account` that is held on does not have enough.
    """

    CODE: Payment.Funding

    def legs(self, charge: Charge, /, *, hold_for: AccountKey | None, at: dt.datetime) -> list[Leg]: ...

    def explain(self, charge: Charge, refusal: NotEnough, /, *, account: Account, at: dt.datetime) -> Exception: ...
