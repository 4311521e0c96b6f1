"""What the pages of docs/ promise has its tests: each that a page names is there, and each promise names one."""

import re
from dataclasses import dataclass

import pytest

from tests.architecture.source import ROOT, functions

NAMED = re.compile(r"`(tests/[a-z_/]+\.py)::(test_[a-z0-9_]+)`")
HEADS = {"| promise | test |", "| fault or race | test |"}


@dataclass(frozen=True)
class Page:
    """A page, the numbers of its promises, and the heading after them."""

    name: str
    promises: frozenset[int]
    until: str = ""

    @property
    def text(self) -> str:
        return (ROOT / "docs" / self.name).read_text(encoding="utf-8")

    @property
    def rows(self) -> list[str]:
        """The lines of the tables of promises."""
        text = self.text
        told = text[text.index("## What was promised") : text.index(self.until) if self.until else None]
        return [row for row in told.splitlines() if row.startswith("| ") and row not in HEADS]


PAGES = [
    Page("money.md", frozenset(range(1, 18)), until="## Running it"),
    # 10 to 12 (exams, age, approval) come with recruitment.
    Page("stations.md", frozenset({*range(1, 10), *range(13, 18)})),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_is_there(page):
    named = NAMED.findall(page.text)
    there = {path: {function.name for function in functions(ROOT / path)} for path, _name in named}
    assert [f"{path}::{name}" for path, name in named if name not in there[path]] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_promise_and_every_fault_names_a_test(page):
    assert [row for row in page.rows if not NAMED.search(row)] == []
    numbers = re.findall(r"^\| (\d+)\. ", "\n".join(page.rows), re.MULTILINE)
    assert {int(number) for number in numbers} == page.promises
