"""The money of boxes that were bad: who gave cause -> the buyer of presales -> customer funds of the stations.

Farmers bear at most their reserve of the sale, the platform the rest; a carrier at fault bears all of it.
"""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refused_by, refuses
from core.money import Money
from finance import chart
from finance.payments.services import take_back_funds
from finance.settlement.services import charge_payable, put_in
from ledger.models import Account
from ledger.services import MadeBy
from orders.presales.models import PresaleCycle
from orders.presales.services.delivering import buyer_of
from orders.produce.models import BuyerClaim, DeductionRow, LotSale, StatementDeduction
from orders.produce.services.claims import accept_claim
from stations.accounts.models import User
from stations.network.models import Station

CLAIM = "presale_claim"


class CarrierUnknown(Refused):
    """No carrier was paid for this fruit."""

    code = "carrier_unknown"
    message = _("No carrier was paid for this fruit. Choose who else bears it.")


def sale_of(presale: PresaleCycle) -> LotSale:
    """The sale of its boxes to those who paid beforehand."""
    return LotSale.objects.select_related("lot").get(lot=presale.lot, buyer=buyer_of(presale.station))


@refuses(*refused_by(accept_claim))
def farmers_pay(
    presale: PresaleCycle, claim: BuyerClaim | None, amount: Money, *, event: str, by: User | None, at: dt.datetime
) -> None:
    """reserve and expense -> the buyer of presales; all of it expense where no reserve was kept for it."""
    if claim is not None and by is not None:
        accept_claim(claim=claim, by=by, at=at)
    else:
        platform_pays(presale, amount, event=event, at=at)


def platform_pays(presale: PresaleCycle, amount: Money, *, event: str, at: dt.datetime) -> None:
    """expense -> the buyer of presales."""
    put_in(event_id=event, target=account_of(presale, at=at), amount=amount, reason="boxes were bad", at=at)


@refuses(CarrierUnknown, *refused_by(charge_payable))
def carrier_pays(presale: PresaleCycle, amount: Money, *, event: str, at: dt.datetime) -> None:
    """carrier -> the buyer of presales: a line below nothing of whoever was paid for bringing the fruit."""
    paid = StatementDeduction.objects.filter(statement__lot=presale.lot, code=DeductionRow.Code.FREIGHT)
    row = paid.order_by("pk").first()
    if row is None:
        raise CarrierUnknown(field="bearer")
    country = presale.station.county.country
    carrier = chart.carrier(row.account.partition(":")[2])
    charge_payable(
        event_type=CLAIM,
        event_id=event,
        account=chart.open_one(carrier, country=country, currency=presale.currency, at=at),
        amount=amount,
        target=account_of(presale, at=at),
        explanation={"presale": presale.number},
        station=presale.station,
        at=at,
    )


def owe_again(
    presale: PresaleCycle,
    parts: Sequence[tuple[Station, Money]],
    *,
    event: str,
    made_by: MadeBy,
    at: dt.datetime,
) -> None:
    """The buyer of presales -> customer funds of the stations at which these boxes were paid."""
    source = account_of(presale, at=at)
    take_back_funds(parts=parts, source=source, event_id=event, subject_ref=presale.number, made_by=made_by, at=at)


def account_of(presale: PresaleCycle, *, at: dt.datetime) -> Account:
    """The account of the buyer of presales."""
    key = chart.buyer(buyer_of(presale.station).code)
    return chart.open_one(key, country=presale.station.county.country, currency=presale.currency, at=at)
