"""Signing in: the first time with password and code, afterwards with six digits; staff with their app."""

import datetime as dt

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.utils.timezone import now

from core.errors import CodeLocked
from core.history import changes_of
from core.models import Job, Notice
from stations.accounts.models import Device, DevicePin, LoginCode, SignInTries, User
from stations.accounts.services import (
    activate_second_factor,
    ask_login_code,
    change_password,
    change_pin,
    end_sessions,
    issue_login_code,
    make_login_code,
    reset_password,
    reset_second_factor,
    revoke_device,
    send_login_code,
    set_pin,
    sign_in_first_time,
    sign_in_with_pin,
)
from stations.accounts.services.codes import ISSUED_LIVES, OwnLoginCode
from stations.accounts.services.grounds import ReachOutsideOwn
from stations.accounts.services.passwords import PasswordTooWeak
from stations.accounts.services.pins import PinLocked, PinMalformed, PinTooEasy, PinWrong
from stations.accounts.services.proof import PasswordWrong
from stations.accounts.services.second_factor import SecondFactorStands, SecondFactorWrong, totp_of
from stations.accounts.services.sign_in import DeviceUnknown, SignInRefused
from tests.factories.accounts import PASSWORD, PIN, another, app_of, code_for, shown_by
from tests.factories.stations import (
    DeviceFactory,
    StationFactory,
    UserFactory,
    county_manager_of,
    helper_of,
    partner_of,
    platform_admin,
)

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "korrekt pferd 47"


def sign_in(user, *, password=PASSWORD, code="", secret="", at=None, address="192.0.2.1"):
    return sign_in_first_time(
        username=getattr(user, "username", user),
        password=password,
        code=code,
        label="柜台电脑",
        at=at or now(),
        device_secret=secret,
        address=address,
    )


def partner_at(station=None):
    return partner_of(station or StationFactory())


def manager():
    return county_manager_of(StationFactory().county)


def on_device(user, pin=PIN):
    """The person has signed in here once and chosen a PIN."""
    signed_in = sign_in(user, code=code_for(user))
    set_pin(user=user, device=signed_in.device, pin=pin, at=now())
    return signed_in


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


def test_a_code_works_once():
    user = partner_at()
    code = code_for(user)
    sign_in(user, code=code)
    with pytest.raises(SignInRefused):
        sign_in(user, code=code)
    assert Device.objects.count() == 1


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
    _row, code = make_login_code(user=user, lives=dt.timedelta(hours=1), at=at)
    with pytest.raises(SignInRefused):
        sign_in(user, code=code, at=at + dt.timedelta(minutes=14, seconds=59))
    assert LoginCode.objects.get().tries == 0
    assert sign_in(user, code=code, at=at + dt.timedelta(minutes=15))
    assert not SignInTries.objects.filter(user=user, count__gt=1).exists()


def test_whoever_has_the_password_has_twenty_tries_an_hour_from_everywhere():
    user, at = partner_at(), now()
    for number in range(20):
        _row, code = make_login_code(user=user, lives=dt.timedelta(hours=2), at=at)
        with pytest.raises(SignInRefused):
            sign_in(user, code=another(code), at=at, address=f"198.51.100.{number}")
    with pytest.raises(SignInRefused):
        sign_in(user, code=code, at=at + dt.timedelta(minutes=59), address="192.0.2.7")
    assert not Device.objects.exists()
    assert sign_in(user, code=code, at=at + dt.timedelta(minutes=60), address="192.0.2.7")


def test_a_code_ends_at_its_last_instant():
    user, at = partner_at(), now()
    _row, code = make_login_code(user=user, lives=dt.timedelta(minutes=10), at=at)
    with pytest.raises(SignInRefused):
        sign_in(user, code=code, at=at + dt.timedelta(minutes=10))
    assert sign_in(user, code=code, at=at + dt.timedelta(minutes=9, seconds=59))


def test_a_new_code_ends_the_one_before():
    user = partner_at()
    old, new = code_for(user), code_for(user)
    if old != new:
        with pytest.raises(SignInRefused):
            sign_in(user, code=old)
    assert sign_in(user, code=new)


def test_a_code_is_nowhere_in_clear():
    user = partner_at()
    row, code = make_login_code(user=user, lives=ISSUED_LIVES, at=now())
    assert code not in str(vars(row))


# --- codes


def test_asking_for_a_code_looks_the_same_for_a_name_that_nobody_has(django_assert_num_queries):
    user, at = partner_at(), now()
    for name in (user.username, "nobody"):
        with django_assert_num_queries(2):
            ask_login_code(username=name, at=at)
    kinds = Job.objects.filter(kind="accounts.send_login_code").values_list("payload", flat=True)
    assert sorted(str(payload["user"]) for payload in kinds) == sorted([str(user.pk), "None"])


def test_asking_twice_in_a_minute_asks_once():
    user, at = partner_at(), dt.datetime(2026, 11, 25, 4, 0, tzinfo=dt.UTC)
    for second in (0, 59):
        ask_login_code(username=user.username, at=at + dt.timedelta(seconds=second))
    assert Job.objects.filter(kind="accounts.send_login_code").count() == 1


def test_a_code_is_sent_to_the_phone_and_not_shown_in_the_console():
    user = partner_at()
    send_login_code(user=user, at=now())
    notice = Notice.objects.get()
    assert (notice.template, notice.user, notice.phone_tail) == ("login_code", None, str(user.phone)[-4:])
    assert "code" not in notice.params


def test_five_codes_a_day_and_one_a_minute_are_sent():
    user, at = partner_at(), now()
    assert send_login_code(user=user, at=at)
    assert send_login_code(user=user, at=at + dt.timedelta(seconds=59)) is None
    for minute in (1, 2, 3, 4):
        assert send_login_code(user=user, at=at + dt.timedelta(minutes=minute))
    assert send_login_code(user=user, at=at + dt.timedelta(minutes=5)) is None
    assert send_login_code(user=user, at=at + dt.timedelta(days=1))


def test_no_code_is_sent_without_a_phone_or_beside_an_authenticator_app():
    staff = manager()
    app_of(staff)
    assert send_login_code(user=UserFactory(phone=""), at=now()) is None
    assert send_login_code(user=staff, at=now()) is None
    assert not LoginCode.objects.exists()


def test_a_code_that_a_manager_issues_is_logged_and_told_to_the_person():
    boss, user = platform_admin(), partner_at()
    code = issue_login_code(user=user, actor=boss, at=now(), reason="本人到场")
    row = LoginCode.objects.get()
    assert row.issued_by == boss
    assert [(c.new, c.actor, c.reason) for c in changes_of(row)] == [("issued", boss.pk, "本人到场")]
    assert Notice.objects.get().params == {"by": boss.shown_name}
    assert sign_in(user, code=code)


def test_nobody_issues_a_code_for_himself():
    boss = manager()
    with pytest.raises(OwnLoginCode):
        issue_login_code(user=boss, actor=boss, at=now(), reason="…")
    assert not LoginCode.objects.exists()


def test_nobody_gets_a_code_for_an_account_that_opens_more_than_the_own_county():
    station = StationFactory()
    boss = county_manager_of(station.county)
    helper = helper_of(station)
    assert issue_login_code(user=helper, actor=boss, at=now(), reason="本人到场")
    LoginCode.objects.all().delete()
    helper_of(StationFactory(), helper, from_at=now() + dt.timedelta(days=1))
    with pytest.raises(ReachOutsideOwn):
        issue_login_code(user=helper, actor=boss, at=now(), reason="本人到场")
    with pytest.raises(ReachOutsideOwn):
        issue_login_code(user=platform_admin(helper_of(station)), actor=boss, at=now(), reason="本人到场")
    assert not LoginCode.objects.exists()


# --- the PIN


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


def test_an_sms_code_does_not_stand_in_for_the_app():
    staff = manager()
    app_of(staff)
    with pytest.raises(SignInRefused):
        sign_in(staff, code=code_for(staff))


def test_five_wrong_tries_make_staff_wait_fifteen_minutes():
    staff, at = manager(), now()
    app = app_of(staff)
    for _try in range(5):
        with pytest.raises(SignInRefused):
            sign_in(staff, code=another(shown_by(app)), at=at)
    with pytest.raises(SignInRefused):
        sign_in(staff, code=shown_by(app), at=at + dt.timedelta(minutes=14, seconds=59))
    assert sorted(SignInTries.objects.values_list("count", flat=True)) == [5, 5]
    assert sign_in(staff, code=shown_by(app), at=at + dt.timedelta(minutes=15))
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


# --- passwords


def test_a_forgotten_password_is_set_with_a_code_that_a_manager_issued():
    user, boss = partner_at(), platform_admin()
    code = issue_login_code(user=user, actor=boss, at=now(), reason="本人到场")
    signed_in = reset_password(username=user.username, code=code, password=NEW_PASSWORD, label="柜台电脑", at=now())
    assert signed_in.user == user
    assert User.objects.get(pk=user.pk).check_password(NEW_PASSWORD)
    assert User.objects.get(pk=user.pk).session_epoch == 1


def reset(user, code, *, at=None, address="192.0.2.1"):
    return reset_password(
        username=user.username, code=code, password=NEW_PASSWORD, label="柜台电脑", at=at or now(), address=address
    )


def test_a_stranger_cannot_use_up_the_code_that_a_manager_issued():
    user, boss = partner_at(), platform_admin()
    code = issue_login_code(user=user, actor=boss, at=now(), reason="本人到场")
    for _try in range(9):
        with pytest.raises(SignInRefused):
            reset(user, another(code), address="198.51.100.1")
    assert LoginCode.objects.get().tries == 0
    assert reset(user, code).user == user


def test_codes_that_set_a_password_are_tried_twenty_times_an_hour_until_a_new_one_is_issued():
    user, boss, at = partner_at(), platform_admin(), now()
    code = issue_login_code(user=user, actor=boss, at=at, reason="本人到场")
    for number in range(20):
        with pytest.raises(SignInRefused):
            reset(user, another(code), at=at, address=f"198.51.100.{number}")
    with pytest.raises(SignInRefused):
        reset(user, code, at=at)
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    fresh = issue_login_code(user=user, actor=boss, at=at, reason="本人又来了")
    assert reset(user, fresh, at=at).user == user


def test_a_code_sent_by_sms_changes_no_password():
    user = partner_at()
    with pytest.raises(SignInRefused):
        reset_password(username=user.username, code=code_for(user), password=NEW_PASSWORD, label="柜台电脑", at=now())
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_staff_who_forgot_the_password_still_need_the_app():
    staff, boss = manager(), platform_admin()
    app = app_of(staff)
    code = issue_login_code(user=staff, actor=boss, at=now(), reason="本人到场")
    assert reset_password(username=staff.username, code=code, password=NEW_PASSWORD, label="电脑", at=now()) is None
    assert not Device.objects.exists()
    assert sign_in(staff, password=NEW_PASSWORD, code=shown_by(app))


def test_a_weak_password_is_refused():
    user, boss = partner_at(), platform_admin()
    code = issue_login_code(user=user, actor=boss, at=now(), reason="本人到场")
    for weak in ("short", "password123", "1029384756"):
        with pytest.raises(PasswordTooWeak):
            reset_password(username=user.username, code=code, password=weak, label="电脑", at=now())
        with pytest.raises(PasswordTooWeak):
            change_password(user=user, old_password=PASSWORD, password=weak, at=now())
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_changing_the_password_needs_the_old_one_and_ends_other_sessions():
    user, at = partner_at(), now()
    with pytest.raises(PasswordWrong):
        change_password(user=user, old_password="guess", password=NEW_PASSWORD, at=at)
    assert User.objects.get(pk=user.pk).session_epoch == 0
    change_password(user=user, old_password=PASSWORD, password=NEW_PASSWORD, at=at)
    changed = User.objects.get(pk=user.pk)
    assert (changed.session_epoch, changed.check_password(NEW_PASSWORD)) == (1, True)


def test_the_old_password_has_five_tries():
    user, at = partner_at(), now()
    for _try in range(5):
        with pytest.raises(PasswordWrong):
            change_password(user=user, old_password="guess", password=NEW_PASSWORD, at=at)
    with pytest.raises(PasswordWrong):
        change_password(user=user, old_password=PASSWORD, password=NEW_PASSWORD, at=at)
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


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


def test_a_manager_issues_no_code_for_whoever_opens_the_user_table():
    station = StationFactory()
    chief = helper_of(station, UserFactory(is_superuser=True))
    with pytest.raises(ReachOutsideOwn):
        issue_login_code(user=chief, actor=county_manager_of(station.county), at=now(), reason="本人到场")
    assert not LoginCode.objects.exists()
