"""The files of the console: unchanged vendors, small modules, a small first visit."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from core.templatetags.frame import MODULES
from tests.core import weight

CORE = Path(__file__).resolve().parents[2] / "core" / "static" / "core"
VENDOR = CORE / "vendor"
LISTED = tomllib.loads((VENDOR / "vendor.toml").read_text())


def test_every_vendored_file_is_listed_and_every_listed_one_is_there():
    files = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert files == {*LISTED, "vendor.toml"}


@pytest.mark.parametrize("name", LISTED)
def test_a_vendored_file_is_the_one_that_was_published(name):
    entry = LISTED[name]
    assert entry["sha256"] == hashlib.sha256((VENDOR / name).read_bytes()).hexdigest()
    assert entry["version"]
    assert entry["licence"]


def test_the_texts_of_the_licences_of_h5p_stand_beside_its_files():
    texts = {path.parent.relative_to(VENDOR): path.read_text() for path in VENDOR.rglob("*.txt")}
    texts[Path("h5p")] += (VENDOR / "h5p" / "LICENSE").read_text()
    words = {"MIT": "The MIT License", "GPL-3.0-only": "GNU GENERAL PUBLIC LICENSE", "OFL-1.1": "OPEN FONT LICENSE"}
    lacking = {
        (name, licence)
        for name, entry in LISTED.items()
        for licence in entry["licence"].split(" AND ")
        if name.startswith("h5p/") and licence in words
        if not any(words[licence] in texts.get(folder, "") for folder in Path(name).parents)
    }
    assert lacking == set()


@pytest.mark.parametrize("path", sorted(CORE.glob("*.js")), ids=lambda path: path.name)
def test_a_module_is_short_and_evaluates_nothing(path):
    text = path.read_text()
    assert len(text.splitlines()) < 200
    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write|insertAdjacentHTML", text)


def imported_by(path):
    names = re.findall(r'^import [^;]*?"(\./[^"]+)";', path.read_text(), re.MULTILINE | re.DOTALL)
    return {(path.parent / name).resolve() for name in names}


def test_every_module_that_the_console_imports_is_announced_in_the_page():
    imported, waiting = set(), {CORE / "console.js"}
    while waiting:
        path = waiting.pop()
        imported.add(path)
        waiting |= imported_by(path) - imported
    assert imported == {CORE.parent / name for name in MODULES}


def test_the_first_visit_stays_within_its_budget():
    over = {part: (size, weight.BUDGET[part]) for part, size in weight.shell().items() if size > weight.BUDGET[part]}
    assert over == {}
    assert sum(weight.shell().values()) <= weight.TOTAL


@pytest.mark.django_db
def test_the_frame_of_a_page_is_a_small_part_of_its_budget(client):
    page = client.get("/problems/too_busy", headers={"accept-encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) <= 3_100


def test_icons_are_few_and_drawn_alike():
    symbols = re.findall(r'<symbol id="([a-z]+)" viewBox="0 0 24 24">', (CORE / "icons.svg").read_text())
    assert len(symbols) == len(set(symbols)) <= 64
