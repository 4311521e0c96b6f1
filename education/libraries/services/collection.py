"""What a library has: opened, stocked, copies taken out of use."""

import datetime as dt

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from education.libraries.barcodes import isbn13_of, label_of
from education.libraries.models import Copy, Library, Title
from stations.accounts.models import User
from stations.network.models import Station

#: At most so many copies are labelled with one press.
MOST_COPIES = 50


class IsbnMalformed(Refused):
    """The check digit does not fit."""

    code = "isbn_malformed"
    status = 422
    message = _("This is not an ISBN. Scan it again, or leave it empty for an old book.")


class BarcodeTaken(Refused):
    """Another copy has this label."""

    code = "barcode_taken"
    message = _("Another book already has the label %(barcode)s.")


class LibraryClosed(Refused):
    """The library lends nothing at the moment."""

    code = "library_closed"
    message = _("This library is closed.")


@refuses()
@transaction.atomic
def open_library(*, station: Station, by: User, at: dt.datetime, hours: str = "") -> Library:
    """The library of a station; the same one again where it has one."""
    library, is_new = Library.objects.get_or_create(station=station, defaults={"hours": hours})
    if is_new:
        record_change(library, old="", new="open", at=at, actor=by.pk)
    return library


@refuses(IsbnMalformed, BarcodeTaken, LibraryClosed)
@transaction.atomic
def add_copies(
    *,
    library: Library,
    title: str,
    by: User,
    at: dt.datetime,
    isbn: str = "",
    author: str = "",
    copies: int = 1,
    barcode: str = "",
    age_from: int | None = None,
    age_to: int | None = None,
) -> list[Copy]:
    """Add copies of a title, which is found by its ISBN or made. A label of our own where none is scanned.

    Raises `IsbnMalformed`, `BarcodeTaken`, `LibraryClosed`.
    """
    if not library.is_open:
        raise LibraryClosed
    isbn13 = isbn13_of(isbn)
    if isbn and not isbn13:
        raise IsbnMalformed(field="isbn")
    known = Title.objects.filter(isbn13=isbn13).first() if isbn13 else None
    book = known or Title.objects.create(isbn13=isbn13, title=title, author=author, age_from=age_from, age_to=age_to)
    labels = [barcode.strip().upper()] if barcode.strip() else [label_of(each) for each in new_numbers(copies)]
    taken = Copy.objects.filter(barcode__in=labels).first()
    if taken is not None:
        raise BarcodeTaken(field="barcode", barcode=taken.barcode)
    day = day_in(library.station.zone, at)
    made = [
        Copy(barcode=label, title=book, home_library=library, at_library=library, added_date=day) for label in labels
    ]
    Copy.objects.bulk_create(made)
    for copy in made:
        record_change(copy, old="", new=copy.state, at=at, actor=by.pk)
    return made


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def withdraw_copy(*, copy: Copy, reason: str, by: User, at: dt.datetime) -> Copy:
    """Take a copy that stands here, is missing or damaged out of use. Raises `WrongState` for one that is lent."""
    copy = lock(copy)
    if copy.state not in {Copy.State.AVAILABLE, Copy.State.MISSING, Copy.State.DAMAGED, Copy.State.LOST}:
        raise WrongState(state=copy.get_state_display())
    before, copy.state = copy.state, Copy.State.WITHDRAWN
    copy.save(update_fields=["state", "updated_at"])
    record_change(copy, old=before, new=copy.state, at=at, actor=by.pk, reason=reason)
    return copy


def new_numbers(count: int) -> list[int]:
    """Numbers for labels that no copy and no crate had before, from one counter of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('education_book_label') FROM generate_series(1, %s)", [count])
        return [number for (number,) in cursor.fetchall()]
