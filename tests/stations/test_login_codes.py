"""Codes for signing in: sent to the phone or issued by a manager, alive for a while, never in clear."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.history import changes_of
from core.models import Job, Notice
from stations.accounts.models import Device, LoginCode
from stations.accounts.services import ask_login_code, issue_login_code, make_login_code, send_login_code
from stations.accounts.services.codes import ISSUED_LIVES, OwnLoginCode
from stations.accounts.services.grounds import ReachOutsideOwn
from stations.accounts.services.sign_in import SignInRefused
from tests.factories.accounts import app_of, code_for
from tests.factories.signing_in import manager, partner_at, sign_in
from tests.factories.stations import StationFactory, UserFactory, county_manager_of, helper_of, platform_admin

pytestmark = pytest.mark.django_db


def test_a_code_works_once():
    user = partner_at()
    code = code_for(user)
    sign_in(user, code=code)
    with pytest.raises(SignInRefused):
        sign_in(user, code=code)
    assert Device.objects.count() == 1


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


def test_a_manager_issues_no_code_for_whoever_opens_the_user_table():
    station = StationFactory()
    chief = helper_of(station, UserFactory(is_superuser=True))
    with pytest.raises(ReachOutsideOwn):
        issue_login_code(user=chief, actor=county_manager_of(station.county), at=now(), reason="本人到场")
    assert not LoginCode.objects.exists()
