"""When nobody can claim any more, the reserve goes back to the farmers and the lot is settled."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from core.database.db import lock_all
from core.errors import refused_by, refuses
from core.events.services import publish_all
from core.history import record_changes
from core.notices.services import Notification, notify_all
from finance import chart
from finance.settlement.services import Accrual, accrue_payables
from orders.produce.machine import LOT
from orders.produce.models import BuyerClaim, FarmerStatement, Lot, LotSale
from orders.produce.services.harvests import names_of
from orders.produce.services.sharing import Accounts
from orders.produce.services.steps import farmer_notification
from stations.network.models import Station

_L = Lot.Status
RESERVE_EVENT = "produce_reserve"
#: So many farmers' statements at once; all of a lot is one transaction.
TOGETHER = 1_000


@refuses(*refused_by(accrue_payables))
@transaction.atomic
def settle_lots(*, county: str, at: dt.datetime, most: int = 10) -> list[Lot]:
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
    statements = _held_statements(lots)
    for first in range(0, len(statements), TOGETHER):
        _settle(statements[first : first + TOGETHER], at=at)
    _end(lots, at=at)
    return lots


def _held_statements(lots: Sequence[Lot]) -> list[FarmerStatement]:
    """Those of these lots; each lot and each station stands in memory once, however many farmers it has."""
    by_id = {lot.pk: lot for lot in lots}
    statements = lock_all(FarmerStatement.objects.filter(lot__in=by_id).select_related("farmer"))
    stations = Station.objects.in_bulk({each.station_id for each in statements})
    for each in statements:
        each.lot, each.station = by_id[each.lot_id], stations[each.station_id]
    return statements


def _settle(statements: Sequence[FarmerStatement], *, at: dt.datetime) -> None:
    """The reserve of many statements, in as many statements of the database as that of one."""
    accrue_payables(event_type=RESERVE_EVENT, accruals=_accruals(statements, at=at), eligible_at=at, at=at)
    for statement in statements:
        statement.released_minor, statement.settled_at = statement.reserve_minor - statement.lost_minor, at
    FarmerStatement.objects.filter(pk__in=[each.pk for each in statements]).update(
        released_minor=F("reserve_minor") - F("lost_minor"), settled_at=at, updated_at=at
    )
    publish_all("orders.produce_settled", [_settled(each) for each in statements], at=at)
    notify_all(notifications=[told for each in statements if (told := _notification_of(each))], at=at)


def _accruals(statements: Sequence[FarmerStatement], *, at: dt.datetime) -> list[Accrual]:
    """reserve -> farmer, for each that has something left."""
    opened: dict[tuple[str, str], Accounts] = {}
    farmers: dict[tuple[str, str], list[UUID]] = {}
    for each in statements:
        book = each.lot.station.county.country, each.currency
        opened.setdefault(book, Accounts(each.lot, at=at))
        farmers.setdefault(book, []).append(each.farmer_id)
    for book, accounts in opened.items():
        accounts.open([key for pk in farmers[book] for key in (chart.farmer(pk), chart.reserve(pk))])
    made = []
    for each in statements:
        accounts, left = opened[each.lot.station.county.country, each.currency], each.reserve - each.lost
        if left:
            about = {"lot": each.lot.code, "reserve_minor": each.reserve_minor}
            farmer, reserve = accounts.of(chart.farmer(each.farmer_id)), accounts.of(chart.reserve(each.farmer_id))
            made.append(Accrual(str(each.pk), farmer, left, reserve, each.station, about))
    return made


def _end(lots: Sequence[Lot], *, at: dt.datetime) -> None:
    """They are settled; one that was recalled after its delivery stays recalled."""
    Lot.objects.filter(pk__in=[lot.pk for lot in lots]).update(settled_at=at, updated_at=at)
    ended: dict[str, list[Lot]] = {}
    for lot in lots:
        ended.setdefault(lot.status, []).append(lot)
        lot.status, lot.settled_at = (lot.status if lot.status == _L.RECALLED else _L.SETTLED), at
    for before, rows in ended.items():
        new = rows[0].status
        Lot.objects.filter(pk__in=[lot.pk for lot in rows]).update(status=new)
        record_changes(rows, old=before, new=new, at=at)


def _settled(statement: FarmerStatement) -> dict[str, object]:
    return {
        "lot": str(statement.lot_id),
        "farmer": str(statement.farmer_id),
        "station": statement.station_id,
        "gross_minor": statement.gross_minor,
        "net_minor": statement.paid.minor,
        "currency": statement.currency,
    }


def _notification_of(statement: FarmerStatement) -> Notification | None:
    about = {
        "crop": names_of(statement.lot.crop),
        "paid": statement.paid.display(statement.farmer.language),
        "share": f"{statement.share_bp / 100:.1f}",
    }
    return farmer_notification(statement.farmer, statement.station, "produce_settled", about, about=statement.pk)
