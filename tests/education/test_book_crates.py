"""Books travel between libraries in crates: packed by scan, counted by another person, at home where they arrive."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.errors import SamePerson
from core.language.reasons import ReasonMissing
from education.libraries import services
from education.libraries.console import CONSOLE
from education.libraries.queries import to_pack_first, to_rotate
from education.models import BookCrate, Copy, Hold, Library
from tests.ecomnet.test_needs import browser_of
from tests.factories.education import books, child_of, library_at
from tests.factories.people import second_login_of
from tests.factories.stations import (
    StationFactory,
    api_client,
    county_clerk_of,
    helper_of,
    partner_of,
    send,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def library():
    return library_at(StationFactory())


@pytest.fixture
def goal(library):
    return library_at(StationFactory(county=library.station.county))


def waiting(name, user):
    need = next(each for each in CONSOLE.needs if each.name == name)
    return list(need.rows(user=user, at=now()))


def packed(library, goal, copies, *, by=None, at=None):
    about = {"by": by or helper_of(library.station), "at": at or now()}
    crate = services.start_crate(library=library, to_library=goal, **about)
    for copy in copies:
        crate = services.pack_copy(crate=crate, barcode=copy.barcode, **about)
    return crate


def arrived(library, goal, copies, *, by=None):
    crate = services.send_crate(crate=packed(library, goal, copies), by=helper_of(library.station), at=now())
    return services.receive_crate(crate=crate, by=by or partner_of(goal.station), at=now())


def state_of(copy):
    copy.refresh_from_db()
    return copy.state, copy.at_library, copy.home_library


def test_books_of_a_crate_belong_to_the_library_that_counts_them_and_what_is_missing_has_a_protocol(library, goal):
    copies = books(library, 41)
    read = copies[0]
    Copy.objects.filter(pk=read.pk).update(last_lent_date=now().date())
    assert list(to_pack_first(library))[-1] == read  # what nobody borrows travels first
    crate = packed(library, goal, copies[1:])
    assert packed(library, goal, copies[1:2]) == crate  # read twice, it is in it once
    with pytest.raises(services.CopyNotHere):
        services.lend_copy(
            copy=copies[1],
            borrower=child_of(library.station),
            library=library,
            by=partner_of(library.station),
            at=now(),
        )
    sender, counter = helper_of(library.station), partner_of(goal.station)
    crate = services.send_crate(crate=crate, by=sender, at=now())
    crate = services.receive_crate(crate=crate, by=counter, at=now())
    for copy in copies[1:40]:
        services.count_copy(crate=crate, barcode=copy.barcode, by=counter, at=now())
    with pytest.raises(services.NotInThisCrate):
        services.count_copy(crate=crate, barcode=read.barcode, by=counter, at=now())
    with pytest.raises(SamePerson):
        services.close_crate(crate=crate, protocol="少一本", by=second_login_of(sender), at=now())
    with pytest.raises(ReasonMissing):
        services.close_crate(crate=crate, by=counter, at=now())
    closed = services.close_crate(crate=crate, protocol="箱底破损，少一本", by=counter, at=now())
    assert (closed.packed, closed.missing, closed.status) == (40, 1, "closed")
    assert state_of(copies[1]) == ("available", goal, goal)
    assert state_of(copies[40]) == ("missing", library, library)
    services.return_copy(copy=copies[40], library=goal, by=counter, at=now())
    assert state_of(copies[40]) == ("available", goal, goal)


def test_a_book_that_somebody_waits_for_goes_from_the_crate_to_the_reader(library, goal):
    [copy], reader = books(library), child_of(goal.station)
    crate = packed(library, goal, [copy])
    hold = services.place_hold(
        title=copy.title, borrower=reader, pickup_library=goal, by=helper_of(goal.station), at=now()
    )
    services.send_crate(crate=crate, by=helper_of(library.station), at=now())
    services.receive_copy(copy=copy, library=goal, by=helper_of(goal.station), at=now())  # by the desk's scan
    assert (state_of(copy)[0], Hold.objects.get(pk=hold.pk).status) == ("waiting", "waiting")


def test_what_is_taken_out_or_not_sent_stands_on_the_shelf_again_and_what_turns_up_elsewhere_goes_home(library, goal):
    first, second, third = books(library, 3)
    by = helper_of(library.station)
    crate = packed(library, goal, [first, second])
    services.unpack_copy(crate=crate, barcode=first.barcode, by=by, at=now())
    services.cancel_crate(crate=crate, by=by, at=now())
    assert {state_of(copy)[0] for copy in (first, second)} == {"available"}
    services.send_crate(crate=packed(library, goal, [third]), by=by, at=now())
    lost_on_the_way = library_at(StationFactory(county=library.station.county))
    services.return_copy(copy=third, library=lost_on_the_way, by=partner_of(lost_on_the_way.station), at=now())
    assert state_of(third) == ("in_transit", lost_on_the_way, library)


def test_a_crate_is_refused_that_is_full_empty_or_goes_to_another_county(library, goal):
    elsewhere = library_at(StationFactory())
    by = helper_of(library.station)
    with pytest.raises(services.OtherCounty):
        services.start_crate(library=library, to_library=elsewhere, by=by, at=now())
    crate = services.start_crate(library=library, to_library=goal, by=by, at=now())
    with pytest.raises(services.CrateEmpty):
        services.send_crate(crate=crate, by=by, at=now())
    copies = [*books(library, 50), *books(library, 11)]
    crate = packed(library, goal, copies[:60])
    with pytest.raises(services.CrateFull):
        services.pack_copy(crate=crate, barcode=copies[60].barcode, by=by, at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        BookCrate.objects.filter(pk=crate.pk).update(status="closed")


def test_each_end_acts_where_the_crate_stands_and_strangers_find_no_such_crate(library, goal):
    copies = books(library, 2)
    start, end = helper_of(library.station), partner_of(goal.station)
    api = api_client(start)
    made = send(api, f"/api/v1/libraries/{library.pk}/crates/", to_station=goal.station.code)
    assert made.status_code == 201, made.content
    path = f"/api/v1/book-crates/{made.json()['id']}"
    for copy in copies:
        assert send(api, f"{path}/packed-books/", barcode=copy.barcode).status_code == 200
    assert send(api_client(end), f"{path}/send/").status_code == 403  # its goal sees it, and waits
    assert send(api, f"{path}/send/").json()["packed"] == 2
    assert send(api, f"{path}/receive/").status_code == 403
    crate = BookCrate.objects.get()
    assert waiting("libraries.crates", end) == [crate]
    assert send(api_client(partner_of(StationFactory())), f"{path}/receive/").status_code == 404
    page = browser_of(end)
    scanned = page.post(reverse("libraries:desk"), {"code": crate.label.lower(), "key": "1" * 32})
    assert scanned["Location"] == reverse("libraries:crate", args=[crate.pk])
    assert crate.label in page.get(reverse("libraries:crates")).content.decode()
    assert send(api_client(end), f"{path}/receive/").json()["status"] == "arrived"
    counted = [send(api_client(end), f"{path}/count/", barcode=copy.barcode).json()["in_crate"] for copy in copies]
    assert counted == [1, 0]
    assert send(api_client(end), f"{path}/close/", protocol="").json()["status"] == "closed"
    assert [row["missing"] for row in api.get("/api/v1/book-crates/").json()["results"]] == [0]
    shown = page.get(reverse("libraries:crate", args=[crate.pk])).content.decode()
    assert [copy.barcode in shown for copy in copies] == [True, True]
    assert crate.label in page.get(reverse("libraries:library", args=[goal.pk])).content.decode()


def test_a_library_with_the_same_books_for_ninety_days_waits_for_the_clerk(library, goal):
    clerk = county_clerk_of(library.station.county)
    Library.objects.update(created_at=now() - 91 * DAY)
    assert set(waiting("libraries.rotation", clerk)) == {library, goal}
    arrived(library, goal, books(library))
    assert list(to_rotate(Library.objects.all(), now())) == [library]
