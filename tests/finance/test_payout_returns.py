"""Money that comes back over our bank account: it is a payout that came back, or goes out again; nothing stays."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.history import changes_of
from core.money import Money
from finance import chart
from finance.models import BankReturn, PayoutBatch, PayoutLine, ReconItem
from finance.payouts import services
from finance.payouts.services import ReturnMatched, ReturnUnfit, match_return, match_return_by_reference
from finance.recon.services import ExplanationUnfit, explain_by_hand
from ledger.audit import audit_book
from ledger.models import AuditFinding
from tests.factories.finance import book, desk
from tests.factories.payouts import approved, bank_says, banked, calculated, closed_statement, only_line, submitted
from tests.factories.recon import bank_lines
from tests.factories.stations import api_client, auditor, finance_officer
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
CLEARING, BANK, SUSPENSE = chart.platform("payout_clearing"), chart.bank("main"), chart.suspense("main")


def paid_out(said="paid", code=None):
    """6.00 that the bank was to pay, and has said so of."""
    ready = desk()
    banked(ready.partner)
    closed_statement(ready, 6_00)
    submitted()
    if said:
        bank_says(only_line(), said, return_code=code)
    return ready


def stands(ready):
    """The payee's balance, payout_clearing, suspense, and our bank account."""
    own = chart.commission_of_user(ready.partner.pk)
    return ready.holds(own), ready.holds(CLEARING), ready.holds(SUSPENSE), ready.holds(BANK)


def sent_back(line, *, minor=None, of="", by=None):
    """A person says that a bank line came back, or goes out again."""
    amount = Money(minor or line.amount_minor, "CNY")
    about = {"amount": amount, "of": of, "text": "", "by": by or finance_officer(), "at": now()}
    return explain_by_hand(line=line, kind="sent_back", **about)


def came_in(amount="6.00", text=""):
    [line] = bank_lines(f"{uuid4().hex[:8]},in,{amount},{text}")
    return line


def match(came, *, by=None):
    return match_return(explanation=came, payout=only_line(), by=by or finance_officer(), at=now())


def findings():
    """What the auditor finds about payouts and suspense; the statements of these tests are made by hand."""
    found = AuditFinding.objects.filter(last_run=audit_book(book=book(), at=now()))
    codes = {each.check_code.removeprefix("finance.") for each in found}
    return {code for code in codes if code.startswith(("payout_", "suspense_"))}


@pytest.mark.parametrize("said", ["paid", None])
def test_a_person_says_which_payout_came_back_and_the_money_is_the_payees_again(said):
    ready = paid_out(said)
    came = sent_back(came_in())
    assert stands(ready) == (0 if said else 6_00, 6_00, 0, 0 if said else 6_00)
    assert findings() == set()
    officer = finance_officer()
    done = match(came, by=officer)
    assert (done.was_told, only_line().status, only_line().return_code) == (False, "returned", "bank_line")
    assert stands(ready) == (6_00, 0, 0, 0)
    assert (PayoutBatch.objects.get().status, findings()) == ("partially_settled", set())
    last = list(changes_of(only_line()))[-1]
    assert (last.old, last.new, last.actor) == ("paid", "returned", officer.pk)


@pytest.mark.parametrize("stroke", ["-", ""])
def test_a_line_that_carries_its_reference_finds_its_payout_by_itself(stroke):
    ready = paid_out()
    came_in(text=f"退汇{str(only_line().pk).replace('-', stroke).upper()}账号已销")
    run_jobs()
    assert (only_line().status, stands(ready)) == ("returned", (6_00, 0, 0, 0))
    assert BankReturn.objects.get().made_by is None
    assert findings() == set()


@pytest.mark.parametrize("word", ["returned", "failed"])
def test_what_the_bank_had_demonstration_of_moves_nothing_twice(word):
    ready = paid_out(word, "limit")
    line = came_in(text=str(only_line().pk))
    assert match_return_by_reference(bank_line=line, at=now()).was_told
    assert (only_line().status, stands(ready)) == (word, (6_00, 0, 0, 0))
    assert findings() == set()


def test_what_the_bank_tells_of_afterwards_changes_nothing_also_when_it_was_paid_again():
    ready = paid_out()
    match(sent_back(came_in()))
    bank_says(only_line(), "returned", return_code="account_closed")
    assert (only_line().status, stands(ready)) == ("returned", (6_00, 0, 0, 0))
    services.reissue_payout(line=only_line(), by=finance_officer(), at=now())
    bank_says(PayoutLine.objects.get(reissues=None), "returned", return_code="account_closed")
    assert (ReconItem.objects.count(), stands(ready), findings()) == (0, (6_00, 0, 0, 0), set())


@pytest.mark.parametrize(("amount", "text"), [("5.99", "known"), ("6.01", "known"), ("6.00", "unknown"), ("6.00", "")])
def test_a_line_that_is_not_exactly_one_payout_waits_for_a_person(amount, text):
    ready = paid_out()
    named = {"known": str(only_line().pk), "unknown": str(uuid4())}
    line = came_in(amount, named.get(text, text))
    assert match_return_by_reference(bank_line=line, at=now()) is None
    assert (only_line().status, BankReturn.objects.count(), stands(ready)[1]) == ("paid", 0, 0)


def test_a_second_line_with_the_same_reference_is_no_second_return():
    ready = paid_out()
    first, second = (came_in(text=str(only_line().pk)) for _ in range(2))
    assert match_return_by_reference(bank_line=first, at=now())
    assert match_return_by_reference(bank_line=first, at=now()) is None
    assert match_return_by_reference(bank_line=second, at=now()) is None
    assert stands(ready) == (6_00, 0, 6_00, 6_00)


def test_what_is_not_this_payout_is_refused_and_nothing_moves():
    ready = paid_out()
    came, less = sent_back(came_in()), sent_back(came_in("5.99"))
    interest = explain_by_hand(
        line=came_in(), kind="interest", amount=Money(6_00, "CNY"), of="", text="",
        by=finance_officer(), at=now(),
    )  # fmt: skip
    before = stands(ready)
    for wrong in (less, interest):
        with pytest.raises(ReturnUnfit):
            match(wrong)
    assert (only_line().status, BankReturn.objects.count(), stands(ready)) == ("paid", 0, before)
    match(came)
    again = sent_back(came_in())
    for repeated in (came, again):
        with pytest.raises(ReturnMatched):
            match(repeated)
    assert BankReturn.objects.count() == 1


@pytest.mark.parametrize("state", ["approved", "calculated"])
def test_what_never_left_our_bank_does_not_come_back(state):
    ready = desk()
    banked(ready.partner)
    closed_statement(ready, 6_00)
    approved() if state == "approved" else calculated()
    with pytest.raises(ReturnUnfit):
        match(sent_back(came_in()))
    assert stands(ready)[1] == 6_00


def test_a_strangers_money_goes_out_again_with_a_line_that_names_the_first():
    ready = desk()
    line = came_in("88.00")
    [out, wrong] = bank_lines("OUT-1,out,88.00,退回", "OUT-2,out,87.99,退回")
    sent_back(line)
    for minor, of in ((88_00, ""), (88_00, "another"), (87_99, line.line_ref)):
        with pytest.raises(ExplanationUnfit):
            sent_back(wrong if minor == 87_99 else out, minor=minor, of=of)
    assert ready.holds(CLEARING) == 88_00
    sent_back(out, of=line.line_ref)
    assert (ready.holds(CLEARING), ready.holds(SUSPENSE), findings()) == (0, -87_99, set())
    with pytest.raises(ExplanationUnfit):
        sent_back(wrong, of=line.line_ref)


def test_the_auditor_finds_what_lies_on_payout_clearing_without_a_reason():
    paid_out()
    match(sent_back(came_in()))
    BankReturn.objects.all().delete()
    assert findings() == {"payout_clearing_is_explained", "payout_clearing_is_nought"}


def test_the_database_holds_that_it_was_a_payout_or_went_out_again():
    paid_out()
    came = sent_back(came_in())
    with pytest.raises(IntegrityError, match="bank_return"), transaction.atomic():
        BankReturn.objects.create(explanation=came, made_at=now())


def test_finance_sees_what_waits_and_says_which_it_was(client):
    paid_out()
    came = sent_back(came_in())
    client.force_login(finance_officer())
    assert "6.00" in client.get("/finance/payouts/returns/").content.decode()
    assert "/finance/payouts/returns/" in client.get("/finance/payouts/").content.decode()
    page = f"/finance/payouts/returns/{came.pk}/"
    assert str(only_line().pk) in client.get(page).content.decode()
    answer = client.post(f"{page}match/", {"payout": str(only_line().pk), "key": str(uuid4())})
    assert (answer.status_code, answer["Location"]) == (303, f"/finance/payouts/{only_line().pk}/")
    assert only_line().status == "returned"
    assert client.get(page).status_code == client.get(f"/finance/payouts/{only_line().pk}/").status_code == 200
    assert client.post(f"{page}match/", {"payout": str(uuid4()), "key": str(uuid4())}).status_code == 422


def post(user, path, body):
    return api_client(user).post(f"/api/v1/{path}", body, "json", headers={"Idempotency-Key": uuid4().hex})


def test_over_the_api_an_officer_matches_once_and_an_auditor_only_reads():
    paid_out()
    came = sent_back(came_in())
    officer, body = finance_officer(), {"payout": str(only_line().pk)}
    assert [row["payout"] for row in api_client(auditor()).get("/api/v1/payout-returns/").data["results"]] == [None]
    path = f"payout-returns/{came.pk}/match/"
    assert post(auditor(), path, body).status_code == 403
    assert post(officer, path, {"payout": str(uuid4())}).data["code"] == "return_unfit"
    assert post(officer, path, body).data["payout"] == body["payout"]
    assert post(officer, path, body).data["code"] == "return_matched"
