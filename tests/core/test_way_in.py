"""How a request may come in, and what every answer carries: methods, TLS, cookies, policies."""

import datetime as dt

import pytest
from django.http import HttpResponse
from django.test import Client

from core.files.views import ALONE
from core.web import cookies
from tests.factories.stations import UserFactory

pytestmark = pytest.mark.django_db


def asked(path, **options):
    """An answer that was read to its end."""
    answer = Client().get(path, **options)
    if answer.streaming:
        b"".join(answer)
    answer.close()
    return answer


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND"])
def test_a_page_answers_to_reading_and_sending_only(method):
    answer = Client().generic(method, "/help/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_an_endpoint_does_not_trace():
    assert Client().generic("TRACE", "/api/v1/divisions/").status_code in {401, 405}


def test_a_program_that_speaks_in_clear_is_refused_and_not_sent_on(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^api/"]
    answer = Client().get("/api/v1/me/")
    assert (answer.status_code, answer.json()["code"]) == (403, "https_required")
    assert Client().get("/api/v1/me/", secure=True).status_code == 401


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        ({}, "Authentication credentials were not provided."),
        ({"Accept-Language": "en"}, "Authentication credentials were not provided."),
        ({"Accept-Language": "zh-hans"}, "身份认证信息未提供。"),
    ],
)
def test_a_program_that_asks_for_no_language_is_answered_in_english(headers, sentence):
    answer = Client().get("/api/v1/me/", headers=headers)
    assert (answer.status_code, answer.json()["detail"]) == (401, sentence)


def test_a_person_who_reads_the_api_in_a_browser_is_answered_in_the_own_language(client):
    client.force_login(UserFactory(language="zh-hans"))
    answer = client.get("/api/v1/me/")
    assert (answer.status_code, answer["Content-Language"]) == (200, "zh-hans")


def test_a_browser_that_speaks_in_clear_is_sent_on(settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/help/")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/help/")


def test_every_answer_over_tls_asks_for_tls_for_a_year(settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    for path in ("/help/", "/no/such/page/", "/api/v1/me/", "/static/core/logo.svg", "/livez"):
        header = asked(path, secure=True).get("Strict-Transport-Security")
        assert header == "max-age=31536000; includeSubDomains", path


@pytest.mark.parametrize(
    "path", ["/help/", "/no/such/page/", "/api/v1/me/", "/static/core/logo.svg", "/livez", "/sw.js"]
)
def test_every_answer_carries_the_policies(path):
    answer = asked(path)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = answer["Content-Security-Policy"]
    for directive in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in policy, (path, directive)
    assert "unsafe" not in policy
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_file_that_is_opened_by_itself_stands_in_no_frame():
    for directive in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "sandbox"):
        assert directive in ALONE


@pytest.mark.parametrize("is_secure", [True, False])
def test_cookies_are_for_this_host_and_with_tls_for_tls_alone(settings, is_secure):
    settings.SESSION_COOKIE_SECURE = is_secure
    response = HttpResponse()
    cookies.remember(response, cookies.own_name("device"), "x", age=dt.timedelta(days=1))
    cookies.tell_scripts(response, "done", "y", age=dt.timedelta(minutes=5))
    hidden, read = (response.cookies[f"{'__Host-' if is_secure else ''}{name}"] for name in ("device", "done"))
    for cookie in (hidden, read):
        assert (bool(cookie["secure"]), cookie["samesite"], cookie["path"], cookie["domain"]) == (
            is_secure,
            "Lax",
            "/",
            "",
        )
    assert (bool(hidden["httponly"]), bool(read["httponly"])) == (True, False)


def test_text_is_told_with_its_characters():
    for path in ("/help/", "/sign-in/first/", "/sw.js", "/no/such/page/"):
        assert Client().get(path)["Content-Type"].endswith("charset=utf-8"), path


@pytest.mark.parametrize("path", ["/static/", "/static/core/", "/files/", "/media/"])
def test_no_folder_is_listed(path):
    assert Client().get(path).status_code in {404, 302}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_page_that_cannot_be_used_that_way_says_so(language):
    answer = Client(headers={"accept-language": language}).post("/help/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert {"en": "This page cannot be used that way.", "zh-hans": "这一页不能这样打开。"}[
        language
    ] in answer.content.decode()
