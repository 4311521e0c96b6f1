"""A real Chromium against a real server: what only a browser shows.

`live` starts the whole application on a free port against a database of the test's own. `console` opens pages in it;
any report of the content policy, any error on the page and any failed script fails the test.
"""

import contextlib
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from django.utils.timezone import now
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from stations.accounts.middleware import DEVICE, SECOND_FACTOR
from stations.models import DevicePin
from tests.browser.every_page import House, make_ready
from tests.conftest import cloned, connected_to
from tests.demonstration import bring_pictures

# Playwright runs an event loop in this thread; the ORM here is used between its steps, never inside them.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "artefacts"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE, TABLET, DESK = (360, 780), (768, 1024), (1280, 800)


#: The tests in a browser that `./dev test` and CI run, within two minutes; `./dev browser` runs all of them.
CHOSEN = {
    "test_a_bill_is_paid_by_keyboard_alone_and_the_focus_is_never_lost",
    "test_a_draft_survives_a_reload_and_ends_with_the_success",
    "test_a_fetched_bill_is_paid_and_its_slip_printed_within_the_budget",
    "test_a_refusal_gets_the_focus_and_keeps_what_was_typed",
    "test_a_scan_goes_to_the_target_and_leaves_the_field_with_the_cursor_alone",
    "test_pay_pressed_twice_pays_once",
    "test_pressing_twice_writes_once",
    "test_the_frame_of_somebody_signed_in_is_accessible",
    "test_without_network_the_help_is_there",
    "test_without_scripts_a_partner_signs_in_finds_a_resident_and_pays",
}


def chromium_path() -> str | None:
    """Chromium by path: `ECOMNET_CHROMIUM`, else the first that the machine has."""
    return os.environ.get("ECOMNET_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def pytest_collection_modifyitems(config, items) -> None:
    """Every test here needs a browser; where there is none, they are left out and the run says so."""
    here = [item for item in items if Path(item.fspath).is_relative_to(Path(__file__).parent)]
    for item in here:
        item.add_marker(pytest.mark.browser)
        if item.originalname in CHOSEN:
            item.add_marker(pytest.mark.chosen)
    if here and chromium_path() is None:
        config.hook.pytest_deselected(items=here)
        items[:] = [item for item in items if item not in here]


def pytest_report_header() -> str:
    return f"browser tests: {chromium_path() or 'left out, no Chromium found (set ECOMNET_CHROMIUM)'}"


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args) -> None:
        """The test's own output is enough."""


@pytest.fixture(scope="session")
def static_files(tmp_path_factory) -> Path:
    """The static files as production serves them: hashed and compressed."""
    root = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=root, STORAGES=_hashed(settings.STORAGES)):
        call_command("collectstatic", verbosity=0, interactive=False)
    return root


def _hashed(storages: dict) -> dict:
    return storages | {"staticfiles": {"BACKEND": "core.storage.HashedStaticFiles"}}


@pytest.fixture
def live(own_database, static_files, settings) -> Iterator[str]:
    """The address of the whole application, in the demonstration, on a free port and a database of its own."""
    settings.ROOT_URLCONF = "tests.browser.pages"
    with serving(static_files, settings) as address:
        yield address


@contextlib.contextmanager
def serving(static_files: Path, settings) -> Iterator[str]:
    """The system on a free port, as production serves it, on the database of this moment."""
    settings.STATIC_ROOT = static_files
    settings.STORAGES = _hashed(settings.STORAGES)
    settings.ECOMNET_DEMONSTRATION = True
    bring_pictures()
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def furnished(furnished_template, django_db_blocker) -> Iterator[str]:
    """A database with a small demonstration in it: one row in every state, and somebody for every role."""
    role = settings.DATABASES["default"]["USER"]
    with cloned(furnished_template) as name:
        with connected_to(name, user=role), django_db_blocker.unblock(), override_settings(ECOMNET_DEMONSTRATION=True):
            make_ready()
        yield name


@pytest.fixture
def reading(furnished, chromium, static_files, settings, django_db_blocker) -> Iterator["Console"]:
    """The console of the demonstration, for tests that only look."""
    with (
        connected_to(furnished, user=settings.DATABASES["default"]["USER"]),
        django_db_blocker.unblock(),
        serving(static_files, settings) as address,
        a_console(chromium, address) as opened,
    ):
        yield opened


@pytest.fixture
def working(furnished, chromium, static_files, settings, django_db_blocker, sandbox) -> Iterator["Console"]:
    """The console of a demonstration of this test's own, for tests that write; the companies answer."""
    with (
        cloned(furnished) as name,
        connected_to(name, user=settings.DATABASES["default"]["USER"]),
        django_db_blocker.unblock(),
        serving(static_files, settings) as address,
        a_console(chromium, address) as opened,
    ):
        yield opened


@pytest.fixture
def house(working) -> House:
    """What `working` shows, in English."""
    get_user_model().objects.update(language="en")
    return House()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each test has a context of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


class Console:
    """Pages of one reader, and everything that a browser complained about."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.complaints: list[str] = []
        self.allowed: tuple[str, ...] = ()
        self.contexts: list[BrowserContext] = []
        self.answer: Response | None = None

    def open(
        self,
        path: str = "/",
        *,
        size: tuple[int, int] = PHONE,
        language: str = "zh-hans",
        user=None,
        scripts: bool = True,
        workers: str = "block",
    ) -> Page:
        """A new page in a context of its own, signed in as `user` if one is given."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN" if language == "zh-hans" else "en-GB",
            java_script_enabled=scripts,
            timezone_id="Asia/Shanghai",
            service_workers=workers,
        )
        self.contexts.append(context)
        context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": self.address}])
        if user is not None:
            context.add_cookies([session_cookie(user, self.address)])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", lambda message: self._heard(message))
        page.on("request", lambda request: self._asked(request))
        self.answer = page.goto(self.address + path)
        return page

    def _heard(self, message) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(f"console: {message.text}")

    def _asked(self, request) -> None:
        if request.url.startswith(f"{self.address}/csp/"):
            self.complaints.append(f"policy: {request.post_data}")

    def forgive(self, *words: str) -> None:
        """Complaints that this test provokes (a 404 is an error line in the browser's console)."""
        self.allowed += words

    def unforgiven(self) -> list[str]:
        """What remains."""
        return [line for line in self.complaints if not any(words in line for words in self.allowed)]

    def close(self) -> None:
        """End every context."""
        for context in self.contexts:
            context.close()


@pytest.fixture
def console(chromium: Browser, live: str) -> Iterator[Console]:
    """Opens pages; ends the test with an error if the browser complained."""
    with a_console(chromium, live) as opened:
        yield opened


@contextlib.contextmanager
def a_console(chromium: Browser, address: str) -> Iterator[Console]:
    """Pages of one test; an error at the end if the browser complained."""
    opened = Console(chromium, address)
    yield opened
    opened.close()
    assert opened.unforgiven() == []


def session_cookie(user, address: str) -> dict[str, str]:
    """A whole sign-in, the second factor included."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[SECOND_FACTOR] = now().isoformat()
    pin = DevicePin.objects.filter(user=user).first()
    if pin:
        session[DEVICE] = str(pin.device_id)
    session.create()
    return {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": address}


@pytest.fixture
def shot(request):
    """Keep a picture of a page under artefacts/, for people to look at."""

    def keep(page: Page, name: str) -> Path:
        path = ARTEFACTS / "shots" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=True)
        return path

    return keep


@pytest.fixture
def axe():
    """Hold a page against WCAG 2.2 AA: no violations."""

    def check(page: Page) -> None:
        result = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
        assert result.violations_count == 0, result.generate_report()

    return check


def scrolls_sideways(page: Page) -> bool:
    """Whether anything on the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
