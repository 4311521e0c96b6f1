"""The form of a daily file: read whole, or refused whole for any fault."""

import datetime as dt
from uuid import uuid4

import pytest

from finance.recon.services.daily_file import FileFaulty, read
from tests.factories.daily_files import daily_file, file_line

DATE = dt.date(2026, 11, 24)
A, B = str(uuid4()), str(uuid4())
TWO = (file_line(A, amount="186.40"), file_line(B, "failed", "20.00"))


def parsed(content, *, date=DATE, code="JS-POWER", currency="CNY"):
    return read(content, provider=code, date=date, currency=currency)


def test_a_whole_file_is_read():
    content = parsed(daily_file(*TWO, file_line(B, "reversed", "0.40"), date="2026-11-24"))
    assert [(line.line_no, line.status, line.amount_minor) for line in content.lines] == [
        (1, "succeeded", 186_40),
        (2, "failed", 20_00),
        (3, "reversed", 40),
    ]
    assert content.total.minor == 186_00
    assert content.lines[0].completed_at == "2026-11-24T05:00:00+00:00"


def test_a_day_without_business_is_a_file_without_lines():
    assert parsed(daily_file(date="2026-11-24")).lines == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_both_encodings_and_both_line_ends_say_the_same(encoding, newline):
    text = daily_file(TWO[0].replace("P-", "江苏-"), date="2026-11-24").decode()
    content = parsed(text.replace("\n", newline).encode(encoding))
    assert content.lines[0].provider_ref.startswith("江苏-")


HEADER = "H,1,JS-POWER,2026-11-24,CNY,2026-11-24T22:00:00Z"
FAULTS = {
    "nothing at all": b"",
    "a header alone": HEADER.encode(),
    "no header": daily_file(*TWO, date="2026-11-24", header=""),
    "no trailer": daily_file(*TWO, date="2026-11-24", trailer=""),
    "cut off in the middle": daily_file(*TWO, date="2026-11-24")[:150],
    "a line fewer than the trailer says": daily_file(*TWO, date="2026-11-24", trailer="T,3,186.40,0.00"),
    "another sum": daily_file(*TWO, date="2026-11-24", trailer="T,2,186.41,0.00"),
    "another sum of fees": daily_file(*TWO, date="2026-11-24", trailer="T,2,186.40,0.01"),
    "a sum that is no amount": daily_file(*TWO, date="2026-11-24", trailer="T,2,viel,0.00"),
    "numbers with a gap": daily_file(*TWO, date="2026-11-24").replace(b"D,2,", b"D,3,"),
    "numbers from nought": daily_file(TWO[0], date="2026-11-24").replace(b"D,1,", b"D,0,"),
    "the file of another day": daily_file(*TWO, date="2026-11-23"),
    "the file of another company": daily_file(*TWO, date="2026-11-24").replace(b"JS-POWER", b"JS-WATER", 1),
    "another currency": daily_file(*TWO, date="2026-11-24").replace(b",CNY,", b",USD,"),
    "another version": daily_file(*TWO, date="2026-11-24").replace(b"H,1,", b"H,2,"),
    "the same reference and state twice": daily_file(TWO[0], TWO[0], date="2026-11-24"),
    "an unknown state": daily_file(TWO[0].replace("succeeded", "maybe"), date="2026-11-24"),
    "an unknown kind": daily_file(TWO[0].replace(",bill,", ",lottery,"), date="2026-11-24"),
    "a third decimal": daily_file(TWO[0].replace("186.40", "186.405"), date="2026-11-24", trailer="T,1,186.40,0.00"),
    "a time without its zone": daily_file(TWO[0].replace("05:00:00Z", "05:00:00"), date="2026-11-24"),
    "a cell too many": daily_file(TWO[0] + ",more", date="2026-11-24"),
    "a lone carriage return": daily_file(*TWO, date="2026-11-24").replace(b",bill,", b",b\rill,", 1),
    "a cell without end": daily_file(TWO[0].replace("P-", "P" * 140_000), date="2026-11-24"),
    "a reference longer than any": daily_file(TWO[0].replace(A, "A" * 65), date="2026-11-24"),
    "a reference that cannot be printed": daily_file(TWO[0].replace(A, "A\x00B"), date="2026-11-24"),
    "an amount below nothing": daily_file(file_line(A, amount="-5.00"), date="2026-11-24"),
    "bytes of no encoding": daily_file(*TWO, date="2026-11-24") + b"\xff\xff",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_any_fault_refuses_the_whole_file(fault):
    with pytest.raises(FileFaulty):
        parsed(FAULTS[fault])


def test_the_same_reference_may_be_paid_and_taken_back_in_one_file():
    assert len(parsed(daily_file(TWO[0], file_line(A, "reversed", "186.40"), date="2026-11-24")).lines) == 2
