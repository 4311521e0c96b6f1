"""Every page: its headers, its language, and what it says when something is wrong."""

import json
import re

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.templatetags.static import static
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation

from core import views
from core.access import PUBLIC, requires
from core.errors import ProviderDown, Refused, TooMany
from core.hooks import CONSOLES, READER
from core.web import error_pages, shell
from core.web.console import Console, MenuEntry
from core.web.help import TOPICS
from core.web.middleware import VisitorMiddleware
from ecomnet import urls
from ecomnet.grants import COUNTY_MANAGER, PARTNER, PLATFORM_ADMIN
from tests.hooks import replace

pytestmark = pytest.mark.django_db

BOTH = pytest.mark.parametrize("language", ["zh-hans", "en"])


class NotToday(Refused):
    code = "not_today"
    message = "Not today."


def raising(error):
    @requires(PUBLIC)
    def view(request):
        raise error

    return view


def crash(request):
    raise ZeroDivisionError


crash.requires = PUBLIC

urlpatterns = [
    *urls.urlpatterns,
    path("t/404/", raising(Http404())),
    path("t/403/", raising(PermissionDenied("Only the county can approve."))),
    path("t/refused/", raising(NotToday())),
    path("t/429/", raising(TooMany())),
    path("t/503/", raising(ProviderDown(provider="State Grid"))),
    path("t/500/", crash),
    path("t/ok/", requires(PUBLIC)(lambda request: HttpResponse("ok"))),
    path("t/mine/", requires("signed_in")(lambda request: HttpResponse("ok"))),
]
handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500


@pytest.fixture
def get(settings):
    settings.ROOT_URLCONF = __name__
    settings.ECOMNET_DEMONSTRATION = True
    browser = Client(raise_request_exception=False)

    def fetch(path, language="en", **headers):
        return browser.get(path, headers={"accept-language": language} | headers)

    return fetch


@pytest.mark.parametrize("address", ["/help/", "/components/", "/nothing/", "/t/500/", "/t/403/", "/sw.js", "/t/ok/"])
def test_every_response_carries_the_policies(get, address):
    response = get(address)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "microphone=()" in response["Permissions-Policy"]
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_only_a_page_that_reads_codes_may_use_the_camera(get):
    assert "camera=(self)" in get("/components/")["Permissions-Policy"]
    assert "camera=()" in get("/help/")["Permissions-Policy"]
    assert "camera=()" in get("/nothing/")["Permissions-Policy"]


def test_pages_that_may_hold_a_person_are_not_stored(get):
    assert get("/t/mine/")["Cache-Control"] == "no-store"
    assert "no-store" not in get("/t/ok/").get("Cache-Control", "")


def test_a_public_page_of_somebody_signed_in_is_not_stored_either(client):
    client.force_login(get_user_model().objects.create_user("sun", last_name="孙"))
    assert client.get("/help/")["Cache-Control"] == "no-store"


@BOTH
@pytest.mark.parametrize(
    ("address", "status", "english", "chinese"),
    [
        ("/nothing/", 404, "There is no such page.", "没有这个页面。"),
        ("/t/404/", 404, "There is no such page.", "没有这个页面。"),
        ("/t/403/", 403, "Only the county can approve.", "Only the county can approve."),
        ("/t/refused/", 409, "Nothing was changed.", "什么都没有改动。"),
        ("/t/429/", 429, "Too many tries.", "试得太多了"),
        ("/t/503/", 503, "State Grid is not responding.", "State Grid暂时没有回应"),
        ("/t/500/", 500, "This is our fault. Nothing was changed.", "是我们的问题。什么都没有改动。"),
    ],
)
def test_what_is_wrong_is_said_in_the_reader_s_language(get, address, status, english, chinese, language):
    response = get(address, language)
    page = response.content.decode()
    assert response.status_code == status
    assert (chinese if language == "zh-hans" else english) in page
    assert f'<html lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in page
    assert page.count("<h1") == 1


@pytest.mark.django_db
def test_an_address_with_a_slash_too_many_leads_to_its_page_and_one_of_nothing_to_none(client):
    answers = [client.get(address) for address in ("/problems/invalid/", "/s/321324-0003/", "/no-such-page/", "//s/x/")]
    assert [answer.status_code for answer in answers] == [302, 302, 404, 404]
    assert [answer.get("Location") for answer in answers[:2]] == ["/problems/invalid", "/s/321324-0003"]
    assert client.get("/s/321324-0003/?from=qr&n=2")["Location"] == "/s/321324-0003?from=qr&n=2"


@pytest.mark.django_db
def test_what_is_sent_and_what_a_program_asks_is_led_nowhere_by_a_slash_too_many(client):
    sent = client.post("/s/321324-0003/")
    callback = client.post("/api/v1/gateways/jspower/callbacks/", {}, content_type="application/json")
    search = client.get("/api/v1/fhir/Appointment/?patient=1")
    assert [answer.status_code for answer in (sent, callback, search)] == [404, 404, 404]
    assert callback.json()["code"] == search.json()["code"] == "not_found"


def test_absent_and_out_of_reach_look_the_same(get):
    def page(address):
        return re.sub(rb'value="\w{64}"', b"", get(address).content.replace(address.encode(), b""))

    assert page("/nothing/") == page("/t/404/")


@pytest.mark.parametrize(("address", "seconds"), [("/t/429/", "60"), ("/t/503/", "30")])
def test_what_passes_by_itself_counts_down(get, address, seconds):
    response = get(address)
    assert response["Retry-After"] == seconds
    assert f'data-reload="{seconds}"' in response.content.decode()


def test_a_broken_write_does_not_promise_that_nothing_happened():
    request = RequestFactory().post("/t/500/")
    with translation.override("zh-hans"):
        page = error_pages.broken(request).content.decode()
    assert re.search(r"E-\d{3}[A-Z]\d{3}", page)
    assert "最多只会办一次" in page


def test_a_form_without_protection_is_told_that_its_page_is_old():
    browser = Client(enforce_csrf_checks=True)
    response = browser.post("/language/", {"language": "en"}, headers={"accept-language": "en"})
    assert response.status_code == 403
    assert "This page was open for too long." in response.content.decode()


def test_the_one_who_may_is_named():
    with translation.override("en"):
        verb = next(iter(PLATFORM_ADMIN - PARTNER - COUNTY_MANAGER))
        assert "Platform administrator" in error_pages.who_can(verb)
        assert "Helper" not in error_pages.who_can(verb)
        assert error_pages.who_can(PUBLIC) == ""
        assert error_pages.who_can("no.such_verb") == ""


def test_our_own_words_come_before_those_of_other_packages():
    with translation.override("zh-hans"):
        assert translation.gettext("Note") == "备注"


@BOTH
def test_the_language_switch_changes_this_browser(client, language):
    response = client.post("/language/", {"language": language, "next": "/help/"})
    assert (response.status_code, response["Location"]) == (303, "/help/")
    page = client.get("/help/").content.decode()
    assert ("帮助" in page) == (language == "zh-hans")


def test_the_language_switch_changes_the_account_and_nobody_else_s(client):
    users = get_user_model().objects
    mine, other = users.create_user("sun"), users.create_user("li")
    client.force_login(mine)
    client.post("/language/", {"language": "en", "next": "/help/"})
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.language, other.language) == ("en", "zh-hans")
    assert '<html lang="en"' in client.get("/help/", headers={"accept-language": "zh-hans"}).content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_language_switch_never_leads_elsewhere(client, target):
    assert client.post("/language/", {"language": "en", "next": target})["Location"] == "/"


def test_an_unknown_language_is_not_found(client):
    assert client.post("/language/", {"language": "xx"}).status_code == 404


def test_a_policy_report_is_taken_and_logged_without_query(client, caplog):
    body = '{"csp-report": {"blocked-uri": "https://x.example/a?secret=1", "violated-directive": "img-src"}}'
    response = client.post("/csp/", body, content_type="application/csp-report")
    assert response.status_code == 204
    assert "https://x.example/a" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("body", "status"), [("{" * 20, 400), ("[1]", 204), ('{"a": "' + "x" * views.LARGEST_REPORT + '"}', 413)]
)
def test_a_policy_report_that_is_none_does_no_harm(client, body, status):
    assert client.post("/csp/", body, content_type="application/csp-report").status_code == status


def test_the_service_worker_keeps_only_what_holds_nobody(client):
    response = client.get("/sw.js")
    script = response.content.decode()
    assert response["Content-Type"].startswith("text/javascript")
    assert "no-cache" in response["Cache-Control"]
    assert 'credentials: "omit"' in script
    assert "/help/bill/?in=zh-hans" in script
    assert "core/console.css" in script
    files, used = (re.search(rf"const {name} = (.*);", script).group(1) for name in ("FILES", "ONCE_USED"))
    assert "zxing" not in files
    assert json.loads(used) == [static("core/vendor/zxing.min.js")], "kept by a device that has used it"


def test_the_kill_switch_sends_a_worker_that_removes_itself(client, settings):
    settings.ECOMNET_SERVICE_WORKER_OFF = True
    script = client.get("/sw.js").content.decode()
    assert "unregister()" in script
    assert "console.css" not in script


def test_what_the_service_worker_asks_for_exists_in_both_languages(client):
    script = client.get("/sw.js").content.decode()
    pages = set(re.findall(r'"(/help/[^"]*in=[^"]*)"', script))
    assert len(pages) == 2 * (len(TOPICS) + len({"index", "no network"}))
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200
        assert ('lang="en"' if page.endswith("in=en") else 'lang="zh-Hans"') in response.content.decode()


def test_the_components_page_exists_in_the_demonstration_only(client, settings):
    settings.ECOMNET_DEMONSTRATION = False
    assert client.get("/components/").status_code == 404


def test_the_manifest_starts_at_the_door(client):
    manifest = client.get("/manifest.webmanifest").json()
    assert (manifest["start_url"], manifest["display"]) == ("/", "standalone")


def test_a_part_asked_for_after_the_session_ended_becomes_a_whole_page(get):
    response = get("/t/mine/", **{"hx-request": "true", "hx-current-url": "http://testserver/t/mine/?a=1"})
    assert response.status_code == 204
    assert response["HX-Redirect"].endswith("?next=/t/mine/%3Fa%3D1")


def test_the_menu_offers_only_what_exists_and_is_allowed(rf, monkeypatch):
    user = get_user_model().objects.create_user("sun", last_name="孙", first_name="小芹")
    reader = shell.Reader(station="桑园村服务站", code="321324-0007", person="孙小芹", text_size=125)
    replace(monkeypatch, READER, lambda user: reader)
    replace(
        *(monkeypatch, CONSOLES),
        Console(
            menu=[
                MenuEntry("me", "Help", "core:help", "signed_in"),
                MenuEntry("me", "Nowhere", "no:such", "signed_in"),
                MenuEntry("money", "Money", "core:help", "finance.see_everything"),
            ]
        ),
    )
    request = rf.get("/help/")
    request.user = user
    shown = shell.shell(request)["shell"]
    [group] = shown.menu
    assert (group.code, group.is_open, [link.label for link in group.links]) == ("me", True, ["Help"])
    assert (shown.station, shown.text_size) == ("桑园村服务站", 125)


@pytest.mark.parametrize(
    "body", ['{"csp-report": "document-uri"}', '{"csp-report": 5}', '"document-uri"', "5", "[" * 8_000, '"\\ud800"']
)
def test_a_report_of_another_shape_breaks_nothing(client, body):
    assert client.post("/csp/", body, content_type="application/csp-report").status_code in (204, 400)


@pytest.mark.parametrize("path", ["/people/?q=%00", "/s/%00", "/r/%00", "/sign-in/?next=%00", "/%00/"])
def test_an_address_with_a_control_character_is_refused_in_words(client, path):
    response = client.get(path)
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "198.51.100.7", "10.0.0.1"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (2, "198.51.100.7", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_a_visitor_is_known_by_the_address_that_our_outermost_proxy_saw(settings, rf, proxies, forwarded, seen):
    settings.ECOMNET_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    VisitorMiddleware(lambda passed: HttpResponse(passed.META["REMOTE_ADDR"]))(request)
    assert request.META["REMOTE_ADDR"] == seen
