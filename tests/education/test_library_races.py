"""Two at once: the last copy is lent once, and one book goes into one crate."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from core.errors import Refused
from education.libraries.services import lend_copy, pack_copy, place_hold, return_copy, start_crate
from education.models import BookCrateItem, Copy, Hold, Loan
from tests.factories.education import books, child_of, library_at
from tests.factories.stations import StationFactory, helper_of
from tests.races import together, wait_until_somebody_waits

pytestmark = pytest.mark.usefixtures("own_database")


def test_the_last_copy_is_lent_once_and_goes_to_one_of_those_who_wait():
    library = library_at(StationFactory())
    helper = helper_of(library.station)
    [copy] = books(library)
    readers = [child_of(library.station) for _ in range(6)]

    def lend(reader):
        try:
            lend_copy(copy=copy, borrower=reader, library=library, by=helper, at=now())
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return "lent"

    def reserve(reader):
        try:
            return place_hold(title=copy.title, borrower=reader, pickup_library=library, by=helper, at=now()).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(lend, readers)) == ["copy_not_here"] * 5 + ["lent"]
        holder = Loan.objects.get().borrower
        list(pool.map(reserve, [reader for reader in readers if reader.pk != holder.pk]))
    return_copy(copy=copy, library=library, by=helper, at=now())
    assert (Copy.objects.get().state, Hold.objects.filter(status="waiting").count()) == ("waiting", 1)
    assert Hold.objects.filter(status="placed").count() == 4


def test_a_copy_that_is_lent_while_somebody_reserves_it_stays_with_its_reader():
    library = library_at(StationFactory())
    helper = helper_of(library.station)
    [copy] = books(library)
    reader, waiting = child_of(library.station), child_of(library.station)

    def reserve():
        try:
            return place_hold(title=copy.title, borrower=waiting, pickup_library=library, by=helper, at=now()).status
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lend_copy(copy=copy, borrower=reader, library=library, by=helper, at=now())
            reserved = pool.submit(reserve)
            wait_until_somebody_waits()
        assert reserved.result() == "placed"
    assert Copy.objects.get().state == "on_loan"


def test_one_book_goes_into_one_of_two_crates_that_are_packed_at_once():
    library = library_at(StationFactory())
    goals = [library_at(StationFactory(county=library.station.county)) for _number in range(2)]
    [copy], by = books(library), helper_of(library.station)
    crates = [start_crate(library=library, to_library=goal, by=by, at=now()) for goal in goals]

    def pack(crate):
        return pack_copy(crate=crate, barcode=copy.barcode, by=by, at=now()).label

    answers = together(*[partial(pack, crate) for crate in crates])
    assert "copy_not_here" in answers
    assert BookCrateItem.objects.get().crate.label in answers
