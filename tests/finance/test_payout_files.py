"""The file of a batch: the same bytes for ever, executed once, however the way to the bank behaves."""

import datetime as dt
import hashlib
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.days import day_in
from core.gateways.models import Instruction
from core.gateways.sandbox.payouts import Faulty, read
from core.gateways.services import ask_again, ask_for_file
from core.models import Job
from core.money import Money
from finance.models import PayoutBatch, PayoutLine, ReconItem
from finance.payouts import services
from finance.payouts.payout_file import FileLine, write
from tests.factories.finance import desk
from tests.factories.payouts import ACCOUNT_NO, approved, bank, banked, closed_statement, only_line
from tests.factories.stations import finance_officer
from tests.jobs import run_jobs
from tests.sandbox import until

pytestmark = pytest.mark.django_db

REF = UUID("0193f0c2-7a11-7c55-9a3e-5b1d2f6a0032")
DAY = dt.date(2026, 11, 30)


def line(**values):
    usual = {
        "our_ref": REF,
        "bank_code": "ICBC",
        "account_no": ACCOUNT_NO,
        "holder_name": "孙小芹",
        "amount": Money(6_00, "CNY"),
        "purpose": "commission 20261123-20261129",
    }
    return FileLine(**{**usual, **values})


def test_the_file_is_byte_exact():
    content = write(number="P-261130-1", date=DAY, currency="CNY", lines=[line(), line(amount=Money(1_234_05, "CNY"))])
    assert (
        content
        == (
            "H,1,P-261130-1,2026-11-30,CNY\n"
            f"D,1,{REF},ICBC,6222021102004821,孙小芹,6.00,commission 20261123-20261129\n"
            f"D,2,{REF},ICBC,6222021102004821,孙小芹,1234.05,commission 20261123-20261129\n"
            "T,2,1240.05\n"
        ).encode()
    )


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+861", "'+861"),
        ("-5", "'-5"),
        ("@sum", "'@sum"),
        ("\tx", "'\tx"),
        ("a=b", "a=b"),
        ("O'Neil", "O'Neil"),
        ("Li, Wei", '"Li, Wei"'),
        ('=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'),
    ],
)
def test_no_cell_is_a_formula(typed, written):
    content = write(number="P", date=DAY, currency="CNY", lines=[line(holder_name=typed)]).decode()
    assert content.splitlines()[1] == f"D,1,{REF},ICBC,6222021102004821,{written},6.00,commission 20261123-20261129"


@pytest.mark.parametrize(("currency", "minor", "text"), [("JPY", 600, "600"), ("KWD", 6_005, "6.005")])
def test_amounts_have_the_decimals_of_their_currency(currency, minor, text):
    content = write(number="P", date=DAY, currency=currency, lines=[line(amount=Money(minor, currency))]).decode()
    assert (content.splitlines()[1].split(",")[6], content.splitlines()[2]) == (text, f"T,1,{text}")


def payable(minor=6_00, **account):
    ready = desk()
    banked(ready.partner, **account)
    return ready, closed_statement(ready, minor)


def exported():
    batch = approved()
    services.export_payout_batch(batch=batch, by=finance_officer(), at=now())
    batch.refresh_from_db()
    return batch


def test_a_second_export_gives_the_very_same_bytes_and_sends_nothing_again():
    payable()
    batch = approved()
    first = services.export_payout_batch(batch=batch, by=finance_officer(), at=now())
    second = services.export_payout_batch(batch=batch, by=finance_officer(), at=now() + dt.timedelta(days=1))
    batch.refresh_from_db()
    assert (second.content, second.sha256) == (first.content, first.sha256)
    assert batch.file_sha256 == hashlib.sha256(first.content).hexdigest()
    assert Instruction.objects.filter(kind="payout_file").count() == 1
    assert Job.objects.filter(kind="gateways.send").count() == 1


def test_the_file_is_kept_encrypted():
    payable()
    batch = exported()
    row = PayoutBatch.objects.filter(pk=batch.pk).values().get()
    assert ACCOUNT_NO not in str(bytes(row.pop("file_cipher"))) + str(row)
    assert ACCOUNT_NO not in str(list(Instruction.objects.values("request", "answer")))


def test_a_batch_names_its_file_exactly_when_it_has_one_whoever_writes():
    payable()
    batch = exported()
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutBatch.objects.filter(pk=batch.pk).update(file_sha256="")


def asked(sandbox, ref):
    """The bank is done with this payout, and we ask what became of it."""
    until(lambda: sandbox.ledger(our_ref=ref)[0]["status"] != "pending")
    ask_again(our_ref=ref, at=now())
    run_jobs()
    return PayoutLine.objects.get(pk=ref)


def test_the_bank_takes_the_file_and_pays(sandbox):
    ready, _statement = payable()
    batch = exported()
    run_jobs()
    batch.refresh_from_db()
    assert (batch.status, only_line().status) == ("submitted", "processing")
    paid = asked(sandbox, only_line().pk)
    batch.refresh_from_db()
    assert (paid.status, batch.status, ready.holds(ready.own_key)) == ("paid", "settled", 0)
    [theirs] = sandbox.ledger(our_ref=paid.pk)
    assert (theirs["kind"], theirs["amount"], theirs["executions"]) == ("payout", "6.00", 1)


@pytest.mark.parametrize("trouble", ["lose_answer", "lose_request", "error_500", "bad_signature"])
def test_a_file_whose_way_is_lost_is_sent_again_and_executed_once(sandbox, trouble):
    payable()
    sandbox.wish(trouble, kind="payout_file")
    batch = exported()
    run_jobs()
    batch.refresh_from_db()
    assert (batch.status, only_line().status) == ("exported", "approved")
    run_jobs(now() + dt.timedelta(seconds=10))
    batch.refresh_from_db()
    assert batch.status == "submitted"
    paid = asked(sandbox, only_line().pk)
    assert (paid.status, sandbox.ledger(our_ref=paid.pk)[0]["executions"]) == ("paid", 1)


def test_a_file_that_the_bank_finds_wrong_pays_nobody(sandbox):
    ready, _statement = payable()
    sandbox.wish("decline", kind="payout_file", code="control_total_mismatch")
    batch = exported()
    run_jobs()
    batch.refresh_from_db()
    assert (batch.status, only_line().status) == ("partially_settled", "failed")
    assert (ready.can_use(ready.own_key), sandbox.ledger()) == (6_00, [])


def test_the_bank_reads_what_it_refuses_to_add_up():
    good = write(number="P", date=DAY, currency="CNY", lines=[line()])
    assert read(good, "CNY")[1] == 6
    with pytest.raises(Faulty, match="control_total_mismatch"):
        read(good.replace(b"T,1,6.00", b"T,1,6.01"), "CNY")
    for broken in (good.replace(b"H,1", b"H,2"), good.replace(b"D,1", b"D,2"), b"", good[:-9]):
        with pytest.raises(Faulty):
            read(broken, "CNY")


def test_an_account_that_does_not_exist_fails_alone(sandbox):
    ready, _statement = payable(account_no="6222021102000000")
    other, _theirs = payable(4_00)
    exported()
    run_jobs()
    failed = asked(sandbox, PayoutLine.objects.get(payee=ready.partner.pk.hex).pk)
    paid = asked(sandbox, PayoutLine.objects.get(payee=other.partner.pk.hex).pk)
    assert (failed.status, failed.return_code, paid.status) == ("failed", "account_invalid", "paid")
    assert (ready.can_use(ready.own_key), other.holds(other.own_key)) == (6_00, 0)


def test_money_that_comes_back_later_is_the_payees_again(sandbox):
    ready, _statement = payable()
    sandbox.wish("reverse_later", kind="payout", seconds=0.5, code="account_closed")
    exported()
    run_jobs()
    ref = only_line().pk
    assert asked(sandbox, ref).status in {"paid", "returned"}
    until(lambda: sandbox.ledger(our_ref=ref)[0]["status"] == "returned")
    fetch_daily_file(sandbox)
    assert (only_line().status, ready.can_use(ready.own_key)) == ("returned", 6_00)


def fetch_daily_file(sandbox):
    """The bank closes its day, and we read its file."""
    date = day_in("Asia/Shanghai", now())
    sandbox.ask("POST", "close-day", {"date": date.isoformat(), "seconds": 0})
    ask_for_file(provider=bank(), file_date=date, at=now())
    run_jobs()


def test_the_daily_file_decides_payouts_of_which_no_word_came(sandbox):
    ready, _statement = payable()
    declined, _theirs = payable(4_00, account_no="6222021102000000")
    batch = exported()
    run_jobs()
    for each in PayoutLine.objects.all():
        until(lambda each=each: sandbox.ledger(our_ref=each.pk)[0]["status"] != "pending")
    fetch_daily_file(sandbox)
    batch.refresh_from_db()
    assert PayoutLine.objects.get(payee=ready.partner.pk.hex).status == "paid"
    assert PayoutLine.objects.get(payee=declined.partner.pk.hex).status == "failed"
    assert batch.status == "partially_settled"
    assert not ReconItem.objects.exclude(kind="file").exists()
