"""Passwords: forgotten, changed, too weak, and how often they are tried."""

import io

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from stations.accounts.models import Device, LoginCode, User
from stations.accounts.services import change_password, issue_login_code, reset_password
from stations.accounts.services.passwords import PasswordTooWeak
from stations.accounts.services.proof import PasswordWrong
from stations.accounts.services.sign_in import SignInRefused
from tests.factories.accounts import PASSWORD, another, app_of, code_for, shown_by
from tests.factories.signing_in import manager, partner_at, sign_in
from tests.factories.stations import platform_admin

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "korrekt pferd 47"


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


def test_a_code_from_the_command_line_changes_no_password():
    user, said = partner_at(), io.StringIO()
    call_command("login_code", user.username, stdout=said)
    with pytest.raises(SignInRefused):
        reset(user, said.getvalue().strip())
    assert sign_in(user, code=said.getvalue().strip())


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
