"""The database of the tests: real PostgreSQL, migrated once as the owner, used as the application's role.

A template database is built once per set of migrations; every test process works in a clone of it, and every race
test in a clone of its own, because append-only tables cannot be flushed.
"""

import contextlib
import gc
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation.reloader import translation_file_changed
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from benchmarks import databases
from benchmarks.databases import connected_to, only_one_process
from core.language import catalogues
from tests.demonstration import World, quiet, taken_back
from tests.fhir_gate import recording
from tests.gateways import listeners as listeners
from tests.sandbox import sandbox as sandbox
from tests.sandbox import sandbox_process as sandbox_process
from tests.sandbox import web as web

ROOT = Path(__file__).resolve().parents[1]
#: In place of Python's 700, 10, 10: a page makes more objects than that, and its garbage is mostly counted away.
SELDOM = (100_000, 20, 50)
# Reading the tests makes objects that all stay.
gc.disable()
# How long drawing and trying take says how busy the machine is.
hypothesis_settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest and mostly waits begins first, so that nobody waits for it alone at the end."""
    waiting = {"test_seeds.py": 0, "operation": 1, "faults": 2, "benchmarks": 3}
    items.sort(key=lambda item: min(waiting.get(part, 9) for part in item.path.parts))


def pytest_configure(config: pytest.Config) -> None:
    """The processes of a run share a name, under which one of them loads the demonstration for all."""
    if getattr(config.option, "numprocesses", None) and not config.option.testrunuid:
        config.option.testrunuid = uuid.uuid4().hex
    recording.begin(config)


def pytest_collection_finish() -> None:
    """What stands after thousands of tests were read stays: to look through it for garbage again and again is slow."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The last of a run drops what its processes shared."""
    run = getattr(session.config.option, "testrunuid", None)
    if run and not hasattr(session.config, "workerinput"):
        _patiently(f'DROP DATABASE IF EXISTS "demonstration_{run}" WITH (FORCE)')


def pytest_sessionstart() -> None:
    """The tests read both languages; what was read before it was compiled is read again."""
    if catalogues.compile_all(ROOT):
        translation_file_changed(None, Path("django.mo"))


@pytest.fixture(scope="session")
def template_database(django_db_blocker) -> str:
    """The name of a migrated, otherwise empty database; made again when a migration changes."""
    with django_db_blocker.unblock():
        return databases.template()


@pytest.fixture(scope="session")
def template_address(template_database: str) -> str:
    """Where the owner finds the template, for the one who takes its tables elsewhere."""
    return psycopg2.extensions.make_dsn(dbname=template_database, **databases.owner())


@pytest.fixture(scope="session")
def django_db_setup(template_database: str) -> Iterator[None]:
    """Each test process works in a clone of the template, as the application's role."""
    with cloned(template_database) as name, connected_to(name, user=settings.DATABASES["default"]["USER"]):
        yield


@pytest.fixture
def own_database(template_database: str, django_db_blocker) -> Iterator[str]:
    """A database of this test alone, in which commits are real: for races, deaths, and what only commits show."""
    user = settings.DATABASES["default"]["USER"]
    with cloned(template_database) as name, connected_to(name, user=user), django_db_blocker.unblock():
        yield name


@pytest.fixture(scope="session")
def furnished_template(template_database: str, django_db_blocker) -> Iterator[str]:
    """The name of a database of this process in which the demonstration is loaded; loaded once for a run."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        with cloned(template_database) as name, django_db_blocker.unblock():
            _load_demonstration(name)
            yield name
        return
    shared = f"demonstration_{run}"
    with only_one_process("demonstration"), django_db_blocker.unblock():
        if not databases.exists(shared):
            with cloned(template_database) as building:
                _load_demonstration(building)
                _patiently(f'CREATE DATABASE "{shared}" TEMPLATE "{building}"')
    with cloned(shared) as name:
        yield name


def _load_demonstration(name: str) -> None:
    before, settings.ECOMNET_DEMONSTRATION = settings.ECOMNET_DEMONSTRATION, True
    with connected_to(name, user=settings.DATABASES["default"]["USER"]):
        quiet(call_command)
    settings.ECOMNET_DEMONSTRATION = before


@pytest.fixture
def world(furnished_template: str, django_db_blocker) -> Iterator[World]:
    """The demonstration; what a test changes in it is taken back."""
    user = settings.DATABASES["default"]["USER"]
    with connected_to(furnished_template, user=user), django_db_blocker.unblock(), taken_back():
        yield World()


@pytest.fixture(scope="module")
def own_world(furnished_template: str, django_db_blocker) -> Iterator[World]:
    """A demonstration of this module alone, in which commits are real."""
    user = settings.DATABASES["default"]["USER"]
    with cloned(furnished_template) as name, connected_to(name, user=user), django_db_blocker.unblock():
        yield World()


@pytest.fixture(autouse=True)
def default_language() -> None:
    """Each test begins in the default language, whatever a request before it asked for."""
    translation.deactivate()


class SignedInClient(Client):
    """Django's test client whose `force_login` counts as a whole sign-in, the second factor included."""

    def force_login(self, user, backend=None) -> None:
        super().force_login(user, backend)
        session = self.session
        session["second_factor_at"] = now().isoformat()
        session.save()


@pytest.fixture
def client() -> SignedInClient:
    """A browser without JavaScript."""
    return SignedInClient()


@contextlib.contextmanager
def cloned(template: str) -> Iterator[str]:
    """A copy of a database, for as long as the block."""
    name = f"test_{uuid.uuid4().hex[:16]}"
    with only_one_process("clone"):
        _patiently(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    try:
        yield name
    finally:
        _drop(name)


def _drop(name: str) -> None:
    _patiently(f'DROP DATABASE "{name}" WITH (FORCE)')


def _patiently(statement: str) -> None:
    """About a whole database; a vacuum that the server started in it cannot be ended by us, and is soon over."""
    for patience in range(50):
        try:
            databases.as_owner(statement)
            return
        except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ObjectInUse):
            time.sleep(0.02 * patience)
    raise RuntimeError(f"a database stays in use: {statement}")
