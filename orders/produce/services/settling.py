"""When nobody can claim any more, the reserve goes back to the farmers and the lot is settled.

A statement that cannot be settled holds up nobody else.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import DataError, IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from core.database.db import checked_here, lock_all, why_refused
from core.errors import Refused, WrongState, refused_by, refuses
from core.events.services import publish_all
from core.history import record_changes
from core.jobs.models import Job
from core.jobs.services import enqueue_all
from core.notices.services import Notification, notify_all
from finance import chart
from finance.settlement.services import Accrual, accrue_payables, hold_payees
from orders.produce.machine import LOT
from orders.produce.models import BuyerClaim, FarmerStatement, Lot, LotSale, SettlementException
from orders.produce.models.lots import LotQuerySet
from orders.produce.services.harvests import names_of
from orders.produce.services.sharing import Accounts
from orders.produce.services.steps import farmer_notification, held_lot
from stations.accounts.models import User
from stations.network.models import Station

_L = Lot.Status
RESERVE_EVENT = "produce_reserve"
#: So many statements of a county that wait for somebody to look at them are no faults of theirs.
MOST_SET_APART = 100
#: What a row can be to blame for; everything else stops the job, which is tried again.
Fault = DataError | IntegrityError | Refused
FAULTS = (DataError, IntegrityError, Refused)
#: So many farmers' statements at once; so many lots in one transaction, and so many workers for a county at most.
TOGETHER, LOTS_TOGETHER, MOST_WORKERS = 1_000, 10, 4


class SettlementStillFails(Refused):
    """It fails as before."""

    code = "settlement_still_fails"
    message = _("It still cannot be settled: %(why)s")


def schedule_settlements(*, county: str, night: str, at: dt.datetime) -> None:
    """Let jobs settle what is due in a county: one for so many lots as one settles together, a few at most."""
    workers = min(MOST_WORKERS, -(-_due(county, at=at).count() // LOTS_TOGETHER))
    enqueue_all(
        [
            Job(
                kind="produce.settle_due_lots",
                dedupe_key=f"lot-settle-due:{county}:{night}:{number}",
                run_at=at,
                payload={"county": county},
            )
            for number in range(1, workers + 1)
        ]
    )


@refuses(*refused_by(accrue_payables))
@transaction.atomic
def settle_lots(*, county: str, at: dt.datetime, most: int = LOTS_TOGETHER) -> list[Lot]:
    """Settle delivered lots of a county without an open claim: reserve -> farmer, and tell everybody.

    The lots that it has dealt with; several workers at once share the lots of a county. A statement that cannot be
    settled is set apart with its reason, and its lot waits for `retry_settlement`; all others are settled. A lot that
    was recalled after its delivery is settled, too, and stays recalled. Publishes `orders.produce_settled`. Where very
    many fail, the fault is not theirs: the error is raised.
    """
    due = _due(county, at=at)
    held = _held(due, most=most)
    still_due = set(due.filter(pk__in=[lot.pk for lot in held]).values_list("pk", flat=True))
    lots = [lot for lot in held if lot.pk in still_due]  # while they were waited for, one may have been stopped
    if lots:
        _settle_what_settles(lots, at=at)
    return lots


@refuses(WrongState, SettlementStillFails, *refused_by(accrue_payables))
@transaction.atomic
def retry_settlement(*, lot: Lot, by: User, at: dt.datetime) -> Lot:
    """Settle what was set apart of a lot, and with it the lot; refused where it fails again."""
    lot = held_lot(lot)
    LOT.check("retry_settlement", lot.status)
    stands = lot.settlement_exceptions.open()
    if not stands.exists():
        raise WrongState(state=str(lot.get_status_display()))
    try:
        _settle_whole([lot], at=at, by=by)
    except FAULTS as error:
        raise SettlementStillFails(why=why_refused(error)) from error
    stands.update(resolved_by=by, resolved_at=at, updated_at=at)
    return lot


def _due(county: str, *, at: dt.datetime) -> LotQuerySet:
    """Delivered lots of which nobody can claim anything any more, but those that wait for somebody to look at them."""
    claimable = LotSale.objects.filter(lot=OuterRef("pk"), claim_until_at__gt=at)
    undecided = BuyerClaim.objects.filter(sale__lot=OuterRef("pk"), status=BuyerClaim.Status.RAISED)
    set_apart = SettlementException.objects.open().filter(lot=OuterRef("pk"))
    lots: LotQuerySet = Lot.objects.filter(
        ~Exists(claimable),
        ~Exists(undecided),
        ~Exists(set_apart),
        station__county__code=county,
        status__in=[*LOT.arrows["settle_lot"], _L.RECALLED],
        delivered_at__isnull=False,
        settled_at=None,
    )
    return lots


def _held(due: LotQuerySet, *, most: int) -> list[Lot]:
    """The next lots that nobody holds; where there are none, those that somebody holds are waited for."""
    rows = due.select_related("station__county", "crop").order_by("pk")
    free = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=True)[:most])
    return free or lock_all(
        Lot.objects.filter(pk__in=rows.values("pk")[:most]).select_related("station__county", "crop")
    )


def _settle_what_settles(lots: Sequence[Lot], *, at: dt.datetime) -> None:
    """Settle these held lots together; where that fails, each half of them alone."""
    try:
        _settle_whole(lots, at=at)
    except FAULTS as error:
        if len(lots) == 1:
            _settle_without_faults(lots[0], error, at=at)
            return
        half = len(lots) // 2
        _settle_what_settles(lots[:half], at=at)
        _settle_what_settles(lots[half:], at=at)


def _settle_whole(lots: Sequence[Lot], *, at: dt.datetime, by: User | None = None) -> None:
    """All or nothing."""
    with checked_here():
        _settle(_held_statements(lots), at=at)
        _end(lots, at=at, by=by)


def _settle_without_faults(lot: Lot, fault: Fault, *, at: dt.datetime) -> None:
    """Settle the statements of a lot that has failed, but those that fail; the lot waits for them."""
    if not _settle_in_halves(_held_statements([lot]), at=at):
        _set_apart(lot, None, fault, at=at)


def _settle_in_halves(statements: Sequence[FarmerStatement], *, at: dt.datetime) -> int:
    """Halve statements that fail together until each that fails is found and set apart; how many those are."""
    if not statements:
        return 0
    try:
        with checked_here():
            _settle(statements, at=at)
    except FAULTS as error:
        if len(statements) == 1:
            _set_apart(statements[0].lot, statements[0], error, at=at)
            return 1
        half = len(statements) // 2
        return _settle_in_halves(statements[:half], at=at) + _settle_in_halves(statements[half:], at=at)
    return 0


def _set_apart(lot: Lot, statement: FarmerStatement | None, error: Fault, *, at: dt.datetime) -> None:
    open_ones = SettlementException.objects.open().filter(lot__station__county=lot.station.county)
    if open_ones.count() >= MOST_SET_APART:
        raise error
    SettlementException.objects.create(lot=lot, statement=statement, error=why_refused(error), found_at=at)


def _held_statements(lots: Sequence[Lot]) -> list[FarmerStatement]:
    """What is not settled of these lots; each lot and station stands in memory once, however many farmers it has."""
    by_id = {lot.pk: lot for lot in lots}
    waiting = FarmerStatement.objects.filter(lot__in=by_id, settled_at=None)
    statements = lock_all(waiting.select_related("farmer"))
    stations = Station.objects.in_bulk({each.station_id for each in statements})
    for each in statements:
        each.lot, each.station = by_id[each.lot_id], stations[each.station_id]
    return statements


def _settle(statements: Sequence[FarmerStatement], *, at: dt.datetime) -> None:
    """The reserve of each, in portions; all accounts are held first, since a farmer has statements of many lots."""
    accruals = _accruals(statements, at=at)
    hold_payees(each.account for each in accruals.values())
    for first in range(0, len(statements), TOGETHER):
        _settle_portion(statements[first : first + TOGETHER], accruals, at=at)


def _settle_portion(
    statements: Sequence[FarmerStatement], accruals: Mapping[UUID, Accrual], *, at: dt.datetime
) -> None:
    """The reserve of many statements, in as many statements of the database as that of one."""
    owed = [accruals[each.pk] for each in statements if each.pk in accruals]
    accrue_payables(event_type=RESERVE_EVENT, accruals=owed, eligible_at=at, at=at)
    for statement in statements:
        statement.released_minor, statement.settled_at = statement.reserve_minor - statement.lost_minor, at
    FarmerStatement.objects.filter(pk__in=[each.pk for each in statements]).update(
        released_minor=F("reserve_minor") - F("lost_minor"), settled_at=at, updated_at=at
    )
    publish_all("orders.produce_settled", [_settled(each) for each in statements], at=at)
    notify_all(notifications=[told for each in statements if (told := _notification_of(each))], at=at)


def _accruals(statements: Sequence[FarmerStatement], *, at: dt.datetime) -> dict[UUID, Accrual]:
    """reserve -> farmer, for each that has something left, by the id of the statement."""
    opened: dict[tuple[str, str], Accounts] = {}
    farmers: dict[tuple[str, str], list[UUID]] = {}
    for each in statements:
        book = each.lot.station.county.country, each.currency
        opened.setdefault(book, Accounts(each.lot, at=at))
        farmers.setdefault(book, []).append(each.farmer_id)
    for book, accounts in opened.items():
        accounts.open([key for pk in farmers[book] for key in (chart.farmer(pk), chart.reserve(pk))])
    made: dict[UUID, Accrual] = {}
    for each in statements:
        accounts, left = opened[each.lot.station.county.country, each.currency], each.reserve - each.lost
        if left:
            about = {"lot": each.lot.code, "reserve_minor": each.reserve_minor}
            farmer, reserve = accounts.of(chart.farmer(each.farmer_id)), accounts.of(chart.reserve(each.farmer_id))
            made[each.pk] = Accrual(str(each.pk), farmer, left, reserve, each.station, about)
    return made


def _end(lots: Sequence[Lot], *, at: dt.datetime, by: User | None) -> None:
    """They are settled; one that was recalled after its delivery stays recalled."""
    Lot.objects.filter(pk__in=[lot.pk for lot in lots]).update(settled_at=at, updated_at=at)
    ended: dict[str, list[Lot]] = {}
    for lot in lots:
        ended.setdefault(lot.status, []).append(lot)
        lot.status, lot.settled_at = (lot.status if lot.status == _L.RECALLED else _L.SETTLED), at
    for before, rows in ended.items():
        new = rows[0].status
        Lot.objects.filter(pk__in=[lot.pk for lot in rows]).update(status=new)
        record_changes(rows, old=before, new=new, at=at, actor=by.pk if by else None)


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
