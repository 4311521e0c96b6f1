"""Stock-takes: every label is read; what is missing and what stands there unexpectedly comes out at the end."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.errors import Refused, WrongState, refuses
from core.history import record_change, record_changes
from education.libraries.machine import STOCK_TAKE
from education.libraries.models import Copy, Library, StockTake, StockTakeScan
from stations.accounts.models import User

#: What should stand in the library.
EXPECTED = (Copy.State.AVAILABLE, Copy.State.WAITING)


class LabelUnknown(Refused):
    """No book of ours has this label."""

    code = "label_unknown"
    status = 422
    message = _("No book has the label %(barcode)s.")


@refuses()
@transaction.atomic
def start_stock_take(*, library: Library, by: User, at: dt.datetime) -> StockTake:
    """Begin to count; the one that runs already is the answer."""
    library = lock(library)
    running = StockTake.objects.filter(library=library, status=StockTake.Status.OPEN).first()
    if running is not None:
        return running
    made = StockTake.objects.create(library=library, started_at=at, started_by=by)
    record_change(made, old="", new=made.status, at=at, actor=by.pk)
    return made


@refuses(WrongState, LabelUnknown)
@transaction.atomic
def scan_copy(*, stock_take: StockTake, barcode: str, by: User, at: dt.datetime) -> StockTake:
    """A label was read; read twice it counts once. Raises `LabelUnknown`, `WrongState`."""
    stock_take = lock(stock_take)
    STOCK_TAKE.check("scan_copy", stock_take.status)
    label = barcode.strip().upper()
    if not Copy.objects.filter(barcode=label).exists():
        raise LabelUnknown(field="barcode", barcode=label[:24])
    StockTakeScan.objects.get_or_create(stock_take=stock_take, barcode=label, defaults={"at": at})
    return stock_take


@refuses(WrongState)
@transaction.atomic
def close_stock_take(*, stock_take: StockTake, by: User, at: dt.datetime) -> StockTake:
    """What was expected and not read is missing; what was read and missing before is back on the shelf."""
    stock_take = lock(stock_take)
    STOCK_TAKE.check("close_stock_take", stock_take.status)
    read = set(stock_take.scans.values_list("barcode", flat=True))
    expected = lock_all(Copy.objects.filter(at_library=stock_take.library_id, state__in=EXPECTED))
    missing = [copy for copy in expected if copy.barcode not in read and copy.state == Copy.State.AVAILABLE]
    unseen = [copy for copy in expected if copy.barcode not in read]
    unexpected = read - {copy.barcode for copy in expected}
    back = lock_all(
        Copy.objects.filter(barcode__in=unexpected, state=Copy.State.MISSING, at_library=stock_take.library_id)
    )
    _set_all(missing, Copy.State.MISSING, by=by, at=at)
    _set_all(back, Copy.State.AVAILABLE, by=by, at=at)
    stock_take.expected, stock_take.found = len(expected), len(expected) - len(unseen)
    stock_take.missing, stock_take.unexpected = len(unseen), len(unexpected)
    stock_take.status, stock_take.closed_at = StockTake.Status.CLOSED, at
    stock_take.save()
    record_change(stock_take, old=StockTake.Status.OPEN, new=stock_take.status, at=at, actor=by.pk)
    return stock_take


def _set_all(copies: list[Copy], state: str, *, by: User, at: dt.datetime) -> None:
    if copies:
        record_changes(copies, old=copies[0].state, new=state, at=at, actor=by.pk)
        Copy.objects.filter(pk__in=[copy.pk for copy in copies]).update(state=state)
