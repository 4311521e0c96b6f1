"""When nobody can claim any more, the reserve goes back to the farmers and the lot is settled."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from core.database.db import lock_all
from core.errors import refused_by, refuses
from core.events.services import publish
from finance import chart
from finance.settlement.services import accrue_payable
from orders.produce.machine import LOT
from orders.produce.models import BuyerClaim, FarmerStatement, Lot, LotSale
from orders.produce.services.harvests import names_of
from orders.produce.services.sharing import Accounts
from orders.produce.services.steps import move, tell_farmer

_L = Lot.Status
RESERVE_EVENT = "produce_reserve"


@refuses(*refused_by(accrue_payable))
@transaction.atomic
def settle_lots(*, county: str, at: dt.datetime, most: int = 50) -> list[Lot]:
    """Settle delivered lots of a county without an open claim: reserve -> farmer, and tell everybody.

    A lot that was recalled after its delivery is settled, too, and stays recalled. Publishes `orders.produce_settled`.
    """
    claimable = LotSale.objects.filter(lot=OuterRef("pk"), claim_until_at__gt=at)
    undecided = BuyerClaim.objects.filter(sale__lot=OuterRef("pk"), status=BuyerClaim.Status.RAISED)
    due = Lot.objects.filter(
        ~Exists(claimable),
        ~Exists(undecided),
        station__county__code=county,
        status__in=[*LOT.arrows["settle_lot"], _L.RECALLED],
        delivered_at__isnull=False,
        settled_at=None,
    )
    chosen = due.order_by("pk").values("pk")[:most]
    held = lock_all(Lot.objects.filter(pk__in=chosen).select_related("station__county", "crop"))
    still_due = set(due.filter(pk__in=[lot.pk for lot in held]).values_list("pk", flat=True))
    lots = [lot for lot in held if lot.pk in still_due]  # while they were waited for, one may have been stopped
    for lot in lots:
        _settle(lot, at=at)
    return lots


def _settle(lot: Lot, *, at: dt.datetime) -> None:
    accounts = Accounts(lot, at=at)
    rows = FarmerStatement.objects.filter(lot=lot).select_related("farmer", "station")
    for statement in lock_all(rows):
        left = statement.reserve - statement.lost
        if left.minor:
            accrue_payable(
                event_type=RESERVE_EVENT,
                event_id=str(statement.pk),
                account=accounts.of(chart.farmer(statement.farmer_id)),
                amount=left,
                source=accounts.of(chart.reserve(statement.farmer_id)),
                eligible_at=at,
                explanation={"lot": lot.code, "reserve_minor": statement.reserve_minor},
                station=statement.station,
                at=at,
            )
        FarmerStatement.objects.filter(pk=statement.pk).update(
            released_minor=F("reserve_minor") - F("lost_minor"), settled_at=at, updated_at=at
        )
        statement.refresh_from_db()
        _tell(statement, lot, at=at)
    lot.settled_at = at
    move(lot, _L.RECALLED if lot.status == _L.RECALLED else _L.SETTLED, at=at)


def _tell(statement: FarmerStatement, lot: Lot, *, at: dt.datetime) -> None:
    publish(
        "orders.produce_settled",
        at=at,
        lot=str(lot.pk),
        farmer=str(statement.farmer_id),
        station=statement.station_id,
        gross_minor=statement.gross_minor,
        net_minor=statement.paid.minor,
        currency=statement.currency,
    )
    about = {
        "crop": names_of(lot.crop),
        "paid": statement.paid.display(statement.farmer.language),
        "share": f"{statement.share_bp / 100:.1f}",
    }
    tell_farmer(statement.farmer, statement.station, "produce_settled", about, about=statement.pk, at=at)
