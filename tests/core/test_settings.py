"""The strict settings refuse to start an unsafe house, and say which variable to mend."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEY = base64.b64encode(bytes(range(32))).decode()
SAFE = {
    "SECRET_KEY": "".join(chr(33 + n) for n in range(60)),
    "ALLOWED_HOSTS": "ecomnet.example",
    "DATABASE_URL": "postgresql://ecomnet_app@database/ecomnet",
    "REDIS_URL": "redis://valkey:6379/0",
    "ECOMNET_DATA_KEYS": f"1:{KEY}",
    "ECOMNET_INDEX_KEYS": f"1:{KEY}",
}


def start(**changes):
    """Read the production settings in a process of their own, with these variables and no others."""
    variables = {name: value for name, value in (SAFE | changes).items() if value is not None}
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import ecomnet.settings.production as s; assert not (s.DEBUG or s.ECOMNET_DEMONSTRATION)",
        ],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_safe_house_starts():
    assert start().returncode == 0, start().stderr


def test_nothing_makes_a_real_house_a_demonstration():
    assert start(ECOMNET_DEMONSTRATION="1").returncode == 0


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
