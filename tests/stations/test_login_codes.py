"""Codes for signing in: sent to the phone or issued by a manager, alive for a while, never in clear."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.errors import TooMany
from core.history import changes_of
from core.models import Job, Notice
from stations.accounts.models import Device, LoginCode
from stations.accounts.services import ask_login_code, issue_login_code, make_login_code, send_login_code
from stations.accounts.services.codes import ISSUED_LIVES, OwnLoginCode, make_text_code
from stations.accounts.services.grounds import ReachOutsideOwn
from stations.accounts.services.sign_in import SignInRefused
from tests.factories.accounts import app_of, code_for
from tests.factories.signing_in import manager, partner_at, sign_in
from tests.factories.stations import StationFactory, UserFactory, county_manager_of, helper_of, platform_admin

pytestmark = pytest.mark.django_db
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"
SECOND = dt.timedelta(seconds=1)


def test_a_code_works_once():
    user = partner_at()
    code = code_for(user)
    sign_in(user, code=code)
    with pytest.raises(SignInRefused):
        sign_in(user, code=code)
    assert Device.objects.count() == 1


def test_a_code_ends_at_its_last_instant():
    user, at = partner_at(), now()
    _row, code = make_text_code(user=user, at=at)
    with pytest.raises(SignInRefused):
        sign_in(user, code=code, at=at + dt.timedelta(minutes=10))
    assert sign_in(user, code=code, at=at + dt.timedelta(minutes=9, seconds=59))


def test_a_new_code_on_the_phone_ends_the_one_before():
    user = partner_at()
    old, new = code_for(user), code_for(user)
    if old != new:
        with pytest.raises(SignInRefused):
            sign_in(user, code=old)
    assert sign_in(user, code=new)


def test_a_code_is_nowhere_in_clear():
    user = partner_at()
    row, code = make_login_code(user=user, at=now())
    assert code not in str(vars(row))


def test_asking_for_a_code_looks_the_same_for_a_name_that_nobody_has(django_assert_num_queries):
    user, at = partner_at(), now()
    for name in (user.username, "nobody"):
        with django_assert_num_queries(6):
            ask_login_code(username=name, address=HOME, at=at)
    kinds = Job.objects.filter(kind="accounts.send_login_code").values_list("payload", flat=True)
    assert sorted(str(payload["user"]) for payload in kinds) == sorted([str(user.pk), "None"])


def test_asking_twice_in_a_minute_asks_once():
    user, at = partner_at(), dt.datetime(2026, 11, 25, 4, 0, tzinfo=dt.UTC)
    for second in (0, 59):
        ask_login_code(username=user.username, address=HOME, at=at + dt.timedelta(seconds=second))
    assert Job.objects.filter(kind="accounts.send_login_code").count() == 1


def test_a_code_is_sent_to_the_phone_and_not_shown_in_the_console():
    user = partner_at()
    send_login_code(user=user, at=now())
    notice = Notice.objects.get()
    assert (notice.template, notice.user, notice.phone_tail) == ("login_code", None, str(user.phone)[-4:])
    assert "code" not in notice.params


def test_one_code_a_minute_is_sent():
    user, at = partner_at(), now()
    assert send_login_code(user=user, at=at)
    assert send_login_code(user=user, at=at + dt.timedelta(seconds=59)) is None
    assert send_login_code(user=user, at=at + dt.timedelta(minutes=1))


def ask_and_send(user, *, address, at):
    """A code is asked for from this address, and the job sends it."""
    ask_login_code(username=user.username, address=address, at=at)
    return send_login_code(user=user, at=at)


def test_five_codes_a_day_are_sent_to_a_name_from_one_address():
    user, at = partner_at(), now()
    for minute in range(5):
        assert ask_and_send(user, address=ELSEWHERE, at=at + dt.timedelta(minutes=minute))
    with pytest.raises(TooMany):
        ask_and_send(user, address=ELSEWHERE, at=at + dt.timedelta(hours=23))
    with pytest.raises(TooMany):
        ask_and_send(user, address=ELSEWHERE, at=at + dt.timedelta(days=1) - SECOND)
    assert ask_and_send(user, address=ELSEWHERE, at=at + dt.timedelta(days=1))


def test_sixty_codes_a_day_are_sent_from_one_address_whoever_they_are_for():
    at = now()
    for number in range(60):
        ask_login_code(username=f"name-{number}", address=ELSEWHERE, at=at)
    for name in (partner_at().username, "nobody"):
        with pytest.raises(TooMany):
            ask_login_code(username=name, address=ELSEWHERE, at=at)
        ask_login_code(username=name, address=HOME, at=at)


def test_whoever_only_knows_a_user_name_uses_up_no_code_of_the_persons():
    user, at = partner_at(), now()
    for number in range(30):
        assert ask_and_send(user, address=f"198.51.100.{number % 6}", at=at + dt.timedelta(minutes=number))
    row = ask_and_send(user, address=HOME, at=at + dt.timedelta(minutes=30))
    assert row.expires_at == at + dt.timedelta(minutes=40)


def test_a_code_on_the_phone_leaves_the_managers_code_alone():
    user, at = partner_at(), now()
    issued = issue_login_code(user=user, actor=platform_admin(), at=at, reason="本人到场")
    assert ask_and_send(user, address=ELSEWHERE, at=at)
    assert sign_in(user, code=issued, at=at + ISSUED_LIVES - SECOND)


def test_both_live_codes_work_and_a_wrong_guess_uses_up_a_try_of_each():
    user, at = partner_at(), now()
    issued = issue_login_code(user=user, actor=platform_admin(), at=at, reason="本人到场")
    _row, sent = make_text_code(user=user, at=at)
    wrong = next(code for code in ("111111", "222222", "333333") if code not in {issued, sent})
    with pytest.raises(SignInRefused):
        sign_in(user, code=wrong, at=at)
    assert set(LoginCode.objects.values_list("tries", flat=True)) == {1}
    assert sign_in(user, code=sent, at=at)
    assert sign_in(user, code=issued, at=at)


def test_a_code_that_a_manager_issues_ends_the_one_on_the_phone():
    user, at = partner_at(), now()
    _row, sent = make_text_code(user=user, at=at)
    issued = issue_login_code(user=user, actor=platform_admin(), at=at, reason="本人到场")
    if sent != issued:
        with pytest.raises(SignInRefused):
            sign_in(user, code=sent, at=at)
    assert sign_in(user, code=issued, at=at)


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
