"""Books are lent by two scans, wait for readers in other villages, come back anywhere, and are counted by scanner."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in
from core.models import Notice
from education.libraries import services
from education.libraries.barcodes import isbn13_of
from education.libraries.queries import unread
from education.libraries.services.steps import tell_borrower
from education.models import Copy, Hold, Library, Loan, LoanRule, StockTake
from stations.network.services import ServiceNotOpen
from stations.people.services import issue_card
from tests.factories.education import books, child_of, library_at
from tests.factories.finance import pause_at
from tests.factories.people import resident
from tests.factories.stations import (
    PostFactory,
    StationFactory,
    api_client,
    county,
    county_clerk_of,
    helper_of,
    partner_of,
    send,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ISBN = "9787544253994"


@pytest.fixture
def library():
    return library_at(StationFactory())


@pytest.fixture
def other(library):
    return library_at(StationFactory(county=library.station.county))


def adult(station, name="赵六"):
    return resident(name, station, birth_date=dt.date(1980, 1, 1), birth_precision="day")


def lent(copy, borrower, library, *, at=None):
    return services.lend_copy(
        copy=copy, borrower=borrower, library=library, by=helper_of(library.station), at=at or now()
    )


def returned(copy, library, *, at=None):
    return services.return_copy(copy=copy, library=library, by=helper_of(library.station), at=at or now())


def reserved(title, borrower, library, *, at=None):
    by = helper_of(library.station)
    return services.place_hold(title=title, borrower=borrower, pickup_library=library, by=by, at=at or now())


def test_e8_a_reserved_book_is_not_renewed_travels_waits_a_week_and_goes_to_the_next_reader(library, other):
    """Acceptance scenario E8, without its stock-take."""
    at = now()
    first, second, third = child_of(library.station), child_of(other.station), child_of(library.station)
    copy, twin = books(library, 2, isbn=ISBN)
    found = api_client(helper_of(library.station)).get("/api/v1/copies/", {"q": ISBN}).json()["results"]
    assert {row["barcode"] for row in found} == {copy.barcode, twin.barcode}
    services.withdraw_copy(copy=twin, reason="书页脱落", by=partner_of(library.station), at=at)
    loan = lent(copy, first, library, at=at)
    hold, later = reserved(copy.title, second, other), reserved(copy.title, third, library)
    with pytest.raises(services.TitleReserved):
        services.renew_loan(loan=loan, by=helper_of(library.station), at=at)
    assert returned(copy, library).state == Copy.State.IN_TRANSIT
    copy = services.receive_copy(copy=copy, library=other, by=helper_of(other.station), at=at)
    hold.refresh_from_db()
    day = day_in(other.station.zone, at)
    assert (copy.state, hold.status, hold.expires_date) == ("waiting", "waiting", day + 7 * DAY)
    with pytest.raises(services.HoldWaiting):
        lent(copy, adult(other.station), other)
    assert [services.expire_holds(at=at + days * DAY) for days in (7, 8)] == [0, 1]
    hold.refresh_from_db(), later.refresh_from_db(), copy.refresh_from_db()
    assert (hold.status, later.status, copy.state) == ("expired", "in_transit", "in_transit")
    services.receive_copy(copy=copy, library=library, by=helper_of(library.station), at=at + 9 * DAY)
    lent(copy, third, library, at=at + 9 * DAY)
    later.refresh_from_db()
    assert later.status == "fulfilled"
    assert returned(copy, other).state == Copy.State.IN_TRANSIT
    assert services.receive_copy(copy=copy, library=library, by=helper_of(library.station), at=at).state == "available"


def test_e8_a_stock_take_of_300_finds_4_missing_and_what_stands_there_unexpectedly(library, other):
    copies = [copy for _number in range(6) for copy in books(library, 50)]
    [foreign] = books(other)
    lent(copies[0], adult(library.station), library)
    by = helper_of(library.station)
    take = services.start_stock_take(library=library, by=by, at=now())
    read = [copy.barcode for copy in copies[1:296]] + [foreign.barcode]
    for barcode in [*read[:3], read[0].lower()]:
        services.scan_copy(stock_take=take, barcode=barcode, by=by, at=now())
    take.scans.model.objects.bulk_create(
        take.scans.model(stock_take=take, barcode=barcode, at=now()) for barcode in read[3:]
    )
    with pytest.raises(services.LabelUnknown):
        services.scan_copy(stock_take=take, barcode="BK99999999", by=by, at=now())
    closed = services.close_stock_take(stock_take=take, by=by, at=now())
    assert (closed.expected, closed.found, closed.missing, closed.unexpected) == (299, 295, 4, 1)
    missing = Copy.objects.filter(at_library=library, state="missing")
    assert {copy.pk for copy in missing} == {copy.pk for copy in copies[296:]}
    again = services.start_stock_take(library=library, by=by, at=now())
    services.scan_copy(stock_take=again, barcode=copies[299].barcode, by=by, at=now())
    services.close_stock_take(stock_take=again, by=by, at=now())
    copies[299].refresh_from_db()
    assert copies[299].state == "available"


def test_two_scans_lend_and_one_takes_back_at_the_desk(library, client):
    [copy] = books(library)
    child, helper = child_of(library.station), helper_of(library.station)
    card = issue_card(person=child, by=helper, at=now())
    client.force_login(helper)
    desk = reverse("libraries:desk")

    def scan(address, code):
        number = str(len(code)) + str(Loan.objects.count()) + str(Loan.objects.filter(status="returned").count())
        return client.post(address, {"key": f"scan-number-{number}-{code}"[:60], "code": code})

    reader = scan(desk, card.code)
    assert reader.url == f"{desk}?person={child.pk}"
    assert scan(reader.url, copy.barcode.lower()).url == reader.url
    assert child.full_name in client.get(reader.url).content.decode()
    assert Loan.objects.get(copy=copy).status == "issued"
    assert scan(desk, copy.barcode).url == desk
    loan = Loan.objects.get(copy=copy)
    copy.refresh_from_db()
    assert (loan.status, copy.state) == ("returned", "available")
    assert scan(desk, "BK00009999").status_code == 422
    assert scan(desk, copy.barcode).url == desk, "a book that was never lent is taken back as well"


def test_a_child_is_never_blocked_for_overdue_books_and_an_adult_with_three_is(library):
    child, grown = child_of(library.station), adult(library.station)
    copies, at = books(library, 8), now()
    ago = at - 40 * DAY
    lent(copies[0], child, library, at=ago)
    lent(copies[1], child, library, at=at)
    with pytest.raises(services.LoanLimit):
        lent(copies[2], child, library, at=at)
    for copy in copies[2:5]:
        lent(copy, grown, library, at=ago)
    LoanRule.objects.update(max_loans=9)
    with pytest.raises(services.OverdueFirst):
        lent(copies[6], grown, library, at=at)
    lent(copies[7], child, library, at=at)


def test_a_book_is_due_on_an_open_day_is_renewed_twice_and_reminds_on_its_days(library):
    at = now()
    day = day_in(library.station.zone, at)
    due = day + 21 * DAY
    Library.objects.filter(pk=library.pk).update(closed_weekdays=[due.isoweekday()])
    library.refresh_from_db()
    [copy], grown = books(library), adult(library.station)
    type(grown).objects.filter(pk=grown.pk).update(phone="+8613812345678")
    loan = lent(copy, grown, library, at=at)
    assert loan.due_date == due + DAY
    for _number in range(2):
        loan = services.renew_loan(loan=loan, by=helper_of(library.station), at=at)
    with pytest.raises(services.NoRenewalsLeft):
        services.renew_loan(loan=loan, by=helper_of(library.station), at=at)
    noon = dt.datetime.combine(loan.due_date, dt.time(4), tzinfo=dt.UTC)
    became = {days: services.mark_overdue(at=noon + days * DAY) for days in (-3, -2, 0, 1, 2, 7, 21)}
    assert became == {-3: 0, -2: 0, 0: 0, 1: 1, 2: 0, 7: 0, 21: 0}
    assert Notice.objects.filter(template="book_is_due").count() == 1
    assert Notice.objects.filter(template="book_is_overdue").count() == 3
    assert [services.mark_lost(at=noon + days * DAY) for days in (60, 61)] == [0, 1]
    loan.refresh_from_db(), copy.refresh_from_db()
    assert (loan.status, copy.state) == ("lost", "lost")
    assert returned(copy, library).state == "available"


def test_the_database_refuses_a_second_loan_of_one_copy(library):
    [copy], grown = books(library), adult(library.station)
    loan = lent(copy, grown, library)
    with pytest.raises(IntegrityError, match="copy_has_one_open_loan"), transaction.atomic():
        Loan.objects.create(
            copy=copy, borrower=grown, library=library, lent_at=now(), due_date=loan.due_date, lent_by=loan.lent_by
        )


def test_isbn_of_ten_and_thirteen_digits_are_one_title_and_a_wrong_digit_is_refused(library):
    assert isbn13_of("978-7-5442-5399-4") == ISBN == isbn13_of(f"754425399{isbn_check('754425399')}")
    [one], [other] = books(library, isbn=ISBN), books(library, isbn="978 7544253994", title="Charlotte")
    assert one.title == other.title
    with pytest.raises(services.IsbnMalformed):
        books(library, isbn="9787544253995")
    with pytest.raises(services.BarcodeTaken):
        books(library, barcode=one.barcode.lower())


def isbn_check(digits):
    rest = -sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 11
    return "X" if rest == 10 else str(rest)


def test_what_nobody_borrowed_in_a_year_is_listed_and_new_books_are_not(library):
    at = now()
    day = day_in(library.station.zone, at)
    old, read, fresh = (books(library)[0] for _ in range(3))
    Copy.objects.filter(pk__in=[old.pk, read.pk]).update(added_date=day - 400 * DAY)
    Copy.objects.filter(pk=read.pk).update(last_lent_date=day - 365 * DAY)
    assert set(unread(Copy.objects.all(), day)) == {old}
    Copy.objects.filter(pk=read.pk).update(last_lent_date=day - 366 * DAY)
    assert set(unread(Copy.objects.all(), day)) == {old, read}
    assert fresh.state == "available"


def test_who_borrowed_what_is_seen_at_the_desk_alone_and_a_key_lends_once(library):
    [copy], child = books(library), child_of(library.station)
    helper = helper_of(library.station)
    body = {"barcode": copy.barcode, "borrower": str(child.pk)}
    client, path = api_client(helper), f"/api/v1/libraries/{library.pk}/loans/"
    answers = [client.post(path, body, "json", headers={"Idempotency-Key": "b" * 16}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Loan.objects.count() == 1
    assert send(client, path, **body).json()["code"] == "copy_not_here"
    assert len(client.get("/api/v1/book-loans/").json()["results"]) == 1
    others = {
        county_clerk_of(library.station.county): 403,
        PostFactory(role="auditor").user: 403,
        PostFactory(role="county_manager", division=library.station.county).user: 403,
    }
    assert {user: api_client(user).get("/api/v1/book-loans/").status_code for user in others} == others
    outsider = api_client(helper_of(StationFactory(county=county())))
    assert outsider.get("/api/v1/book-loans/").json()["results"] == []
    assert send(outsider, path, **body).status_code == 404
    assert not Hold.objects.exists()
    assert not StockTake.objects.exists()


def test_where_the_county_has_paused_the_library_books_come_back_and_none_is_lent(library):
    first, second = books(library, 2)
    lent(first, adult(library.station), library)
    pause_at(library.station, "library")
    with pytest.raises(ServiceNotOpen, match="系统维护"):
        lent(second, adult(library.station, "孙七"), library)
    returned(first, library)
    first.refresh_from_db()
    assert (first.state, Loan.objects.count()) == ("available", 1)


def test_a_reader_in_kuwait_is_told_in_the_morning_there():
    station = StationFactory(county=county(country="KW"), zone="Asia/Kuwait")
    reader = resident("赵六", station, birth_date=dt.date(1980, 1, 1), birth_precision="day", phone="+96550012345")
    midnight = dt.datetime(2026, 5, 4, 21, tzinfo=dt.UTC)
    about = {"title": "夏洛的网", "day": dt.date(2026, 5, 12)}
    tell_borrower(reader, "book_waits", key="k", at=midnight, is_minor=False, **about)
    assert Notice.objects.get(dedupe_key="k").send_at == dt.datetime(2026, 5, 5, 5, tzinfo=dt.UTC)
