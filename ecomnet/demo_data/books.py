"""Libraries of two villages with their books: some lent, one overdue, one reserved, one nobody reads."""

import datetime as dt

from ecomnet.demo_data.stations import STORY, Cast
from education.libraries.models import Copy, Library
from education.libraries.services import (
    add_copies,
    close_stock_take,
    lend_copy,
    mark_overdue,
    open_library,
    place_hold,
    scan_copy,
    start_stock_take,
)
from stations.models import Person, Station

DAY = dt.timedelta(days=1)
#: ISBN, title, author and copies; the titles are well known, the copies invented.
BOOKS = [
    ("9787544253994", "夏洛的网", "E·B·怀特", 2),
    ("9787544258609", "窗边的小豆豆", "黑柳彻子", 2),
    ("", "昆虫记", "法布尔", 1),
    ("", "十万个为什么", "", 3),
    ("", "果树栽培图解", "", 1),
]


def load_books(cast: Cast, *, at: dt.datetime) -> None:
    """A library at the story's station and one at the station beside it."""
    stations = [each for each in cast.village_stations if each.code in {STORY, "321324-0004"}]
    first, *others = [_open(cast, station, at=at - 500 * DAY) for station in stations]
    _fill(cast, first, BOOKS, at=at - 500 * DAY)
    for library in others:
        _fill(cast, library, BOOKS[:2], at=at - 500 * DAY)
    children = list(Person.objects.filter(home_station=first.station, child_file__isnull=False).order_by("pk"))
    _lend(cast, first, children, at=at)
    _count(cast, first, at=at)


def _open(cast: Cast, station: Station, *, at: dt.datetime) -> Library:
    return open_library(station=station, hours="8:00–17:00", by=cast.clerks[station.county_id], at=at)


def _fill(cast: Cast, library: Library, books: list[tuple[str, str, str, int]], *, at: dt.datetime) -> None:
    by = cast.partners[library.station_id]
    for isbn, title, author, copies in books:
        add_copies(library=library, isbn=isbn, title=title, author=author, copies=copies, by=by, at=at)


def _lend(cast: Cast, library: Library, children: list[Person], *, at: dt.datetime) -> None:
    """One lent, one overdue, one reserved by a child while all of its copies are out."""
    helper = cast.helpers[library.station_id]
    copies = list(Copy.objects.filter(at_library=library).order_by("pk"))
    for number, (copy, lent_at) in enumerate([(copies[0], at - 3 * DAY), (copies[4], at - 20 * DAY)]):
        lend_copy(copy=copy, borrower=children[number], library=library, by=helper, at=lent_at)
    mark_overdue(at=at)
    # No copy of this one is on a shelf of the county.
    title = copies[4].title
    place_hold(title=title, borrower=children[2], pickup_library=library, by=helper, at=at - DAY)


def _count(cast: Cast, library: Library, *, at: dt.datetime) -> None:
    """A stock-take of last month that found everything, and one that runs."""
    helper = cast.helpers[library.station_id]
    take = start_stock_take(library=library, by=helper, at=at - 30 * DAY)
    for barcode in Copy.objects.filter(at_library=library, state=Copy.State.AVAILABLE).values_list(
        "barcode", flat=True
    ):
        scan_copy(stock_take=take, barcode=barcode, by=helper, at=at - 30 * DAY)
    close_stock_take(stock_take=take, by=helper, at=at - 30 * DAY)
    start_stock_take(library=library, by=helper, at=at)
