"""The PIN: on its device, for its person, with five tries."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.errors import CodeLocked
from stations.accounts.models import DevicePin
from stations.accounts.services import change_pin, revoke_device, set_pin, sign_in_with_pin
from stations.accounts.services.pins import PinLocked, PinMalformed, PinTooEasy, PinWrong
from stations.accounts.services.sign_in import DeviceUnknown
from tests.factories.accounts import PIN, another, code_for
from tests.factories.signing_in import partner_at, sign_in
from tests.factories.stations import DeviceFactory, StationFactory, UserFactory, county_manager_of

pytestmark = pytest.mark.django_db


def on_device(user, pin=PIN):
    """The person has signed in here once and chosen a PIN."""
    signed_in = sign_in(user, code=code_for(user))
    set_pin(user=user, device=signed_in.device, pin=pin, at=now())
    return signed_in


def test_six_digits_are_enough_on_a_known_device():
    user = partner_at()
    first = on_device(user)
    assert sign_in_with_pin(device_secret=first.secret, user=user, pin=PIN, at=now()).device == first.device
    assert DevicePin.objects.get().tries == 0


def test_a_pin_works_on_its_device_only_and_for_its_person_only():
    user, colleague = partner_at(), partner_at()
    here = on_device(user)
    there = sign_in(user, code=code_for(user))
    for device_secret, who in [(there.secret, user), (here.secret, colleague)]:
        with pytest.raises(PinLocked):
            sign_in_with_pin(device_secret=device_secret, user=who, pin=PIN, at=now())
    for device_secret in ("", "guess"):
        with pytest.raises(DeviceUnknown):
            sign_in_with_pin(device_secret=device_secret, user=user, pin=PIN, at=now())


def test_five_wrong_pins_need_password_and_code_again():
    user = partner_at()
    first = on_device(user)
    left = []
    for _try in range(5):
        with pytest.raises(PinWrong) as refusal:
            sign_in_with_pin(device_secret=first.secret, user=user, pin=another(PIN), at=now())
        left.append(refusal.value.params["tries_left"])
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(CodeLocked):
        sign_in_with_pin(device_secret=first.secret, user=user, pin=PIN, at=now())
    sign_in(user, code=code_for(user), secret=first.secret)
    assert sign_in_with_pin(device_secret=first.secret, user=user, pin=PIN, at=now())


def test_a_right_pin_gives_the_tries_back():
    user = partner_at()
    first = on_device(user)
    for pin in [another(PIN)] * 4 + [PIN] + [another(PIN)] * 4:
        if pin == PIN:
            sign_in_with_pin(device_secret=first.secret, user=user, pin=pin, at=now())
        else:
            with pytest.raises(PinWrong):
                sign_in_with_pin(device_secret=first.secret, user=user, pin=pin, at=now())
    assert DevicePin.objects.get().tries == 4


def test_a_pin_dies_with_its_device():
    user = partner_at()
    first = on_device(user)
    revoke_device(device=first.device, actor=user, at=now(), reason="手机丢失")
    with pytest.raises(DeviceUnknown):
        sign_in_with_pin(device_secret=first.secret, user=user, pin=PIN, at=now())


def test_whoever_became_staff_cannot_use_the_pin_any_more():
    user = partner_at()
    first = on_device(user)
    county_manager_of(StationFactory().county, user, from_at=now() + dt.timedelta(days=1))
    with pytest.raises(PinLocked):
        sign_in_with_pin(device_secret=first.secret, user=user, pin=PIN, at=now())


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12a456", "１２３４５７", "12345 "])
def test_a_pin_has_six_digits(pin):
    with pytest.raises(PinMalformed):
        set_pin(user=UserFactory(), device=DeviceFactory(), pin=pin, at=now())
    assert not DevicePin.objects.exists()


@pytest.mark.parametrize("pin", ["000000", "999999", "123456", "345678", "654321", "987654"])
def test_a_pin_that_everybody_tries_is_refused(pin):
    with pytest.raises(PinTooEasy):
        set_pin(user=UserFactory(), device=DeviceFactory(), pin=pin, at=now())
    assert not DevicePin.objects.exists()


def test_changing_the_pin_needs_the_old_one():
    user = partner_at()
    first = on_device(user)
    with pytest.raises(PinWrong):
        change_pin(user=user, device=first.device, old_pin=another(PIN), pin="730164", at=now())
    assert sign_in_with_pin(device_secret=first.secret, user=user, pin=PIN, at=now())
    change_pin(user=user, device=first.device, old_pin=PIN, pin="730164", at=now())
    assert sign_in_with_pin(device_secret=first.secret, user=user, pin="730164", at=now())
