"""Signing in: the first time on a device, and staff with a second factor."""

import datetime as dt

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.utils.timezone import now

from core.history import changes_of
from core.models import Notice
from stations.accounts.models import Device, LoginCode, SignInTries, User
from stations.accounts.services import (
    activate_second_factor,
    end_sessions,
    make_login_code,
    reset_second_factor,
    revoke_device,
    sign_in_first_time,
)
from stations.accounts.services.second_factor import SecondFactorStands, SecondFactorWrong, totp_of
from stations.accounts.services.sign_in import SignInRefused
from tests.factories.accounts import PASSWORD, another, app_of, code_for, shown_by
from tests.factories.signing_in import manager, partner_at, sign_in
from tests.factories.stations import StationFactory, UserFactory, partner_of

pytestmark = pytest.mark.django_db

# --- the first time


def test_password_and_code_make_a_device_of_the_station():
    station = StationFactory()
    user = partner_of(station)
    signed_in = sign_in(user, code=code_for(user))
    device = Device.objects.get()
    assert (signed_in.user, signed_in.device) == (user, device)
    assert (device.station, device.registered_by, device.label) == (station, user, "柜台电脑")
    assert signed_in.secret
    assert signed_in.secret not in (device.secret_hash, str(device.pk))
    assert LoginCode.objects.get().used_at


def test_a_known_browser_stays_the_same_device():
    user = partner_at()
    first = sign_in(user, code=code_for(user))
    second = sign_in(user, code=code_for(user), secret=first.secret)
    assert second.device == first.device
    assert second.secret == ""
    assert Device.objects.count() == 1


def test_a_revoked_device_is_made_anew():
    user = partner_at()
    first = sign_in(user, code=code_for(user))
    revoke_device(device=first.device, actor=user, at=now(), reason="手机丢失")
    second = sign_in(user, code=code_for(user), secret=first.secret)
    assert second.device != first.device
    assert second.secret


def test_whatever_is_wrong_the_answer_is_the_same():
    user, inactive = partner_at(), UserFactory(is_active=False)
    code = code_for(user)
    answers = set()
    for name, password, typed in [
        ("nobody", PASSWORD, code),
        (inactive.username, PASSWORD, code_for(inactive)),
        (user.username, "wrong", code),
        (user.username, PASSWORD, another(code)),
        (user.username, PASSWORD, ""),
        (UserFactory().username, PASSWORD, code),
    ]:
        with pytest.raises(SignInRefused) as refusal:
            sign_in(name, password=password, code=typed)
        answers.add(str(refusal.value.problem()))
    assert len(answers) == 1
    assert not Device.objects.exists()


class CountingHasher(MD5PasswordHasher):
    """Counts the work, which is what takes the time of a sign-in."""

    algorithm = "counting"
    hashed = 0

    def encode(self, password, salt):
        type(self).hashed += 1
        return super().encode(password, salt)


def test_an_unknown_name_costs_as_much_hashing_as_a_known_one(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    user = partner_at()
    user.set_password(PASSWORD)
    user.save()
    costs = set()
    for name in (user.username, "nobody", UserFactory(is_active=False).username):
        CountingHasher.hashed = 0
        with pytest.raises(SignInRefused):
            sign_in(name, password="guess", code="123456")
        costs.add(CountingHasher.hashed)
    assert costs == {1}


def test_the_fifth_try_still_counts_and_the_sixth_does_not():
    user = partner_at()
    code = code_for(user)
    for _try in range(4):
        with pytest.raises(SignInRefused):
            sign_in(user, code=another(code))
    assert LoginCode.objects.get().tries == 4
    assert sign_in(user, code=code)
    code = code_for(user)
    for number in range(5):
        with pytest.raises(SignInRefused):
            sign_in(user, code=another(code), address=f"192.0.2.{number}")
    with pytest.raises(SignInRefused):
        sign_in(user, code=code, address="192.0.2.99")
    assert LoginCode.objects.order_by("pk").last().tries == 5


def test_a_stranger_who_knows_the_user_name_uses_up_none_of_the_persons_tries():
    user = partner_at()
    code = code_for(user)
    for number in range(40):
        with pytest.raises(SignInRefused):
            sign_in(user, password="guess", code="111222", address=f"198.51.100.{number}")
    assert LoginCode.objects.get().tries == 0
    assert sign_in(user, code=code, address="192.0.2.1")


def test_one_place_has_five_tries_in_a_quarter_of_an_hour():
    user, at = partner_at(), now()
    for _try in range(5):
        with pytest.raises(SignInRefused):
            sign_in(user, password="guess", code="111222", at=at)
    _row, code = make_login_code(user=user, at=at)
    with pytest.raises(SignInRefused):
        sign_in(user, code=code, at=at + dt.timedelta(minutes=14, seconds=59))
    assert LoginCode.objects.get().tries == 0
    assert sign_in(user, code=code, at=at + dt.timedelta(minutes=15))
    assert not SignInTries.objects.filter(user=user, count__gt=1).exists()


def test_whoever_has_the_password_has_twenty_tries_an_hour_from_everywhere():
    user, at = partner_at(), now()
    for number in range(20):
        _row, code = make_login_code(user=user, at=at)
        with pytest.raises(SignInRefused):
            sign_in(user, code=another(code), at=at, address=f"198.51.100.{number}")
    with pytest.raises(SignInRefused):
        sign_in(user, code=code, at=at + dt.timedelta(minutes=59), address="192.0.2.7")
    assert not Device.objects.exists()
    assert sign_in(user, code=code, at=at + dt.timedelta(minutes=60), address="192.0.2.7")


# --- the second factor


def test_staff_sign_in_with_password_and_app():
    staff = manager()
    app = app_of(staff)
    signed_in = sign_in(staff, code=shown_by(app))
    assert signed_in.with_second_factor
    assert signed_in.secret


def test_a_code_of_the_app_works_once_and_not_much_later():
    staff = manager()
    app = app_of(staff)
    code = shown_by(app)
    sign_in(staff, code=code)
    for typed in (code, shown_by(app, steps=-3), shown_by(app, steps=3), ""):
        with pytest.raises(SignInRefused):
            sign_in(staff, code=typed)


@pytest.mark.parametrize("seconds", [0, 3, 29, 34, 59])
def test_a_code_of_the_app_is_never_accepted_twice_while_it_is_live(seconds):
    staff, at = manager(), dt.datetime(2026, 11, 25, 4, 0, 1, tzinfo=dt.UTC)
    code = shown_by(app_of(staff), at=at + dt.timedelta(seconds=30))  # half a minute early: live for 90 seconds
    sign_in(staff, code=code, at=at)
    with pytest.raises(SignInRefused):
        sign_in(staff, code=code, at=at + dt.timedelta(seconds=seconds))


def test_after_a_code_of_the_app_no_earlier_one_is_accepted_and_the_next_is():
    staff, at = manager(), dt.datetime(2026, 11, 25, 4, 0, 1, tzinfo=dt.UTC)
    app = app_of(staff)
    sign_in(staff, code=shown_by(app, at=at), at=at)
    with pytest.raises(SignInRefused):
        sign_in(staff, code=shown_by(app, steps=-1, at=at), at=at)
    assert sign_in(staff, code=shown_by(app, steps=1, at=at), at=at + dt.timedelta(seconds=30))


def test_the_code_that_set_up_the_app_does_not_sign_in():
    staff, at = manager(), dt.datetime(2026, 11, 25, 4, 0, 1, tzinfo=dt.UTC)
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    code = shown_by(secret, at=at)
    activate_second_factor(user=staff, password=PASSWORD, secret=secret, code=code, at=at)
    with pytest.raises(SignInRefused):
        sign_in(staff, code=code, at=at + dt.timedelta(seconds=34))


def test_an_sms_code_does_not_stand_in_for_the_app():
    staff = manager()
    app_of(staff)
    with pytest.raises(SignInRefused):
        sign_in(staff, code=code_for(staff))


def _at(app, at, **later):
    return shown_by(app, at=at + dt.timedelta(**later))


def test_five_wrong_tries_make_staff_wait_fifteen_minutes():
    staff, at = manager(), now()
    app = app_of(staff)
    for _try in range(5):
        with pytest.raises(SignInRefused):
            sign_in(staff, code=another(shown_by(app)), at=at)
    with pytest.raises(SignInRefused):
        sign_in(staff, code=_at(app, at, minutes=14, seconds=59), at=at + dt.timedelta(minutes=14, seconds=59))
    assert sorted(SignInTries.objects.values_list("count", flat=True)) == [5, 5]
    assert sign_in(staff, code=_at(app, at, minutes=15), at=at + dt.timedelta(minutes=15))
    assert SignInTries.objects.get().place_index == b""


def test_a_stranger_elsewhere_does_not_lock_staff_out_on_their_own_browser():
    staff = manager()
    app = app_of(staff)
    own = sign_in(staff, code=shown_by(app))
    for _try in range(6):
        with pytest.raises(SignInRefused):
            sign_in(staff, password="guess", code="111222")
    assert sign_in(staff, code=shown_by(app, steps=1), secret=own.secret)


def test_the_app_is_set_up_by_showing_a_right_code():
    staff = manager()
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    with pytest.raises(SecondFactorWrong):
        activate_second_factor(user=staff, password=PASSWORD, secret=secret, code=another(shown_by(secret)), at=now())
    assert totp_of(staff) is None
    row = activate_second_factor(user=staff, password=PASSWORD, secret=secret, code=shown_by(secret), at=now())
    assert secret not in str(row.data)
    with pytest.raises(SecondFactorStands):
        activate_second_factor(user=staff, password=PASSWORD, secret=secret, code=shown_by(secret), at=now())


def test_a_lost_app_is_reset_by_somebody_else_and_every_session_ends():
    staff, admin = manager(), UserFactory()
    app_of(staff)
    reset_second_factor(user=staff, actor=admin, at=now(), reason="手机丢失")
    assert totp_of(staff) is None
    assert User.objects.get(pk=staff.pk).session_epoch == 1
    assert Notice.objects.get().template == "second_factor_reset"
    signed_in = sign_in(staff, code=code_for(staff))
    assert not signed_in.with_second_factor


# --- the end


def test_ending_sessions_is_logged():
    user = partner_at()
    end_sessions(user=user, actor=user, at=now(), reason="…")
    assert user.session_epoch == 1
    assert [c.new for c in changes_of(user)] == ["sessions_ended"]


def test_an_authenticator_code_in_other_digits_is_wrong_and_breaks_nothing():
    user = UserFactory()
    secret = app_of(user)
    full_width = shown_by(secret).translate({ord("0") + n: ord("０") + n for n in range(10)})
    with pytest.raises(SignInRefused):
        sign_in_first_time(username=user.username, password=PASSWORD, code=full_width, label="手机", at=now())
    assert not Device.objects.exists()
