"""Crates of books: packed by scan, sent, and counted by another person where they come to stay."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change, record_changes
from core.language.reasons import ReasonMissing, written
from education.libraries.barcodes import crate_label_of
from education.libraries.machine import CRATE
from education.libraries.models import BookCrate, BookCrateItem, Copy, Library
from education.libraries.services.collection import LibraryClosed, new_numbers
from education.libraries.services.holds import settle_copy
from education.libraries.services.lending import CopyNotHere
from education.libraries.services.steps import leave_crate, move_copy
from education.libraries.services.stock_takes import LabelUnknown
from stations.accounts.models import User
from stations.two_persons import require_two_persons

#: A crate holds so many books; with fewer than `ADVISED` the journey is hardly worth it.
MOST, ADVISED = 60, 40


class OtherCounty(Refused):
    """A crate goes to another library of the same county."""

    code = "crate_goes_nowhere"
    status = 422
    message = _("Choose another library of the same county.")


class CrateFull(Refused):
    """No more books go into one crate."""

    code = "crate_full"
    message = _("The crate is full: %(most)s books are the most.")


class CrateEmpty(Refused):
    """Nothing is in the crate."""

    code = "crate_empty"
    message = _("No book is in the crate yet. Scan the books first.")


class NotInThisCrate(Refused):
    """The book was not packed into this crate, or is counted already."""

    code = "copy_not_in_crate"
    message = _("The book %(barcode)s is not to be expected in this crate.")


@refuses(LibraryClosed, OtherCounty)
@transaction.atomic
def start_crate(*, library: Library, to_library: Library, by: User, at: dt.datetime) -> BookCrate:
    """Begin a crate for another library of the county; the one that is being packed for it is the answer."""
    library = lock(library)
    if library.pk == to_library.pk or library.station.county_id != to_library.station.county_id:
        raise OtherCounty(field="to_library")
    if not to_library.is_open:
        raise LibraryClosed
    begun = BookCrate.objects.filter(
        from_library=library, to_library=to_library, status=BookCrate.Status.PACKING
    ).first()
    if begun is not None:
        return begun
    [number] = new_numbers(1)
    crate = BookCrate.objects.create(
        label=crate_label_of(number), from_library=library, to_library=to_library, at_library=library
    )
    record_change(crate, old="", new=crate.status, at=at, actor=by.pk)
    return crate


@refuses(WrongState, LabelUnknown, CrateFull, CopyNotHere)
@transaction.atomic
def pack_copy(*, crate: BookCrate, barcode: str, by: User, at: dt.datetime) -> BookCrate:
    """Put a book of the shelf into the crate; read twice it is in it once. From now on nobody borrows it."""
    crate, copy = lock(crate), _labelled(barcode)
    CRATE.check("pack_copy", crate.status)
    items = BookCrateItem.objects.filter(crate=crate, state=BookCrateItem.State.PACKED)
    if items.filter(copy=copy).exists():
        return crate
    if items.count() >= MOST:
        raise CrateFull(most=MOST)
    if copy.state != Copy.State.AVAILABLE or copy.at_library_id != crate.from_library_id:
        raise CopyNotHere(field="barcode", state=copy.get_state_display(), station=copy.at_library.station.name)
    BookCrateItem.objects.create(crate=crate, copy=copy, packed_at=at)
    move_copy(copy, Copy.State.IN_TRANSIT, at=at, by=by)
    return crate


@refuses(WrongState, LabelUnknown, NotInThisCrate)
@transaction.atomic
def unpack_copy(*, crate: BookCrate, barcode: str, by: User, at: dt.datetime) -> BookCrate:
    """Take a book out again before the crate is sent; it goes to the next in line, or stands on the shelf."""
    crate = lock(crate)
    CRATE.check("unpack_copy", crate.status)
    _take_out(_packed(crate, barcode), at_library=crate.from_library, by=by, at=at)
    return crate


@refuses(WrongState)
@transaction.atomic
def cancel_crate(*, crate: BookCrate, by: User, at: dt.datetime) -> BookCrate:
    """Give a crate up before it is sent: every book goes back to the shelf, or to who waits for it."""
    crate = lock(crate)
    CRATE.check("cancel_crate", crate.status)
    for copy in _packed_copies(crate):
        _take_out(copy, at_library=crate.from_library, by=by, at=at)
    return _move(crate, BookCrate.Status.CANCELLED, by=by, at=at)


@refuses(WrongState, CrateEmpty)
@transaction.atomic
def send_crate(*, crate: BookCrate, by: User, at: dt.datetime) -> BookCrate:
    """The crate leaves with what is in it. Raises `CrateEmpty`."""
    crate = lock(crate)
    CRATE.check("send_crate", crate.status)
    packed = crate.items.filter(state=BookCrateItem.State.PACKED).count()
    if not packed:
        raise CrateEmpty
    crate.packed, crate.sent_by, crate.sent_at, crate.at_library = packed, by, at, crate.to_library
    return _move(crate, BookCrate.Status.IN_TRANSIT, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def receive_crate(*, crate: BookCrate, by: User, at: dt.datetime) -> BookCrate:
    """The crate has come; its books are counted now."""
    crate = lock(crate)
    CRATE.check("receive_crate", crate.status)
    crate.arrived_at = at
    return _move(crate, BookCrate.Status.ARRIVED, by=by, at=at)


@refuses(WrongState, LabelUnknown, NotInThisCrate)
@transaction.atomic
def count_copy(*, crate: BookCrate, barcode: str, by: User, at: dt.datetime) -> BookCrate:
    """A book of the crate is there: it belongs to this library now, and goes to the shelf or to who waits for it."""
    crate = lock(crate)
    CRATE.check("count_copy", crate.status)
    _take_out(_packed(crate, barcode), at_library=crate.to_library, by=by, at=at)
    return crate


@refuses(WrongState, SamePerson, ReasonMissing)
@transaction.atomic
def close_crate(*, crate: BookCrate, by: User, at: dt.datetime, protocol: str = "") -> BookCrate:
    """All is counted: what nobody found in it is missing, and the protocol says why. Nobody owes anything for it.

    Raises `ReasonMissing` where books are missing and nothing is said, `SamePerson` for who sent the crate.
    """
    crate = lock(crate)
    CRATE.check("close_crate", crate.status)
    require_two_persons(by, crate.sent_by_id)
    missing = _packed_copies(crate)
    if missing:
        protocol = written(protocol, field="protocol")
        record_changes(missing, old=Copy.State.IN_TRANSIT, new=Copy.State.MISSING, at=at, actor=by.pk, reason=protocol)
        Copy.objects.filter(pk__in=[copy.pk for copy in missing]).update(state=Copy.State.MISSING, updated_at=at)
        crate.items.filter(state=BookCrateItem.State.PACKED).update(
            state=BookCrateItem.State.MISSING, ended_at=at, updated_at=at
        )
    crate.closed_by, crate.closed_at, crate.missing, crate.protocol = by, at, len(missing), protocol
    return _move(crate, BookCrate.Status.CLOSED, by=by, at=at, reason=protocol)


def _labelled(barcode: str) -> Copy:
    label = barcode.strip().upper()
    found = Copy.objects.filter(barcode=label).first()
    if found is None:
        raise LabelUnknown(field="barcode", barcode=label[:24])
    return lock(found)


def _packed(crate: BookCrate, barcode: str) -> Copy:
    copy = _labelled(barcode)
    if not crate.items.filter(copy=copy, state=BookCrateItem.State.PACKED).exists():
        raise NotInThisCrate(field="barcode", barcode=copy.barcode)
    return copy


def _take_out(copy: Copy, *, at_library: Library, by: User, at: dt.datetime) -> None:
    """Out of the crate, to who waits for it or to the shelf."""
    leave_crate(copy, at_library, at=at)
    settle_copy(copy, at=at, by=by)


def _packed_copies(crate: BookCrate) -> list[Copy]:
    packed = crate.items.filter(state=BookCrateItem.State.PACKED).values("copy")
    return lock_all(Copy.objects.filter(pk__in=packed))


def _move(crate: BookCrate, status: str, *, by: User, at: dt.datetime, reason: str = "") -> BookCrate:
    before, crate.status = crate.status, status
    crate.save()
    record_change(crate, old=before, new=status, at=at, actor=by.pk, reason=reason)
    return crate
