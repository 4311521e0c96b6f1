"""What the image of a real system contains: all that it needs, and nothing of the demonstration."""

import fnmatch
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.faults.house import address_of

ROOT = Path(settings.BASE_DIR)
ANSWERS = """
import django
django.setup()
from django.test import Client
client = Client()
asked = ("/livez", "/readyz", "/sign-in/", "/api/v1/schema/")
print([client.get(address, follow=True).status_code for address in asked])
"""
OF_THE_DEMONSTRATION = ("ecomnet/demo_data/", "ecomnet/simulation/")


def left_out():
    return (ROOT / ".dockerignore").read_text(encoding="utf-8").split()


def is_left_out(name, patterns):
    """As Docker reads the list, as far as we use it: whole paths, folders, and `*` at the end of a file's name."""
    folders = ["/".join(name.split("/")[:depth]) for depth in range(1, name.count("/") + 2)]
    return any(fnmatch.fnmatchcase(folder, pattern) for folder in folders for pattern in patterns)


@pytest.fixture
def image(tmp_path):
    """The files of the checkout that an image would contain, in a folder of their own."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    patterns = left_out()
    for name in listed.stdout.splitlines():
        if not is_left_out(name, patterns) and (ROOT / name).exists():
            target = tmp_path / "image" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
    return tmp_path / "image"


def test_the_image_starts_migrates_and_answers_without_the_demonstration(image, own_database, tmp_path):
    names = {str(path.relative_to(image)) for path in image.rglob("*.py")}
    assert {name for name in names if name.startswith(OF_THE_DEMONSTRATION) or "/play_" in name} == set()
    assert "core/gateways/sandbox/__main__.py" in names
    variables = os.environ | {
        "DATABASE_URL": address_of(own_database, "image"),
        "DJANGO_SETTINGS_MODULE": "ecomnet.settings.test",
        "ECOMNET_MEDIA_ROOT": str(tmp_path / "media"),
        "ECOMNET_LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(image),
        "PYTHONDONTWRITEBYTECODE": "1",
    }

    def run(*words):
        done = subprocess.run(  # noqa: S603
            [sys.executable, *words], cwd=image, env=variables, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    run("manage.py", "migrate", "--check", "--verbosity=0")
    run("manage.py", "install_country", "CN", "KW")
    assert "play_day" not in run("manage.py", "help", "--commands").split()
    assert run("-c", ANSWERS) == "[200, 200, 200, 200]"
