"""The sign-in pages and one's own account, as a browser without scripts meets them."""

import datetime as dt

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils.timezone import now

from core.models import Job
from stations.accounts.models import Device, DevicePin, Role, User
from stations.accounts.services import end_sessions, issue_login_code, revoke_device
from tests.factories.accounts import PASSWORD, PIN, another, app_of, code_for, shown_by
from tests.factories.stations import (
    DeviceFactory,
    PostFactory,
    StationFactory,
    UserFactory,
    api_client,
    county_manager_of,
    helper_of,
    partner_of,
    platform_admin,
)

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "korrekt pferd 47"


@pytest.fixture
def browser():
    """A browser that has never been here."""
    return Client()


def post(browser, path, **typed):
    return browser.post(path, typed)


def first_sign_in(browser, user, **typed):
    typed = {"username": user.username, "password": PASSWORD, **typed}
    return post(browser, "/sign-in/first/", **{"code": typed.get("code") or code_for(user), **typed})


def at_work(browser, user):
    """Signed in for the first time, PIN chosen."""
    first_sign_in(browser, user)
    post(browser, "/me/pin/", pin=PIN, again=PIN)
    return browser


def signed_in(browser):
    return browser.get("/me/").status_code == 200


def partner():
    return partner_of(StationFactory())


def test_a_new_browser_is_asked_for_name_password_and_code(browser):
    answer = browser.get("/sign-in/?next=/me/")
    assert (answer.status_code, answer.url) == (302, "/sign-in/first/?next=%2Fme%2F")
    assert browser.get("/me/").url == "/sign-in/?next=/me/"


def test_the_first_sign_in_ends_with_a_pin_and_the_next_needs_only_that(browser):
    user = partner()
    assert first_sign_in(browser, user).status_code == 303
    assert browser.get("/me/").url == "/me/pin/"
    assert post(browser, "/me/pin/", pin=PIN, again=PIN).url == "/"
    assert signed_in(browser)
    assert post(browser, "/sign-out/").url == "/sign-in/"
    assert not signed_in(browser)
    assert user.shown_name in browser.get("/sign-in/").content.decode()
    assert post(browser, "/sign-in/?next=/me/", person=user.pk, pin=PIN).url == "/me/"
    assert signed_in(browser)


def test_the_cookie_of_the_device_is_kept_from_scripts_and_other_sites(browser):
    first_sign_in(browser, partner())
    cookie = browser.cookies["ecomnet_device"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert Device.objects.filter(secret_hash=cookie.value).count() == 0


def test_a_wrong_pin_keeps_the_person_chosen_and_says_what_is_left(browser):
    user = partner()
    at_work(browser, user)
    post(browser, "/sign-out/")
    answer = post(browser, "/sign-in/", person=user.pk, pin=another(PIN))
    assert answer.status_code == 422
    assert "4" in str(answer.context["form"].errors)
    assert f'value="{user.pk}"' in answer.content.decode()
    assert another(PIN) not in answer.content.decode()
    assert not signed_in(browser)


def test_a_person_of_another_device_cannot_be_chosen(browser):
    at_work(browser, partner())
    post(browser, "/sign-out/")
    stranger = partner()
    assert post(browser, "/sign-in/", person=stranger.pk, pin=PIN).status_code == 422
    assert not signed_in(browser)


def test_a_session_key_known_before_is_worth_nothing_after(browser):
    browser.get("/sign-in/first/")
    post(browser, "/sign-in/code/", username="somebody")
    before = browser.session.session_key
    assert before
    first_sign_in(browser, partner())
    assert browser.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_sent_to_another_site_after_signing_in(browser, target):
    user = partner()
    answer = browser.post(
        f"/sign-in/first/?next={target}", {"username": user.username, "password": PASSWORD, "code": code_for(user)}
    )
    assert answer.url == "/"


def test_a_wrong_sign_in_answers_the_same_for_any_name(browser):
    user, other = partner(), UserFactory(is_active=False)
    answers = []
    for name in (user.username, other.username, "nobody"):
        answer = post(Client(), "/sign-in/first/", username=name, password="guess", code="123456")
        answers.append((answer.status_code, answer.context["form"].non_field_errors()))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 422


def test_asking_for_a_code_answers_the_same_for_any_name(browser):
    bodies = []
    for name in (partner().username, "nobody"):
        browser = Client()
        assert post(browser, "/sign-in/code/", username=name).url == "/sign-in/first/"
        bodies.append(browser.get("/sign-in/first/").content.decode().count("message info"))
    assert bodies[0] == bodies[1] > 0
    assert Job.objects.filter(kind="accounts.send_login_code").count() == 2


def test_a_session_ends_with_its_device_at_once(browser):
    user = partner()
    at_work(browser, user)
    revoke_device(device=Device.objects.get(), actor=user, at=now(), reason="手机丢失")
    assert not signed_in(browser)


def test_a_session_ends_when_sessions_are_ended(browser):
    user = partner()
    at_work(browser, user)
    end_sessions(user=user, actor=user, at=now(), reason="…")
    assert not signed_in(browser)


def test_a_session_ends_when_the_user_is_no_longer_active(browser):
    user = partner()
    at_work(browser, user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not signed_in(browser)


def test_a_post_that_ends_is_gone_with_the_next_request_to_the_second(browser):
    station, at = StationFactory(), now()
    user = partner_of(station, to_at=at + dt.timedelta(minutes=10))
    with time_machine.travel(at, tick=False) as clock:
        phone = api_client(user)
        clock.move_to(at + dt.timedelta(minutes=9, seconds=59))
        assert phone.get("/api/v1/devices/").status_code == 200
        clock.move_to(at + dt.timedelta(minutes=10))
        assert phone.get("/api/v1/devices/").status_code == 403


def test_a_browser_session_costs_two_queries(client, django_assert_num_queries):
    user = helper_of(StationFactory(), partner_of(StationFactory()))
    client.force_login(user)
    client.get("/api/v1/me/")  # the first request of a minute also notes that the station is seen
    # The session; user, device and posts together; then the counter's station, and the stations of the answer.
    with django_assert_num_queries(2 + 2):
        assert len(client.get("/api/v1/me/").json()["posts"]) == 2


# --- staff


def manager(**values):
    return county_manager_of(StationFactory().county, **values)


def test_staff_set_up_the_app_before_anything_else(browser):
    staff = manager()
    first_sign_in(browser, staff)
    assert browser.get("/me/").url == "/me/second-factor/"
    page = browser.get("/me/second-factor/")
    secret = page.context["secret"].replace(" ", "")
    picture = browser.get("/me/second-factor/picture/")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
    assert "data:" not in page.content.decode()
    assert secret not in str(dict(browser.session))
    assert post(browser, "/me/second-factor/", password=PASSWORD, code=another(shown_by(secret))).status_code == 422
    assert post(browser, "/me/second-factor/", password="guess", code=shown_by(secret)).status_code == 422
    assert browser.get("/me/").url == "/me/second-factor/"
    assert post(browser, "/me/second-factor/", password=PASSWORD, code=shown_by(secret)).status_code == 302
    assert signed_in(browser)


def test_staff_with_an_app_sign_in_with_its_code(browser):
    staff = manager()
    app = app_of(staff)
    first_sign_in(browser, staff, code=shown_by(app))
    assert signed_in(browser)


def test_a_session_without_the_second_factor_opens_nothing_of_staff(browser):
    staff = manager()
    app_of(staff)
    browser.force_login(staff)
    answer = browser.get("/api/v1/posts/")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_due")
    assert browser.get("/me/").url == "/sign-in/?next=/me/"


def test_a_partner_who_becomes_staff_needs_the_app_with_the_next_request(browser):
    user = partner()
    at_work(browser, user)
    PostFactory(user=user, role=Role.COUNTY_CLERK, division=StationFactory().county)
    assert browser.get("/me/").url == "/me/second-factor/"


def test_the_administration_is_behind_the_same_sign_in(browser):
    assert browser.get("/admin/").url.startswith("/admin/login/")
    assert browser.get("/admin/login/?next=/admin/").url == "/sign-in/?next=%2Fadmin%2F"


def test_the_administration_asks_again_after_half_an_hour(client):
    admin, at = platform_admin(UserFactory(is_staff=True)), now()
    with time_machine.travel(at, tick=False) as clock:
        client.force_login(admin)
        assert client.get("/admin/").status_code == 200
        clock.move_to(at + dt.timedelta(minutes=29, seconds=59))
        assert client.get("/admin/").status_code == 200
        clock.move_to(at + dt.timedelta(minutes=59, seconds=58))
        assert client.get("/admin/").status_code == 200
        clock.move_to(at + dt.timedelta(minutes=89, seconds=58))
        assert client.get("/admin/").status_code == 302


# --- one's own account


def test_a_person_chooses_language_and_size_of_text(client):
    user = partner()
    client.force_login(user)
    answer = client.post("/me/", {"language": "en", "text_size": "150", "key": "0123456789abcdef01"})
    assert answer.status_code == 303
    user.refresh_from_db()
    assert (user.language, user.text_size) == ("en", 150)
    page = client.get("/me/").content.decode()
    assert '<html lang="en" class="text-150">' in page
    assert client.post("/me/", {"language": "fr", "text_size": "90", "key": "0123456789abcdef02"}).status_code == 422


def test_a_person_changes_the_pin(browser):
    user = partner()
    at_work(browser, user)
    assert post(browser, "/me/pin/", old_pin=another(PIN), pin="730164", again="730164").status_code == 422
    assert post(browser, "/me/pin/", old_pin=PIN, pin="730164", again="730165").status_code == 422
    assert post(browser, "/me/pin/", old_pin=PIN, pin="730164", again="730164").url == "/me/"
    post(browser, "/sign-out/")
    assert post(browser, "/sign-in/", person=user.pk, pin="730164").status_code == 303


def test_a_person_changes_the_password_and_stays_here_only(browser):
    user, elsewhere = partner(), Client()
    at_work(browser, user)
    at_work(elsewhere, user)
    answer = post(browser, "/me/password/", old_password=PASSWORD, password=NEW_PASSWORD)
    assert answer.url == "/me/"
    assert signed_in(browser)
    assert not signed_in(elsewhere)


def test_a_first_password_has_to_be_changed(browser):
    user = partner()
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    first_sign_in(browser, user)
    assert browser.get("/me/").url == "/me/password/"
    post(browser, "/me/password/", old_password=PASSWORD, password=NEW_PASSWORD)
    assert browser.get("/me/").url == "/me/pin/"


def test_a_forgotten_password_is_set_with_the_managers_code(browser):
    user = partner()
    code = issue_login_code(user=user, actor=platform_admin(), at=now(), reason="本人到场")
    answer = post(browser, "/sign-in/forgotten/", username=user.username, code=code, password=NEW_PASSWORD)
    assert answer.url == "/"
    post(browser, "/me/pin/", pin=PIN, again=PIN)
    assert signed_in(browser)


def test_a_person_gives_up_an_own_device_and_no_other(client):
    user = partner()
    mine, other = DeviceFactory(registered_by=user), DeviceFactory()
    client.force_login(user)
    key = "0123456789abcdef"
    assert client.post(f"/me/devices/{mine.pk}/revoke/", {"reason": "手机丢失", "key": key}).status_code == 303
    assert client.post(f"/me/devices/{other.pk}/revoke/", {"reason": "…", "key": key + "2"}).status_code == 404
    assert set(Device.objects.values_list("pk", "state")) == {(mine.pk, "revoked"), (other.pk, "active")}


def test_a_person_signs_out_everywhere(browser):
    user, elsewhere = partner(), Client()
    at_work(browser, user)
    at_work(elsewhere, user)
    assert post(browser, "/me/end-sessions/").url == "/sign-in/"
    assert not signed_in(browser)
    assert not signed_in(elsewhere)
    assert DevicePin.objects.count() == 2


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", ["/sign-in/first/", "/sign-in/code/", "/sign-in/forgotten/"])
def test_sign_in_pages_are_never_stored_by_the_browser(browser, path, language):
    answer = browser.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_everybody_is_offered_the_app_and_told_what_an_sms_is_worth(client):
    client.force_login(partner())
    assert "/me/second-factor/" in client.get("/me/").content.decode()
    page = Client().get("/sign-in/code/", headers={"Accept-Language": "en"}).content.decode()
    assert "Anyone with that phone or its SIM card can read it" in page
