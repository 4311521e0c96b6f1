"""Workbooks are read as exact texts, and those that would exhaust the machine or run something are refused."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from django.utils.translation import override
from openpyxl import Workbook

from core.workbooks import (
    LARGEST_UNPACKED,
    MOST_PARTS,
    MOST_TAGS,
    WorkbookUnreadable,
    is_workbook,
    read_workbook,
    write_workbook,
)

SHEET = "xl/worksheets/sheet1.xml"


def typed(*rows):
    """A workbook as a spreadsheet would save it: numbers are numbers, and what begins with = is a formula."""
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def with_part(content, name, change):
    """The same archive with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            body = old.read(part)
            new.writestr(part.filename, change(body) if part.filename == name else body)
    return out.getvalue()


def cells(content, columns=3):
    return [row.cells for row in read_workbook(content, columns=columns)]


def fault_of(content):
    with override("en"):
        [row] = read_workbook(content, columns=3)
    return row.fault


def test_what_is_written_is_read_again_and_nothing_of_it_is_a_formula():
    rows = [["=SUM(A1)", "'quoted", "-1"], ["0012", "128.00", "大米 <25>"]]
    content = write_workbook("products", rows)
    assert is_workbook(content)
    assert cells(content) == rows
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [cell.data_type for row in book.active.iter_rows() for cell in row] == ["s"] * 6


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (128, "128"),
        (128.0, "128"),
        (128.1, "128.1"),
        (0.1, "0.1"),
        (1.005, "1.005"),
        (6901234567892, "6901234567892"),
        (6.901234567892e12, "6901234567892"),
        (999999999999999, "999999999999999"),
        (0.00001, "0.00001"),
        (-12.5, "-12.5"),
        (True, "1"),
    ],
)
def test_a_number_is_the_decimal_that_was_typed(number, text):
    assert cells(typed([number, "x"]), columns=2) == [[text, "x"]]


def saved_as(number):
    """A workbook whose cell A1 holds these digits, as some program has saved them."""
    return with_part(typed([1.5]), SHEET, lambda body: body.replace(b"<v>1.5</v>", f"<v>{number}</v>".encode()))


def test_a_number_that_a_spreadsheet_saves_with_seventeen_digits_is_the_decimal_that_was_typed():
    assert cells(saved_as("128.09999999999999"), columns=1) == [["128.1"]]


@pytest.mark.parametrize("number", ["0.30000000000000004", "9999999999999999", "1234567890.1234567", "1E999"])
def test_a_number_that_is_no_exact_decimal_is_a_fault_of_its_cell(number):
    assert "A1 holds a number that is not exact" in fault_of(saved_as(number))


def test_a_formula_a_date_and_an_error_are_faults_of_their_cells():
    day = b'<c r="B1" t="d"><v>2026-03-02T00:00:00</v></c></row>'
    assert "A1 holds a formula" in fault_of(typed(["=1+1"]))
    assert "A1 holds a date or an error" in fault_of(typed(["#N/A"]))
    assert "B1 holds a date" in fault_of(with_part(typed(["x"]), SHEET, lambda body: body.replace(b"</row>", day)))
    assert "A1 holds a date" in fault_of(typed([dt.date(2026, 3, 2)]))


def test_rows_keep_their_numbers_and_empty_ones_are_left_out():
    assert [(row.number, row.cells[0]) for row in read_workbook(typed(["a"], [], [None], ["b"]), columns=1)] == [
        (1, "a"),
        (4, "b"),
    ]


def test_the_size_that_a_sheet_says_it_has_is_not_believed():
    content = with_part(typed(["a", "b"], ["c", "d"]), SHEET, lambda body: body.replace(b'ref="A1:B2"', b'ref="A1:A1"'))
    assert cells(content, columns=2) == [["a", "b"], ["c", "d"]]


@pytest.mark.parametrize(("number", "said"), [(b"1", "Row 1 appears twice"), (b"2", "Row 2 appears twice")])
def test_a_sheet_whose_rows_repeat_or_go_backwards_is_refused_whole_with_the_line(number, said):
    content = with_part(
        typed(["a"], ["b"], ["c"]), SHEET, lambda body: body.replace(b'<row r="3"', b'<row r="%b"' % number)
    )
    with override("en"), pytest.raises(WorkbookUnreadable, match=said):
        read_workbook(content, columns=1)


@pytest.mark.parametrize(
    "content",
    [b"", b"sku,price", b"PK\x03\x04 and nothing else", typed(["a"])[:-30]],
    ids=["nothing", "a table", "a beginning", "cut off"],
)
def test_bytes_that_are_no_workbook_are_unreadable(content):
    with pytest.raises(WorkbookUnreadable):
        read_workbook(content, columns=1)


def test_a_part_that_is_missing_makes_a_workbook_unreadable():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/nothing.xml", "<a/>")
    with pytest.raises(WorkbookUnreadable):
        read_workbook(out.getvalue(), columns=1)


ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "ha"><!ENTITY f "&e;&e;&e;&e;&e;&e;">]>'


@pytest.mark.parametrize("definition", [ENTITY, LAUGHS], ids=["a file of this machine", "growing text"])
def test_a_sheet_that_defines_entities_is_unreadable(definition):
    content = with_part(typed(["a"]), SHEET, lambda body: definition + body.replace(b">a<", b">&e;<"))
    with pytest.raises(WorkbookUnreadable):
        read_workbook(content, columns=1)


def test_openpyxl_reads_xml_with_defusedxml():
    assert openpyxl.DEFUSEDXML


@pytest.mark.parametrize(
    ("parts", "size", "mark"),
    [(2, LARGEST_UNPACKED, b" "), (MOST_PARTS + 1, 1, b" "), (1, MOST_TAGS + 1, b"<")],
    ids=["large", "many parts", "many tags"],
)
def test_a_small_file_that_unpacks_into_a_large_one_is_refused(parts, size, mark):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(parts):
            archive.writestr(f"{number}.xml", mark * size)
    assert len(out.getvalue()) < 100_000
    with override("en"), pytest.raises(WorkbookUnreadable, match="larger than it can be"):
        read_workbook(out.getvalue(), columns=1)


def test_a_way_of_packing_that_no_spreadsheet_uses_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.xml", b" " * 1000)
    with pytest.raises(WorkbookUnreadable):
        read_workbook(out.getvalue(), columns=1)
