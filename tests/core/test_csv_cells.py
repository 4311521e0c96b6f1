"""Cells of tables that are opened by a table program."""

import pytest

from core.csv_cells import harmless, line_writer, without_guard

CASES = [
    ("=1+1", "'=1+1"),
    ("@x", "'@x"),
    ("+8613800000001", "'+8613800000001"),
    ("-x", "'-x"),
    ("\t=1", "'\t=1"),
    ("-5", "'-5"),
    ("fee", "fee"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "written"), CASES)
def test_no_cell_starts_a_formula(text, written):
    assert harmless(text) == written


@pytest.mark.parametrize("text", [text for text, _written in CASES] + ["'quoted'", "'"])
def test_what_was_guarded_is_read_back_as_it_was(text):
    assert without_guard(harmless(text)) == text


def test_a_line_is_given_back_as_soon_as_it_is_written():
    assert line_writer().writerow(["a", 1]) == "a,1\r\n"
