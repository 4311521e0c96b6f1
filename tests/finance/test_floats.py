"""Filling the float: asked for, seen on a bank line, added by another person; and the bank's statements."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.models import Notice
from core.money import parse
from finance import chart
from finance.floats.services import (
    REFERENCE_ALPHABET,
    BankLineTaken,
    BankLineUnfit,
    NoPartnerHere,
    NothingToAdd,
    OverFloatMax,
    credit_topup,
    match_topup,
    reject_topup,
    request_topup,
)
from finance.models import BankStatementLine, FloatTopUp
from finance.recon.services import ControlTotalDiffers, StatementFaulty, import_bank_statement
from ledger.queries import trial_balance
from stations.models import Contract
from tests.factories.days import today
from tests.factories.finance import book, desk
from tests.factories.stations import api_client, auditor, county_clerk_of, finance_officer
from tests.jobs import run_jobs

COLUMNS = "value_date,line_ref,direction,amount,currency,counterparty,counterparty_tail,text"


def yuan(text):
    return parse(text, "CNY")


def statement(*lines):
    return "\n".join([COLUMNS, *lines, ""]).encode()


def bank_row(ref="L-1", *, amount="2000.00", direction="in", currency="CNY", text="", date="2026-11-25"):
    return f"{date},{ref},{direction},{amount},{currency},孙小芹,4821,{text}"


def imported(*rows, total="2000.00", account="main"):
    return import_bank_statement(
        bank_account=account,
        content=statement(*rows),
        control_total=yuan(total),
        country="CN",
        by=finance_officer(),
        at=now(),
    )


@pytest.fixture
def ready(db):
    return desk()


def ask(ready, amount="2000.00"):
    return request_topup(station=ready.station, amount=yuan(amount), by=ready.partner, at=now())


def clerk_of(ready):
    return county_clerk_of(ready.station.county)


def seen(ready, amount="2000.00"):
    """A top-up that a clerk has matched."""
    topup = ask(ready, amount)
    [line] = imported(bank_row(f"L-{topup.reference}", amount=amount), total=amount)
    return match_topup(topup=topup, bank_line=line, by=clerk_of(ready), at=now())


# --- asked for


def test_a_request_gets_a_reference_that_can_be_read_aloud(ready):
    topup = ask(ready)
    assert topup.status == "requested"
    assert len(topup.reference) == 8
    assert set(topup.reference) <= set(REFERENCE_ALPHABET)
    assert not set("01ILO") & set(REFERENCE_ALPHABET)


@pytest.mark.parametrize(("amount", "is_refused"), [("19999.99", False), ("20000.00", False), ("20000.01", True)])
def test_the_float_may_reach_its_most_and_not_pass_it(db, amount, is_refused):
    ready = desk(float_minor=1_000_00)
    more = str(yuan(amount) - yuan("1000.00"))
    if is_refused:
        with pytest.raises(OverFloatMax):
            ask(ready, more)
        assert FloatTopUp.objects.count() == 0
    else:
        assert ask(ready, more).status == "requested"


@pytest.mark.parametrize("amount", ["0.00", "-5.00"])
def test_nothing_is_not_asked_for(ready, amount):
    with pytest.raises(NothingToAdd):
        request_topup(station=ready.station, amount=parse(amount, "CNY"), by=ready.partner, at=now())
    assert FloatTopUp.objects.count() == 0


def test_a_station_without_a_partner_has_no_float(ready):
    Contract.objects.all().delete()
    with pytest.raises(NoPartnerHere):
        ask(ready)


# --- seen


@pytest.mark.parametrize("text", ["{}", "充值{}请查收", "topup {} thanks", "编号:{}。", "{lower}"])
def test_an_exact_reference_in_the_text_is_found_by_machine(ready, text):
    topup = ask(ready)
    row = bank_row(text=text.format(topup.reference, lower=topup.reference.lower()))
    [line] = imported(row)
    run_jobs()
    topup.refresh_from_db()
    assert (topup.status, topup.bank_line, topup.matched_by) == ("funds_seen", line, None)


@pytest.mark.parametrize("text", ["", "充值", "{}X", "X{}", "{short}"])
def test_anything_but_the_exact_reference_is_left_to_people(ready, text):
    topup = ask(ready)
    imported(bank_row(text=text.format(topup.reference, short=topup.reference[:7])))
    run_jobs()
    topup.refresh_from_db()
    assert (topup.status, topup.bank_line) == ("requested", None)


def test_two_references_in_one_text_are_left_to_people(ready):
    first, second = ask(ready), ask(ready)
    imported(bank_row(text=f"{first.reference} {second.reference}"))
    run_jobs()
    assert set(FloatTopUp.objects.values_list("status", flat=True)) == {"requested"}


def test_a_clerk_says_which_line_it_was(ready):
    topup = seen(ready)
    assert (topup.status, topup.matched_by is not None) == ("funds_seen", True)
    with pytest.raises(WrongState):
        match_topup(topup=topup, bank_line=topup.bank_line, by=clerk_of(ready), at=now())


def test_a_bank_line_fills_one_float_once(ready):
    topup = seen(ready)
    other = ask(ready)
    with pytest.raises(BankLineTaken):
        match_topup(topup=other, bank_line=topup.bank_line, by=clerk_of(ready), at=now())
    other.refresh_from_db()
    assert (other.status, other.bank_line) == ("requested", None)


def test_money_that_left_us_fills_no_float(ready):
    topup = ask(ready)
    [line] = imported(bank_row(direction="out"), total="-2000.00")
    with pytest.raises(BankLineUnfit):
        match_topup(topup=topup, bank_line=line, by=clerk_of(ready), at=now())
    topup.refresh_from_db()
    assert topup.status == "requested"


# --- added


def test_another_person_adds_what_the_bank_line_brought_whatever_was_asked(ready):
    topup = ask(ready, "2000.00")
    [line] = imported(bank_row(amount="1999.50"), total="1999.50")
    match_topup(topup=topup, bank_line=line, by=clerk_of(ready), at=now())
    officer = finance_officer()
    topup = credit_topup(topup=topup, by=officer, at=now())
    assert (topup.status, topup.credited_by) == ("credited", officer)
    assert ready.holds(ready.float_key) == 1_999_50
    assert (ready.holds(chart.suspense("main")), ready.holds(chart.bank("main"))) == (0, 1_999_50)
    notice = Notice.objects.get(template="topup_credited")
    assert notice.user == ready.partner.pk
    assert "1,999.50" in notice.params["amount"]


def test_adding_is_never_refused_for_the_most_that_a_float_may_hold(ready):
    topups = [seen(ready, "15000.00") for _ in range(2)]
    for topup in topups:
        credit_topup(topup=topup, by=finance_officer(), at=now())
    assert ready.holds(ready.float_key) == 30_000_00


def test_who_asked_or_matched_does_not_add(ready):
    topup = seen(ready)
    for person in (topup.matched_by, ready.partner):
        with pytest.raises(SamePerson):
            credit_topup(topup=topup, by=person, at=now())
    topup.refresh_from_db()
    assert (topup.status, ready.holds(ready.float_key)) == ("funds_seen", 0)


@pytest.mark.parametrize(
    ("column", "constraint"),
    [("matched_by", "topup_is_credited_by_who_neither"), ("requested_by", "topup_is_credited_by_who_neither")],
)
def test_the_database_wants_two_people_as_well(ready, column, constraint):
    topup = credit_topup(topup=seen(ready), by=finance_officer(), at=now())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        FloatTopUp.objects.update(credited_by=getattr(topup, column))


def test_only_money_that_was_seen_is_added_and_only_once(ready):
    topup = ask(ready)
    officer = finance_officer()
    with pytest.raises(WrongState):
        credit_topup(topup=topup, by=officer, at=now())
    topup = seen(ready)
    credit_topup(topup=topup, by=officer, at=now())
    with pytest.raises(WrongState):
        credit_topup(topup=topup, by=officer, at=now())
    assert ready.holds(ready.float_key) == 2_000_00


def test_a_request_without_money_is_rejected_with_a_reason_and_stays_so(ready):
    topup = reject_topup(topup=ask(ready), reason="三周没有到账", by=finance_officer(), at=now())
    assert (topup.status, topup.reason) == ("rejected", "三周没有到账")
    [line] = imported(bank_row(text=topup.reference))
    run_jobs()
    topup.refresh_from_db()
    assert (topup.status, topup.bank_line) == ("rejected", None)
    with pytest.raises(WrongState):
        match_topup(topup=topup, bank_line=line, by=clerk_of(ready), at=now())
    with pytest.raises(WrongState):
        reject_topup(topup=seen(ready), reason="zu spät", by=finance_officer(), at=now())


@pytest.mark.usefixtures("own_database")
def test_two_who_add_at_once_add_once():
    ready = desk()
    topup = seen(ready)
    officers = [finance_officer() for _ in range(4)]

    def attempt(officer):
        try:
            credit_topup(topup=topup, by=officer, at=now())
        except WrongState:
            return "refused"
        finally:
            connection.close()
        return "credited"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, officers)) == ["credited"] + ["refused"] * 3
    assert ready.holds(ready.float_key) == 2_000_00


# --- bank statements

THREE = (
    bank_row("A", amount="600.00"),
    bank_row("B", amount="12.50", direction="out"),
    bank_row("C", amount="0.01"),
)


@pytest.fixture
def house(db):
    return book()


@pytest.mark.usefixtures("house")
def test_every_line_posts_against_suspense():
    rows = [
        bank_row("A", amount="600.00"),
        bank_row("B", amount="12.50", direction="out"),
        bank_row("C", amount="0.01"),
    ]
    lines = imported(*rows, total="587.51")
    assert [line.line_ref for line in lines] == ["A", "B", "C"]
    assert all(line.transfer_id for line in BankStatementLine.objects.all())
    balances = {line.code: line.balance.minor for line in trial_balance(book(), date=today())}
    assert (balances["bank:main"], balances["suspense:main"]) == (587_51, 587_51)


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("total", ["587.50", "587.52", "-587.51", "612.51"])
def test_another_control_total_imports_nothing(total):
    rows = [
        bank_row("A", amount="600.00"),
        bank_row("B", amount="12.50", direction="out"),
        bank_row("C", amount="0.01"),
    ]
    with pytest.raises(ControlTotalDiffers):
        imported(*rows, total=total)
    assert BankStatementLine.objects.count() == 0


@pytest.mark.usefixtures("house")
def test_the_same_statement_again_adds_nothing_and_an_overlapping_one_only_what_is_new():
    first, second, third = (bank_row(ref, amount="10.00") for ref in "ABC")
    assert len(imported(first, second, total="20.00")) == 2
    assert imported(first, second, total="20.00") == []
    assert [line.line_ref for line in imported(second, third, total="20.00")] == ["C"]
    assert len(imported(first, total="10.00", account="second")) == 1
    assert BankStatementLine.objects.filter(bank_account="main").count() == 3


FAULTS = {
    "a third decimal": (bank_row("B", amount="1.005"), 3),
    "no amount": (bank_row("B", amount=""), 3),
    "nothing": (bank_row("B", amount="0.00"), 3),
    "less than nothing": (bank_row("B", amount="-1.00"), 3),
    "no such day": (bank_row("B", date="2026-11-31"), 3),
    "another direction": (bank_row("B", direction="sideways"), 3),
    "another currency": (bank_row("B", currency="USD"), 3),
    "no reference": (bank_row(""), 3),
    "a reference that is too long": (bank_row("R" * 65), 3),
    "the same reference twice": (bank_row("A"), 3),
    "a cell too many": (bank_row("B") + ",more", 3),
    "a cell too few": ("2026-11-25,B,in", 3),
}


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_line_names_itself_and_nothing_is_imported(fault):
    row, number = FAULTS[fault]
    with pytest.raises(StatementFaulty) as refusal:
        imported(bank_row("A"), row, total="4000.00")
    assert refusal.value.params["line"] == number
    assert BankStatementLine.objects.count() == 0


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"date,amount\n2026-11-25,1.00\n"])
def test_what_is_no_statement_is_refused(content):
    with pytest.raises(StatementFaulty):
        import_bank_statement(
            bank_account="main",
            content=content,
            control_total=yuan("1.00"),
            country="CN",
            by=finance_officer(),
            at=now(),
        )
    assert BankStatementLine.objects.count() == 0


@pytest.mark.usefixtures("house")
def test_long_names_of_accounts_and_lines_are_taken():
    [line] = imported(bank_row("R" * 64), account="A" * 40)
    assert line.transfer_id


# --- who may


def test_over_the_api_partner_clerk_and_officer_each_do_their_part(db):
    ready = desk()
    clerk, officer, stranger = clerk_of(ready), finance_officer(), desk()

    def post(user, path, key, body=None):
        return api_client(user).post(f"/api/v1/{path}", body, "json", headers={"Idempotency-Key": key * 16})

    made = post(ready.partner, "topups/", "a", {"station": ready.station.code, "amount": "2000.00"})
    assert made.status_code == 201
    path = f"topups/{made.json()['id']}"
    text = {"content": statement(bank_row()).decode(), "country": "CN", "bank_account": "main", "currency": "CNY"}
    assert post(clerk, "bank-statements/", "b", {**text, "control_total": "2000.00"}).status_code == 403
    assert post(officer, "bank-statements/", "c", {**text, "control_total": "2000.00"}).json() == {"new_lines": 1}
    line = {"bank_line": str(BankStatementLine.objects.get().pk)}
    assert post(stranger.partner, f"{path}/match/", "d", line).status_code == 404
    assert post(clerk_of(stranger), f"{path}/match/", "e", line).status_code == 404
    assert post(ready.partner, f"{path}/match/", "f", line).status_code == 403
    assert post(clerk, f"{path}/match/", "g", line).json()["status"] == "funds_seen"
    assert post(clerk, f"{path}/credit/", "h").status_code == 403
    assert post(auditor(), f"{path}/credit/", "i").status_code == 403
    answers = [post(officer, f"{path}/credit/", "j") for _ in range(2)]
    assert [answer.json()["status"] for answer in answers] == ["credited", "credited"]
    assert ready.holds(ready.float_key) == 2_000_00


def test_a_request_of_nothing_over_the_api_is_an_answer_not_a_fault(db):
    ready = desk()
    for key, amount, refusal in (("a", "0.00", (400, "invalid")), ("b", "-1.00", (400, "invalid"))):
        answer = api_client(ready.partner).post(
            "/api/v1/topups/",
            {"station": ready.station.code, "amount": amount},
            "json",
            headers={"Idempotency-Key": key * 16},
        )
        assert (answer.status_code, answer.json()["code"]) == refusal
    assert FloatTopUp.objects.count() == 0
