"""Libraries of two villages and the county's store: books lent, overdue, reserved, unread; crates between them."""

import datetime as dt

from ecomnet.demo_data.stations import STORY, Cast
from education.libraries.models import BookCrate, Copy, Library
from education.libraries.services import (
    add_copies,
    close_crate,
    close_stock_take,
    count_copy,
    lend_copy,
    mark_overdue,
    open_library,
    pack_copy,
    place_hold,
    receive_crate,
    scan_copy,
    send_crate,
    start_crate,
    start_stock_take,
)
from stations.models import Person, Station, User

DAY = dt.timedelta(days=1)
#: ISBN, title, author and copies; the titles are well known, the copies invented.
BOOKS = [
    ("9787544253994", "夏洛的网", "E·B·怀特", 2),
    ("9787544258609", "窗边的小豆豆", "黑柳彻子", 2),
    ("", "昆虫记", "法布尔", 1),
    ("", "十万个为什么", "", 3),
    ("", "果树栽培图解", "", 1),
]

#: What stands in the county's store.
STORED = [
    ("上下五千年", "林汉达"),
    ("草房子", "曹文轩"),
    ("西游记（少年版）", "吴承恩"),
    ("三毛流浪记", "张乐平"),
    ("家庭养鸡一百问", ""),
    ("常见病的预防", ""),
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
    _rotate(cast, first, others[0], at=at)


def _rotate(cast: Cast, library: Library, next_door: Library, *, at: dt.datetime) -> None:
    """From the county's store one crate has come, with a book less, and one is on its way; one is packed for it."""
    county = library.station.county
    centre = Station.objects.get(county=county, kind=Station.Kind.COUNTY_CENTRE)
    store = _open(cast, centre, at=at - 400 * DAY)
    clerk, helper = cast.clerks[county.pk], cast.helpers[library.station_id]
    for title, author in STORED:
        add_copies(library=store, title=title, author=author, copies=2, by=clerk, at=at - 400 * DAY)
    labels = list(Copy.objects.filter(at_library=store).order_by("pk").values_list("barcode", flat=True))
    first = _sent(store, next_door, labels[:6], by=clerk, at=at - 40 * DAY)
    first = receive_crate(crate=first, by=cast.partners[next_door.station_id], at=at - 38 * DAY)
    for barcode in labels[:5]:
        count_copy(crate=first, barcode=barcode, by=cast.partners[next_door.station_id], at=at - 38 * DAY)
    lost = "路上箱底破损，少一本"
    close_crate(crate=first, protocol=lost, by=cast.partners[next_door.station_id], at=at - 38 * DAY)
    _sent(store, library, labels[6:], by=clerk, at=at - 2 * DAY)
    packing = start_crate(library=library, to_library=store, by=helper, at=at)
    unread = Copy.objects.filter(at_library=library, state=Copy.State.AVAILABLE, last_lent_date=None).order_by("-pk")
    pack_copy(crate=packing, barcode=unread[0].barcode, by=helper, at=at)


def _sent(store: Library, goal: Library, labels: list[str], *, by: User, at: dt.datetime) -> BookCrate:
    crate = start_crate(library=store, to_library=goal, by=by, at=at)
    for barcode in labels:
        crate = pack_copy(crate=crate, barcode=barcode, by=by, at=at)
    return send_crate(crate=crate, by=by, at=at)


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
