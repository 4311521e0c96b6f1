"""What every move of a copy does, and whom libraries tell."""

import datetime as dt

from core.days import day_in
from core.history import record_change
from core.notices.services import notify
from education.libraries.models import BookCrate, BookCrateItem, Copy, Library
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries import confirmed_guardians

_ITEM = BookCrateItem.State


def move_copy(
    copy: Copy, state: str, *, at: dt.datetime, by: User | None = None, library: Library | None = None
) -> Copy:
    """Store a copy in its new state and place, with a trace."""
    before, copy.state = copy.state, state
    if library is not None:
        copy.at_library = library
    copy.save(update_fields=["state", "at_library", "home_library", "last_lent_date", "updated_at"])
    record_change(copy, old=before, new=state, at=at, actor=by.pk if by else None)
    return copy


def leave_crate(copy: Copy, library: Library, *, at: dt.datetime) -> None:
    """A locked copy that was in a crate is seen in a library. Where the crate was to go, it belongs from now on.

    What is found after the crate was closed is at home there as well; what turns up elsewhere stays where it belonged.
    """
    last = BookCrateItem.objects.filter(copy=copy).select_related("crate").order_by("-pk").first()
    if last is None or last.state not in {_ITEM.PACKED, _ITEM.MISSING}:
        return
    is_goal = last.crate.status != BookCrate.Status.PACKING and library.pk == last.crate.to_library_id
    if last.state == _ITEM.MISSING:
        last.state = _ITEM.FOUND
    elif last.crate.status == BookCrate.Status.PACKING and library.pk == last.crate.from_library_id:
        last.state = _ITEM.UNPACKED
    else:
        last.state = _ITEM.ARRIVED if is_goal else _ITEM.ELSEWHERE
    last.ended_at = at
    last.save(update_fields=["state", "ended_at", "updated_at"])
    copy.at_library = library
    if is_goal:
        copy.home_library = library


def tell_borrower(
    borrower: Person, template: str, *, key: str, at: dt.datetime, is_minor: bool, **params: object
) -> None:
    """A text message to the borrower; to a child's guardian where the borrower is one."""
    reader = borrower
    zone = borrower.home_station.zone
    if is_minor:
        guardian = confirmed_guardians(borrower, day_in(zone, at)).exclude(phone="").first()
        reader = guardian or borrower
    if reader.phone:
        notify(
            template=template,
            params={"station": borrower.home_station.name, **params},
            language=reader.language,
            phone=str(reader.phone),
            dedupe_key=key,
            at=at,
            zone=zone,
        )
