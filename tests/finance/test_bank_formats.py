"""Statements in the forms that banks write: our CSV, camt.053 and MT940, read whole or refused whole."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.money import Money
from finance import chart
from finance.models import BankStatement, BankStatementLine
from finance.recon.formats import StatementFaulty, read_statement
from finance.recon.services import ControlTotalDiffers, import_bank_statement
from ledger.queries import balance
from tests.factories.finance import book
from tests.factories.stations import finance_officer

MT940 = """:20:STMT261125
:25:320800/1234567890
:28C:328/1
:60F:C261124CNY1000,00
:61:2611251125C2000,00NTRFNONREF//B-1
:86:7K3QXM9P TOP UP
:61:2611251125D12,50NCHGNONREF
:86:FEE
:61:2611251125RD7,50NCHGNONREF//B-3
:86:FEE GIVEN BACK
:62F:C261125CNY2995,00
-
"""

CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-25T20:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><Acct><Id><IBAN>DE00123</IBAN></Id><Ccy>CNY</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{opening}</Amt><CdtDbtInd>{side}</CdtDbtInd>
<Dt><Dt>2026-11-24</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-11-25</Dt></Dt></Bal>
{entries}
</Stmt></BkToCstmrStmt></Document>"""


def entry(amount, direction="CRDT", ref="B-1", status="BOOK", details="", currency="CNY"):
    reference = f"<AcctSvcrRef>{ref}</AcctSvcrRef>" if ref else ""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>'
        f"<BookgDt><Dt>2026-11-25</Dt></BookgDt><ValDt><Dt>2026-11-25</Dt></ValDt>{reference}"
        f"<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def detail(amount="", text="", name="孙小芹", side="Dbtr"):
    amount = f'<Amt Ccy="CNY">{amount}</Amt>' if amount else ""
    return (
        f"<TxDtls>{amount}<RltdPties><{side}><Nm>{name}</Nm></{side}>"
        f"<{side}Acct><Id><IBAN>CN00114821</IBAN></Id></{side}Acct></RltdPties>"
        f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
    )


def camt(*entries, opening="1000.00", closing, side="CRDT"):
    return CAMT.format(opening=opening, closing=closing, side=side, entries="".join(entries)).encode()


def lines_of(content, currency="CNY"):
    return read_statement(content, currency=currency)[1]


def said(lines):
    return [(line.line_ref, line.direction, line.amount_minor) for line in lines]


# --- MT940


def test_mt940_is_read_with_its_reversals():
    form, lines = read_statement(MT940.encode(), currency="CNY")
    assert form == "mt940"
    assert [(line.direction, line.amount_minor) for line in lines] == [("in", 2000_00), ("out", 12_50), ("in", 7_50)]
    assert (lines[0].line_ref, lines[0].value_date) == ("B-1", dt.date(2026, 11, 25))
    assert "7K3QXM9P" in lines[0].text
    assert lines[1].line_ref.startswith("~")


def test_several_statements_of_one_account_follow_each_other():
    later = MT940.replace("CNY2995,00", "CNY4990,00").replace("CNY1000,00", "CNY2995,00")
    second = later.replace("//B-", "//C-")
    assert len(lines_of((MT940 + second).encode())) == 6


@pytest.mark.parametrize(
    "spoilt",
    [
        MT940.replace("2995,00", "2995,01"),
        MT940.replace(":62F:C261125CNY2995,00\n", ""),
        MT940.replace(":60F:C261124CNY1000,00\n", ""),
        MT940.replace("CNY", "EUR"),
        MT940.replace("C2000,00", "C2000,005"),
        MT940 + MT940.replace("1234567890", "9999999999"),
        ":20:only this",
    ],
)
def test_a_faulty_mt940_is_refused_whole(spoilt):
    with pytest.raises(StatementFaulty):
        lines_of(spoilt.encode())


# --- camt.053


def test_camt_053_is_read_entry_by_entry():
    form, lines = read_statement(
        camt(
            entry("2000.00", details=detail("2000.00", "7K3QXM9P")),
            entry("12.50", "DBIT", ref="B-2", details=detail("12.50", "FEE", "银行", "Cdtr")),
            closing="2987.50",
        ),
        currency="CNY",
    )
    assert (form, said(lines)) == ("camt053", [("B-1", "in", 2000_00), ("B-2", "out", 12_50)])
    assert (lines[0].counterparty, lines[0].counterparty_tail, lines[0].text) == ("孙小芹", "00114821", "7K3QXM9P")
    assert lines[1].counterparty == "银行"


def test_an_entry_of_several_payments_is_several_lines_where_they_add_up_to_it():
    both = detail("30.00", "A") + detail("20.00", "B")
    assert said(lines_of(camt(entry("50.00", details=both), closing="1050.00"))) == [
        ("B-1/1", "in", 30_00),
        ("B-1/2", "in", 20_00),
    ]
    without = detail("", "A") + detail("", "B")
    [line] = lines_of(camt(entry("50.00", details=without), closing="1050.00"))
    assert (line.amount_minor, line.text) == (50_00, "A B")


def test_what_is_not_booked_yet_comes_with_a_later_statement():
    assert said(lines_of(camt(entry("5.00"), entry("9.00", status="PDNG", ref="B-2"), closing="1005.00"))) == [
        ("B-1", "in", 5_00)
    ]


def test_an_account_below_nought_agrees_too():
    assert len(lines_of(camt(entry("50.00"), opening="20.10", side="DBIT", closing="29.90"))) == 1


def test_lines_without_a_reference_get_the_same_one_again_and_alike_ones_their_own():
    content = camt(entry("5.00", ref=""), entry("5.00", ref=""), closing="1010.00")
    first, second = (line.line_ref for line in lines_of(content))
    assert first != second
    assert [line.line_ref for line in lines_of(content)] == [first, second]


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'


@pytest.mark.parametrize(
    "content",
    [
        camt(entry("5.00"), closing="1005.01"),
        camt(entry("5.00", currency="EUR"), closing="1005.00"),
        camt(entry("5.005"), closing="1005.005"),
        camt(entry("5.00", "BOTH"), closing="1005.00"),
        camt(entry("-5.00"), closing="995.00"),
        camt(entry("5e2"), closing="1500.00"),
        camt(entry("5.00"), closing="1005.00").replace(b"<Dt>2026-11-25</Dt></ValDt>", b"<Dt>soon</Dt></ValDt>"),
        camt(entry("5.00"), closing="1005.00").replace(b"camt.053", b"camt.052"),
        camt(entry("5.00"), closing="1005.00")[:-20],
        BOMB + camt(entry("5.00"), closing="1005.00").partition(b"?>")[2],
        b"<html></html>",
    ],
)
def test_a_faulty_camt_is_refused_whole(content):
    with pytest.raises(StatementFaulty):
        lines_of(content)


# --- imported


def take_in(content, total):
    book()
    return import_bank_statement(
        bank_account="main",
        content=content,
        control_total=Money(total, "CNY"),
        country="CN",
        by=finance_officer(),
        at=now(),
    )


def holds(key):
    return balance(chart.open_one(key, country="CN", currency="CNY", at=now())).posted.minor


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "total"), [(MT940.encode(), 1995_00), (camt(entry("5.00"), closing="1005.00"), 5_00)]
)
def test_every_format_posts_every_line_under_the_typed_total_and_the_same_file_again_nothing(content, total):
    with pytest.raises(ControlTotalDiffers):
        take_in(content, total + 1)
    assert (BankStatementLine.objects.count(), BankStatement.objects.count(), holds(chart.bank("main"))) == (0, 0, 0)
    stored = take_in(content, total)
    assert (holds(chart.bank("main")), holds(chart.suspense("main"))) == (total, total)
    assert BankStatement.objects.get().new_count == len(stored)
    assert take_in(content, total) == []
    assert holds(chart.bank("main")) == total


@pytest.mark.django_db
def test_overlapping_statements_post_each_line_once():
    take_in(camt(entry("5.00"), closing="1005.00"), 5_00)
    assert len(take_in(camt(entry("5.00"), entry("6.00", ref="B-2"), closing="1011.00"), 11_00)) == 1
    assert holds(chart.bank("main")) == 11_00


@pytest.mark.django_db
def test_the_same_reference_twice_in_one_statement_is_refused():
    with pytest.raises(StatementFaulty):
        take_in(camt(entry("5.00"), entry("6.00"), closing="1011.00"), 11_00)
    assert BankStatementLine.objects.count() == 0
