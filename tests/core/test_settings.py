"""The strict settings refuse to start an unsafe system, and say which variable to fix."""

import base64
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.clock import BARE

ROOT = Path(__file__).resolve().parents[2]
KEY = base64.b64encode(bytes(range(32))).decode()
SAFE = {
    "ECOMNET_CONTENT_ORIGIN": "",
    "SECRET_KEY": "".join(chr(33 + n) for n in range(60)),
    "ALLOWED_HOSTS": "ecomnet.example",
    "DATABASE_URL": "postgresql://ecomnet_app@database/ecomnet",
    "REDIS_URL": "redis://valkey:6379/0",
    "ECOMNET_DATA_KEYS": f"1:{KEY}",
    "ECOMNET_INDEX_KEYS": f"1:{KEY}",
}


#: What Compose gives to each process of the system.
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]


def start(*checks, **changes):
    """Read the production settings in a process of their own, with these variables and no others, and check them."""
    return run("import ecomnet.settings.production as s", *checks, **SAFE | changes)


def run(statement, *checks, **variables):
    """Run a statement and check what came of it, in a process with these variables and no others."""
    variables = {name: value for name, value in variables.items() if value is not None}
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", "\n".join([statement, *(f"assert {check}, {check!r}" for check in checks)])],
        cwd=ROOT,
        env={**BARE, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_safe_house_starts_and_nothing_makes_it_a_demonstration():
    started = start(
        *("not s.DEBUG", "not s.ECOMNET_DEMONSTRATION", "s.ECOMNET_CONTENT_ORIGIN"),
        ECOMNET_DEMONSTRATION="1",
        ECOMNET_CONTENT_ORIGIN="https://content.example",
    )
    assert started.returncode == 0, started.stderr


def test_a_database_and_a_doorbell_elsewhere_are_reached_over_tls():
    started = start(
        DATABASE_URL="postgresql://ecomnet_app@db.example.org/ecomnet?sslmode=verify-full&sslrootcert=/etc/ca.pem",
        REDIS_URL="rediss://valkey.example.org:6379/0",
    )
    assert started.returncode == 0, started.stderr


def test_a_bucket_elsewhere_is_reached_over_tls():
    bucket = {"ECOMNET_S3_BUCKET": "papers", "ECOMNET_S3_ACCESS_KEY": "a", "ECOMNET_S3_SECRET_KEY": "s"}
    refused = start(**bucket, ECOMNET_S3_ENDPOINT="http://s3.example.org")
    assert "https only" in refused.stderr
    started = start(
        "s.STORAGES['default']['OPTIONS']['bucket_name'] == 'papers'",
        **bucket,
        ECOMNET_S3_ENDPOINT="https://s3.example.org",
    )
    assert started.returncode == 0, started.stderr


def test_a_house_of_a_socket_needs_no_tls():
    started = start(DATABASE_URL="postgresql://ecomnet_app@%2Frun%2Fpg/ecomnet", REDIS_URL="unix:///run/valkey.sock")
    assert started.returncode == 0, started.stderr


def test_secrets_may_stand_in_files(tmp_path):
    file = tmp_path / "secret"
    file.write_text(SAFE["SECRET_KEY"] + "\n")
    started = start(f"s.SECRET_KEY == {SAFE['SECRET_KEY']!r}", SECRET_KEY=None, SECRET_KEY_FILE=str(file))
    assert started.returncode == 0, started.stderr


def test_cookies_and_headers_of_a_real_house_hold_browsers_to_tls_and_to_this_host():
    started = start(
        "{s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY} == {True}",
        "all(n.startswith('__Host-') for n in (s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME))",
        "all(n.startswith('__Host-') for n in (s.LANGUAGE_COOKIE_NAME, s.ECOMNET_DEVICE_COOKIE_NAME))",
        "s.MESSAGE_STORAGE.endswith('SessionStorage')",
        "s.SECURE_SSL_REDIRECT and s.SECURE_HSTS_SECONDS >= 31536000 and s.SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "s.SECURE_PROXY_SSL_HEADER is None",
    )
    assert started.returncode == 0, started.stderr


def test_only_a_proxy_of_ours_says_that_tls_was_spoken():
    started = start("s.SECURE_PROXY_SSL_HEADER == ('HTTP_X_FORWARDED_PROTO', 'https')", ECOMNET_PROXIES="1")
    assert started.returncode == 0, started.stderr


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"DEBUG": "1"}, "DEBUG"),
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-" + SAFE["SECRET_KEY"]}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "ecomnet.example,*"}, "ALLOWED_HOSTS"),
        ({"DATABASE_URL": None}, "DATABASE_URL"),
        ({"REDIS_URL": None}, "REDIS_URL"),
        ({"ECOMNET_DATA_KEYS": None}, "ECOMNET_DATA_KEYS"),
        ({"ECOMNET_DATA_KEYS": KEY}, "ECOMNET_DATA_KEYS"),
        ({"ECOMNET_DATA_KEYS": "1:c2hvcnQ="}, "ECOMNET_DATA_KEYS"),
        ({"ECOMNET_INDEX_KEYS": None}, "ECOMNET_INDEX_KEYS"),
        ({"ECOMNET_INDEX_KEYS": f"0:{KEY}"}, "ECOMNET_INDEX_KEYS"),
        ({"ECOMNET_INDEX_KEYS": f"1:{KEY},1:{KEY}"}, "ECOMNET_INDEX_KEYS"),
        ({"ECOMNET_INDEX_KEYS": f"1:{base64.b64encode(b'a' * 32).decode()}"}, "ECOMNET_INDEX_KEYS"),
        ({"ECOMNET_ENQUIRY_SCHEDULE": "1,2"}, "ECOMNET_ENQUIRY_SCHEDULE"),
        ({"DATABASE_URL": "postgresql://ecomnet_app@db.example.org/ecomnet"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://ecomnet_app@10.0.0.7/ecomnet?sslmode=require"}, "DATABASE_URL"),
        ({"ECOMNET_OWNER_DATABASE_URL": "postgresql://o@db.example.org/ecomnet"}, "ECOMNET_OWNER_DATABASE_URL"),
        ({"REDIS_URL": "redis://valkey.example.org:6379/0"}, "REDIS_URL"),
        (
            {"ECOMNET_CONTENT_ORIGIN": "https://content.ecomnet.example", "ALLOWED_HOSTS": ".ecomnet.example"},
            "ECOMNET_CONTENT_ORIGIN",
        ),
        ({"ECOMNET_CONTENT_ORIGIN": "https://ecomnet.example:8443"}, "ECOMNET_CONTENT_ORIGIN"),
        ({"ECOMNET_CONTENT_ORIGIN": "https://Content.example/packages"}, "ECOMNET_CONTENT_ORIGIN"),
    ],
)
def test_an_unsafe_house_does_not_start(changes, named):
    refused = start(**changes)
    assert refused.returncode != 0
    assert "ImproperlyConfigured" in refused.stderr
    assert named in refused.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", ["SECRET_KEY", "ECOMNET_DATA_KEYS", "ECOMNET_INDEX_KEYS"])
def test_a_key_of_the_demonstration_is_not_accepted_in_production(name):
    demonstration = (ROOT / "ecomnet" / "settings" / "local.py").read_text()
    known = demonstration.partition(f'"{name}", "')[2].partition('"')[0]
    refused = start(**{name: known})
    assert refused.returncode != 0
    assert name in refused.stderr.splitlines()[-1]


def test_a_real_house_limits_the_requests_of_one_minute():
    started = start("s.ECOMNET_RATE_LIMIT_PER_MINUTE == s.ECOMNET_RATE_LIMIT_ANONYMOUS_PER_MINUTE == 600")
    assert started.returncode == 0, started.stderr


def given_to(service):
    """The variables that a process gets from Compose, with values that start a system."""
    named = SERVICES[service].get("environment", {})
    return {name: SAFE.get(name, told) for name, told in named.items()}


def test_the_web_starts_with_what_compose_gives_it():
    started = run(
        "import ecomnet.settings.production as s", "s.SECRET_KEY", **given_to("web") | {"ECOMNET_PROXIES": "1"}
    )
    assert started.returncode == 0, started.stderr


def test_a_worker_starts_without_the_secret_of_sessions_and_the_key_of_figures():
    given = given_to("worker")
    assert given.keys().isdisjoint({"SECRET_KEY", "ECOMNET_METRICS_TOKEN", "ECOMNET_OWNER_DATABASE_URL"})
    assert given["DJANGO_SETTINGS_MODULE"] == "ecomnet.settings.worker"
    read = "import ecomnet.settings.worker as s"
    started = run(read, "len(s.SECRET_KEY) > 50", "s.ECOMNET_DATA_KEYS and not s.ECOMNET_METRICS_TOKEN", **given)
    assert started.returncode == 0, started.stderr
    refused = run(read, **given | {"ECOMNET_DATA_KEYS": "1:c2hvcnQ="})
    assert "ECOMNET_DATA_KEYS" in refused.stderr.splitlines()[-1]


def test_the_beat_starts_with_the_doorbell_alone():
    given = given_to("beat")
    assert given.keys() == {"DJANGO_SETTINGS_MODULE", "REDIS_URL"}
    assert not SERVICES["beat"]["volumes"]
    assert "env_file" not in SERVICES["beat"]
    begin = "from ecomnet.celery import app; app.loader.init_worker(); app.finalize()"
    started = run(begin, "'jobs.start_local_work' in app.conf.beat_schedule", "'jobs.tick' in app.tasks", **given)
    assert started.returncode == 0, started.stderr


def test_the_owner_of_the_tables_is_known_to_migrations_alone():
    knowing = {name for name, told in SERVICES.items() if "ECOMNET_OWNER_PASSWORD" in str(told)}
    assert knowing == {"database", "migrate"}
    assert {name for name, told in SERVICES.items() if "SECRET_KEY" in told.get("environment", {})} == {"web"}
