"""What docs/money.md promises has its tests: each that the page names is there, and each promise names one."""

import re

from tests.architecture.source import ROOT, functions

PAGE = (ROOT / "docs" / "money.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[a-z_/]+\.py)::(test_[a-z0-9_]+)`")
PROMISES = range(1, 18)


def test_every_test_that_the_page_names_is_there():
    named = NAMED.findall(PAGE)
    there = {path: {function.name for function in functions(ROOT / path)} for path, _name in named}
    assert [f"{path}::{name}" for path, name in named if name not in there[path]] == []


def test_every_promise_and_every_fault_names_a_test():
    rows = PAGE[PAGE.index("## What was promised") : PAGE.index("## Running it")].splitlines()
    told = [
        row for row in rows if row.startswith("| ") and row not in {"| promise | test |", "| fault or race | test |"}
    ]
    assert [row for row in told if not NAMED.search(row)] == []
    assert {int(number) for number in re.findall(r"^\| (\d+)\. ", "\n".join(told), re.MULTILINE)} == set(PROMISES)
