"""Two phones at once: a parcel is handed over once, and each wrong code uses up a try."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils.timezone import now

from core.errors import Refused
from core.models import Event
from logistics.parcels.services import Scan, collect_parcel
from tests.factories.parcels import code_of, waiting, wrong_code
from tests.factories.stations import StationFactory, helper_of

pytestmark = pytest.mark.usefixtures("own_database")


def at_once(count, act):
    def run(number):
        try:
            return act(number)
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(run, range(count)))


def test_two_phones_hand_one_parcel_over_once_and_the_other_learns_who_did_it():
    station = StationFactory()
    made, helper = waiting(station), helper_of(station)
    code, at = code_of(made), now()

    def hand_over(number):
        return collect_parcel(parcel=made, code=code, by=helper, at=at, scan=Scan(at, f"phone-{number}")).status

    assert at_once(4, hand_over) == ["already_collected"] * 3 + ["collected"]
    assert made.events.filter(kind="collected").count() == 1
    assert Event.objects.filter(name="logistics.parcel_collected").count() == 1


def test_six_wrong_codes_at_once_are_five_tries():
    station = StationFactory()
    made, helper = waiting(station), helper_of(station)
    code = wrong_code(made)
    answers = at_once(6, lambda _number: collect_parcel(parcel=made, code=code, by=helper, at=now()).status)
    assert answers == ["code_locked"] + ["code_wrong"] * 5
    assert (made.codes.get().tries, made.codes.get().status) == (5, "locked")
