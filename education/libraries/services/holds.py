"""Reservations: the next free copy of a title, wherever it is, goes to whoever waits longest."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.days import day_in, latest_day
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from education.libraries.machine import HOLD
from education.libraries.models import Copy, Hold, Library, Title
from education.libraries.queries import live_holds, rule_for
from education.libraries.services.steps import leave_crate, move_copy, tell_borrower
from education.safeguarding.queries import is_child
from stations.accounts.models import User
from stations.people.models import Person

#: A book waits so long at the desk.
FETCHED_WITHIN = dt.timedelta(days=7)
USUAL_HOLDS = 3


class HoldLimit(Refused):
    """The borrower waits for as many titles as the rule permits."""

    code = "hold_limit"
    message = _("%(most)s reservations are the most. Cancel one first.")


class AlreadyReserved(Refused):
    """The borrower waits for this title already."""

    code = "already_reserved"
    message = _("This book is already reserved for this person.")


class NoCopyAnywhere(Refused):
    """No library of the county has a copy that could come."""

    code = "no_copy_anywhere"
    message = _("No library of the county has this book.")


@refuses(HoldLimit, AlreadyReserved, NoCopyAnywhere)
@transaction.atomic
def place_hold(*, title: Title, borrower: Person, pickup_library: Library, by: User, at: dt.datetime) -> Hold:
    """Reserve a title; a free copy of the county is found at once. A full line never refuses: it waits.

    Raises `AlreadyReserved`, `HoldLimit`, `NoCopyAnywhere`.
    """
    borrower = lock(borrower)
    day = day_in(pickup_library.station.zone, at)
    live = list(live_holds(borrower))
    if any(hold.title_id == title.pk for hold in live):
        raise AlreadyReserved
    rule = rule_for(borrower, day)
    most = rule.max_holds if rule else USUAL_HOLDS
    if len(live) >= most:
        raise HoldLimit(most=most)
    usable = Copy.objects.filter(title=title, at_library__station__county=pickup_library.station.county_id)
    gone = (Copy.State.LOST, Copy.State.WITHDRAWN, Copy.State.MISSING, Copy.State.DAMAGED)
    if not usable.exclude(state__in=gone).exists():
        raise NoCopyAnywhere
    hold = Hold.objects.create(title=title, borrower=borrower, pickup_library=pickup_library, placed_at=at)
    record_change(hold, old="", new=hold.status, at=at, actor=by.pk)
    free = usable.on_shelf().order_by("pk")
    here = free.filter(at_library=pickup_library).first() or free.first()
    # Meanwhile somebody may have lent it.
    if here is not None and (copy := lock(here)).state == Copy.State.AVAILABLE:
        find_for_line(copy, at=at, by=by)
        hold.refresh_from_db()
    return hold


@refuses(WrongState)
@transaction.atomic
def cancel_hold(*, hold: Hold, by: User, at: dt.datetime) -> Hold:
    """Give a reservation up before a copy was found."""
    hold = lock(hold)
    HOLD.check("cancel_hold", hold.status)
    return _move(hold, Hold.Status.CANCELLED, at=at, by=by)


@refuses(WrongState)
@transaction.atomic
def receive_copy(*, copy: Copy, library: Library, by: User, at: dt.datetime) -> Copy:
    """A copy that was on the way has come: it waits for its reader, or stands on the shelf. Raises `WrongState`."""
    copy = lock(copy)
    if copy.state != Copy.State.IN_TRANSIT:
        raise WrongState(state=copy.get_state_display())
    hold = Hold.objects.filter(copy=copy, status=Hold.Status.IN_TRANSIT).first()
    copy.at_library = library
    leave_crate(copy, library, at=at)
    if hold is not None and hold.pickup_library_id == library.pk:
        _make_wait(lock(hold), copy, at=at, by=by)
        return copy
    if hold is not None:
        return move_copy(copy, Copy.State.IN_TRANSIT, at=at, by=by)
    return settle_copy(copy, at=at, by=by)


@transaction.atomic
def expire_holds(*, at: dt.datetime) -> int:
    """Books that nobody fetched in time go to the next in line, or home; how many."""
    due = Hold.objects.filter(status=Hold.Status.WAITING, expires_date__lt=latest_day(at))
    expired = 0
    for hold in lock_all(due.select_related("pickup_library__station", "copy")):
        last = hold.expires_date
        if last is None or hold.copy is None or day_in(hold.pickup_library.station.zone, at) <= last:
            continue
        _move(hold, Hold.Status.EXPIRED, at=at)
        settle_copy(lock(hold.copy), at=at)
        expired += 1
    return expired


def settle_copy(copy: Copy, *, at: dt.datetime, by: User | None = None) -> Copy:
    """A copy that is free: for the next in line, or home, or on the shelf where it belongs."""
    if find_for_line(copy, at=at, by=by):
        return copy
    state = Copy.State.AVAILABLE if copy.at_library_id == copy.home_library_id else Copy.State.IN_TRANSIT
    return move_copy(copy, state, at=at, by=by)


def find_for_line(copy: Copy, *, at: dt.datetime, by: User | None = None) -> bool:
    """Whether somebody of the county waits for this title; then the copy is theirs, here or on the way."""
    county = copy.at_library.station.county_id
    line = Hold.objects.filter(
        title=copy.title_id, status=Hold.Status.PLACED, pickup_library__station__county=county
    ).order_by("placed_at", "pk")
    first = line.select_for_update(of=("self",), no_key=True).first()
    if first is None:
        return False
    first.copy = copy
    if first.pickup_library_id == copy.at_library_id:
        _make_wait(first, copy, at=at, by=by)
    else:
        _move(first, Hold.Status.IN_TRANSIT, at=at, by=by)
        move_copy(copy, Copy.State.IN_TRANSIT, at=at, by=by)
    return True


def fulfil(copy: Copy, borrowers: list[Person], *, at: dt.datetime, by: User) -> None:
    """The borrower has come for a reserved title: this copy or another one fulfils it."""
    holds = Hold.objects.filter(borrower__in=borrowers, title=copy.title_id).live()
    for hold in lock_all(holds.select_related("copy")):
        other = hold.copy if hold.copy_id and hold.copy_id != copy.pk else None
        hold.copy = copy
        _move(hold, Hold.Status.FULFILLED, at=at, by=by)
        if other is not None:
            settle_copy(lock(other), at=at, by=by)


def _make_wait(hold: Hold, copy: Copy, *, at: dt.datetime, by: User | None) -> None:
    day = day_in(hold.pickup_library.station.zone, at)
    hold.copy, hold.waiting_since, hold.expires_date = copy, at, day + FETCHED_WITHIN
    _move(hold, Hold.Status.WAITING, at=at, by=by)
    move_copy(copy, Copy.State.WAITING, at=at, by=by)
    tell_borrower(
        hold.borrower,
        "book_waits",
        key=f"edu:hold:{hold.pk}:{day}",
        at=at,
        is_minor=is_child(hold.borrower, day),
        title=hold.title.title[:20],
        day=hold.expires_date.isoformat(),
    )


def _move(hold: Hold, status: str, *, at: dt.datetime, by: User | None = None) -> Hold:
    before, hold.status = hold.status, status
    hold.save()
    record_change(hold, old=before, new=status, at=at, actor=by.pk if by else None)
    return hold
