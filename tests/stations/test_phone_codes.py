"""A code confirms a phone: for ten minutes, for this phone, with five tries."""

import datetime as dt

import pytest

from core.errors import CodeExpired, CodeLocked, CodeWrong, TooMany
from core.models import Notice
from stations.people import services
from stations.people.models import PhoneCode
from stations.people.services.codes import PhoneMissing
from tests.factories.accounts import another
from tests.factories.people import resident
from tests.factories.register import code_sent
from tests.factories.stations import StationFactory, helper_of

NOW = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def station(db):
    return StationFactory()


@pytest.fixture
def helper(station):
    return helper_of(station)


def test_a_code_read_aloud_confirms_the_phone(station, helper):
    person = resident("王秀英", station, phone="13800005678")
    services.send_phone_code(person=person, by=helper, at=NOW)
    confirmed = services.confirm_phone(person=person, code=code_sent(person), by=helper, at=NOW)
    assert confirmed.phone_verified_at == NOW
    with pytest.raises(CodeExpired):
        services.confirm_phone(person=person, code=code_sent(person), by=helper, at=NOW)


@pytest.mark.parametrize(("minutes", "is_good"), [(9, True), (10, False), (11, False)])
def test_a_code_lives_ten_minutes(station, helper, minutes, is_good):
    person = resident("王秀英", station, phone="13800005678")
    services.send_phone_code(person=person, by=helper, at=NOW)
    at = NOW + dt.timedelta(minutes=minutes)
    if is_good:
        services.confirm_phone(person=person, code=code_sent(person), by=helper, at=at)
    else:
        with pytest.raises(CodeExpired):
            services.confirm_phone(person=person, code=code_sent(person), by=helper, at=at)
    person.refresh_from_db()
    assert (person.phone_verified_at is not None) is is_good


def test_five_wrong_codes_lock_it(station, helper):
    person = resident("王秀英", station, phone="13800005678")
    services.send_phone_code(person=person, by=helper, at=NOW)
    code = code_sent(person)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(CodeWrong) as refused:
            services.confirm_phone(person=person, code=another(code), by=helper, at=NOW)
        assert refused.value.params == {"tries_left": left}
    with pytest.raises(CodeLocked):
        services.confirm_phone(person=person, code=code, by=helper, at=NOW)
    person.refresh_from_db()
    assert person.phone_verified_at is None


def test_a_code_for_another_phone_is_worthless(station, helper):
    person = resident("王秀英", station, phone="13800005678")
    services.send_phone_code(person=person, by=helper, at=NOW)
    services.edit_person(person=person, by=helper, at=NOW, phone="13900001234")
    with pytest.raises(CodeExpired):
        services.confirm_phone(person=person, code=code_sent(person), by=helper, at=NOW)


def test_no_phone_no_code_and_five_an_hour(station, helper):
    with pytest.raises(PhoneMissing):
        services.send_phone_code(person=resident("李四", station), by=helper, at=NOW)
    person = resident("王秀英", station, phone="13800005678")
    for _ in range(5):
        services.send_phone_code(person=person, by=helper, at=NOW)
    with pytest.raises(TooMany):
        services.send_phone_code(person=person, by=helper, at=NOW)
    assert PhoneCode.objects.count() == 5
    services.send_phone_code(person=person, by=helper, at=NOW + dt.timedelta(hours=1))


def test_a_code_that_a_later_one_replaced_is_worthless_also_once_the_later_one_is_used(station, helper):
    person = resident("王秀英", station, phone="13800005678")
    services.send_phone_code(person=person, by=helper, at=NOW)
    earlier = code_sent(person)
    services.send_phone_code(person=person, by=helper, at=NOW + dt.timedelta(seconds=30))
    at = NOW + dt.timedelta(minutes=1)
    services.confirm_phone(person=person, code=code_sent(person), by=helper, at=at)
    with pytest.raises(CodeExpired):
        services.confirm_phone(person=person, code=earlier, by=helper, at=at)


def test_the_code_stands_nowhere_in_clear(station, helper):
    person = resident("王秀英", station, phone="13800005678")
    sent = services.send_phone_code(person=person, by=helper, at=NOW)
    assert code_sent(person) not in sent.code_hash
    assert "code" not in Notice.objects.get(template="person_confirm_phone_code").params
