"""The keys of personal numbers are changed while the system works, and an old one goes when nothing needs it."""

import base64
import datetime as dt
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from core.crypto import blind_index, decrypt, encrypt, is_blind_index
from core.datakeys.encrypted_columns import SealedColumn
from core.datakeys.models import DataKey
from core.datakeys.services import KeyUnfit, keys_stand, note_keys, renew_all, retire_key, stored_under
from core.hooks import ENCRYPTED
from core.models import StatusChange
from core.notices.services import PHONE, notify
from finance.payouts.account_numbers import number_of
from stations.accounts.models import Device, DevicePin
from stations.accounts.services.pins import PinLocked, check_pin, set_pin
from stations.accounts.services.second_factor import second_factor_fits, totp_of
from stations.models import Person
from stations.people.identity import unseal
from stations.people.queries import Reach, find_people
from stations.people.services import edit_person, register_person
from stations.people.services.registration import IdAlreadyRegistered
from tests.factories.accounts import app_of, shown_by
from tests.factories.payouts import ACCOUNT_NO, banked
from tests.factories.people import resident
from tests.factories.stations import UserFactory, helper_of

pytestmark = pytest.mark.django_db

NUMBER, OTHER_NUMBER = "11010519491231002X", "440524188001010014"
OLD, NEW = (base64.b64encode(bytes(range(first, first + 32))).decode() for first in (1, 101))


def writes_with_old(settings):
    settings.ECOMNET_DATA_KEYS = {1: OLD, 2: NEW}
    settings.ECOMNET_INDEX_KEYS = {1: OLD, 2: NEW}


def writes_with_new(settings):
    settings.ECOMNET_DATA_KEYS = {2: NEW, 1: OLD}
    settings.ECOMNET_INDEX_KEYS = {2: NEW, 1: OLD}


def knows_only_the_new(settings):
    settings.ECOMNET_DATA_KEYS = {2: NEW}
    settings.ECOMNET_INDEX_KEYS = {2: NEW}


@pytest.fixture
def before(settings):
    """A system that knows two keys of each kind and still writes with the old ones."""
    writes_with_old(settings)
    note_keys(at=now())


def found(person, number=NUMBER):
    rows = find_people(text=number, reach=Reach(own=(person.home_station_id,)))
    return [row.id for row in rows]


def under(person):
    row = Person.objects.get(pk=person.pk)
    return row.id_key_no, bytes(row.id_index)[0]


def test_every_place_in_which_something_is_encrypted_is_renewed():
    declared = {(each.model, each.column) for each in ENCRYPTED if isinstance(each, SealedColumn)}
    there = {
        (model._meta.label, field.name.removesuffix("_cipher"))
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.name.endswith("_cipher")
    }
    assert there == declared
    for name, column in there:
        fields = {field.name for field in apps.get_model(name)._meta.get_fields()}
        assert f"{column}_key_no" in fields
        sealed = next(each for each in ENCRYPTED if each.name == f"{name}.{column}")
        assert (f"{column}_index" in fields) == (sealed.index_of is not None)


def test_of_several_keys_the_first_writes_and_all_read(settings, before):
    cipher, number = encrypt("secret", context="test")
    index = blind_index("secret")
    assert (number, index[0]) == (1, 1)
    writes_with_new(settings)
    assert decrypt(cipher, number, context="test") == "secret"
    assert is_blind_index(index, "secret")
    assert not is_blind_index(index, "Secret")
    assert encrypt("secret", context="test")[1] == blind_index("secret")[0] == 2
    knows_only_the_new(settings)
    assert not is_blind_index(index, "secret")
    with pytest.raises(KeyError):
        decrypt(cipher, number, context="test")


def test_everything_is_written_anew_and_readable_with_the_new_key_alone(settings, before):
    person, payee, staff = resident(id_number=NUMBER), UserFactory(), UserFactory(phone="+8613805160001")
    account = banked(payee)
    secret = app_of(staff)
    phone = {"phone": "+8613805160001", "dedupe_key": "x"}
    code = notify(
        template="login_code", params={"code": "271828", "minutes": 10}, language="en", user=staff, at=now(), **phone
    )
    writes_with_new(settings)
    note_keys(at=now())
    told = [progress.name for progress in renew_all()]
    assert set(told) == {
        "stations.Person.id",
        "finance.PayoutAccount.account",
        "core.Notice.phone",
        "core.Notice.secrets",
        "mfa.Authenticator",
    }
    assert list(renew_all()) == []
    assert all(number == 2 for counts in stored_under().values() for _kind, number in counts)
    knows_only_the_new(settings)
    person.refresh_from_db()
    account.refresh_from_db()
    code.refresh_from_db()
    assert unseal(person) == NUMBER
    assert found(person) == [person.pk]
    assert number_of(account) == ACCOUNT_NO
    assert decrypt(code.phone_cipher, code.phone_key_no, context=PHONE) == "+8613805160001"
    assert second_factor_fits(totp_of(staff), shown_by(secret), at=now())


def test_a_resident_is_found_by_number_before_between_and_after(settings, before):
    person = resident(id_number=NUMBER)
    assert (found(person), under(person)) == ([person.pk], (1, 1))
    writes_with_new(settings)
    assert (found(person), under(person)) == ([person.pk], (1, 1))
    list(renew_all())
    assert (found(person), under(person)) == ([person.pk], (2, 2))


def test_a_number_under_the_old_key_is_not_registered_a_second_time_under_the_new_one(settings, before):
    person = resident(id_number=NUMBER)
    writes_with_new(settings)
    with pytest.raises(IdAlreadyRegistered):
        register_person(
            station=person.home_station,
            full_name="王秀兰",
            id_number=NUMBER,
            by=helper_of(person.home_station),
            at=now(),
        )
    assert Person.objects.exclude(id_cipher=None).count() == 1


def test_work_goes_on_between_two_bites(settings, before):
    first, second, third = (resident(name) for name in ("王秀英", "李建国", "张桂兰"))
    for person, number in ((first, NUMBER), (second, OTHER_NUMBER)):
        edit_person(person=person, id_number=number, by=helper_of(person.home_station), at=now())
    writes_with_new(settings)
    bites = renew_all(bite=1)
    assert next(bites).done == 1
    assert sorted([under(first), under(second)]) == [(1, 1), (2, 2)]
    edit_person(person=third, id_number="320125199001017890", by=helper_of(third.home_station), at=now())
    edit_person(person=second, id_number="", by=helper_of(second.home_station), at=now())
    list(bites)
    list(renew_all())
    assert under(first) == under(third) == (2, 2)
    assert Person.objects.get(pk=second.pk).id_cipher is None


def test_a_row_that_cannot_be_read_is_named_and_stops_nothing(settings, before):
    broken, person = resident("李建国", id_number=OTHER_NUMBER), resident(id_number=NUMBER)
    Person.objects.filter(pk=broken.pk).update(id_cipher=b"x" * 40)
    writes_with_new(settings)
    with pytest.raises(KeyUnfit, match=str(broken.pk)):
        list(renew_all())
    assert under(person) == (2, 2)
    assert under(broken) == (1, 1)
    with pytest.raises(KeyUnfit, match=r"1 rows of stations\.Person\.id"):
        retire_key(kind="data", number=1, at=now())


def test_the_key_that_writes_and_keys_that_are_used_are_not_retired(settings, before):
    resident(id_number=NUMBER)
    with pytest.raises(KeyUnfit, match="data 1 writes"):
        retire_key(kind="data", number=1, at=now())
    with pytest.raises(KeyUnfit, match="No key data 7"):
        retire_key(kind="data", number=7, at=now())
    writes_with_new(settings)
    note_keys(at=now())
    with pytest.raises(KeyUnfit, match="is used by 1 rows"):
        retire_key(kind="data", number=1, at=now())
    list(renew_all())
    retire_key(kind="data", number=1, at=now())
    assert DataKey.objects.get(kind="data", number=1).retired_at
    assert StatusChange.objects.filter(new="retired").count() == 1


@pytest.mark.parametrize(("days", "is_retired"), [(89, False), (90, True), (91, True)])
def test_an_index_key_is_kept_for_as_long_as_requests_may_come_again(settings, before, days, is_retired):
    at = now()
    writes_with_new(settings)
    note_keys(at=at)
    later = at + dt.timedelta(days=days)
    if is_retired:
        retire_key(kind="index", number=1, at=later)
    else:
        with pytest.raises(KeyUnfit, match="90 days"):
            retire_key(kind="index", number=1, at=later)
    assert bool(DataKey.objects.get(kind="index", number=1).retired_at) == is_retired


def test_a_process_whose_keys_do_not_fit_gets_no_work(client, settings, before):
    assert keys_stand()
    settings.ECOMNET_DATA_KEYS = {2: NEW}
    assert client.get("/readyz").json()["missing"] == ["data_keys"]
    settings.ECOMNET_DATA_KEYS = {1: NEW, 2: NEW}
    assert not keys_stand()
    with pytest.raises(KeyUnfit, match="another key"):
        note_keys(at=now())
    writes_with_new(settings)
    note_keys(at=now())
    list(renew_all())
    retire_key(kind="data", number=1, at=now())
    assert keys_stand()
    settings.ECOMNET_DATA_KEYS = {2: NEW}
    assert keys_stand()
    settings.ECOMNET_DATA_KEYS = {1: OLD, 2: NEW}
    assert not keys_stand()
    with pytest.raises(KeyUnfit, match="was retired"):
        note_keys(at=now())


def test_a_pin_is_put_under_the_new_key_when_it_is_typed_and_forgotten_with_the_old_one(settings, before):
    typed, silent = UserFactory(), UserFactory()
    device = Device.objects.create(label="PC", registered_by=typed, registered_at=now())
    for user in (typed, silent):
        set_pin(user=user, device=device, pin="271828", at=now())
    writes_with_new(settings)
    note_keys(at=now() - dt.timedelta(days=90))
    check_pin(user=typed, device=device, pin="271828")
    assert DevicePin.objects.get(user=typed).pin_hash.startswith("2:")
    retire_key(kind="index", number=1, at=now())
    knows_only_the_new(settings)
    check_pin(user=typed, device=device, pin="271828")
    with pytest.raises(PinLocked):
        check_pin(user=silent, device=device, pin="271828")


def test_the_command_says_how_far_it_is_and_when_it_is_done(settings, before):
    said = StringIO()
    resident(id_number=NUMBER)
    writes_with_new(settings)
    call_command("data_keys", "renew", stdout=said)
    assert said.getvalue().splitlines() == ["stations.Person.id  1 of 1", "Every row is under the keys that write."]
    call_command("data_keys", "show", stdout=said)
    assert "stations.Person.id  data 2  1" in said.getvalue()
    assert OLD not in said.getvalue()
    with pytest.raises(CommandError, match="data 2 writes"):
        call_command("data_keys", "retire", "data", "2")
