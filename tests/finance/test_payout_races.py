"""Payouts pressed and answered by many at once: one wins, the rest is told so, and the money moves once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils.timezone import now

from core.errors import Refused
from core.models import Instruction
from finance import chart
from finance.models import PayoutAccount, PayoutBatch, PayoutLine, Refund
from finance.payouts import services
from finance.payouts.services import BankDetails
from finance.recon.services import explain_by_hand
from tests.factories.finance import desk
from tests.factories.payouts import (
    approved,
    bank,
    bank_says,
    banked,
    calculated,
    only_line,
    payable,
    submitted,
    takes_file,
)
from tests.factories.recon import bank_lines
from tests.factories.stations import finance_officer

pytestmark = pytest.mark.usefixtures("own_database")

EIGHT = 8


def at_once(*attempts):
    """What each of these came to, all begun together: its answer's name, or the code of its refusal."""

    def run(attempt):
        try:
            attempt()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(attempts)) as pool:
        return sorted(pool.map(run, attempts))


def test_one_of_eight_approvals_sets_the_money_aside():
    ready, batch = payable()[0], calculated()
    officers = [finance_officer() for _ in range(EIGHT)]
    answers = at_once(*[lambda by=by: services.approve_payout_batch(batch=batch, by=by, at=now()) for by in officers])
    assert answers == ["done"] + ["wrong_state"] * (EIGHT - 1)
    assert (ready.holds(ready.own_key), ready.can_use(ready.own_key)) == (6_00, 0)


def test_a_file_exported_eight_times_at_once_is_one_file():
    payable()[0]
    batch, officer = approved(), finance_officer()
    files = []
    answers = at_once(
        *[
            lambda: files.append(services.export_payout_batch(batch=batch, by=officer, at=now()).content)
            for _ in range(EIGHT)
        ]
    )
    assert (answers, len(set(files))) == (["done"] * EIGHT, 1)
    assert Instruction.objects.filter(kind="payout_file").count() == 1


def test_cancelling_against_approving_ends_as_one_of_them():
    ready, batch = payable()[0], calculated()
    one, two = finance_officer(), finance_officer()
    answers = at_once(
        lambda: services.approve_payout_batch(batch=batch, by=one, at=now()),
        lambda: services.cancel_payout_batch(batch=batch, by=two, at=now()),
    )
    batch.refresh_from_db()
    held = 6_00 - ready.can_use(ready.own_key)
    assert answers in (["done", "done"], ["done", "wrong_state"])
    assert (batch.status, held) in {("approved", 6_00), ("cancelled", 0)}
    if answers == ["done", "done"]:  # approved first, then called off
        assert (batch.status, held) == ("cancelled", 0)


def test_eight_officers_put_the_same_statement_into_one_batch():
    payable()[0]
    bank()
    officers = [finance_officer() for _ in range(EIGHT)]
    answers = at_once(*[lambda by=by: calculated(by=by) for by in officers])
    assert answers == ["done"] + ["nothing_to_pay_out"] * (EIGHT - 1)
    assert (PayoutLine.objects.count(), PayoutBatch.objects.count()) == (1, 1)


def test_a_return_told_eight_times_at_once_takes_the_money_back_once():
    ready = payable()[0]
    submitted()
    line = only_line()
    bank_says(line, "paid")
    answers = at_once(*[lambda: bank_says(line, "returned", return_code="limit")] * EIGHT)
    assert answers == ["done"] * EIGHT
    assert (only_line().status, ready.holds(ready.own_key), ready.holds(chart.bank("main"))) == (
        "returned",
        6_00,
        0,
    )


def test_paid_and_returned_at_once_end_with_the_money_at_the_payees():
    ready = payable()[0]
    submitted()
    line = only_line()
    at_once(
        *[lambda: bank_says(line, "paid")] * 4,
        *[lambda: bank_says(line, "returned", return_code="limit")] * 4,
    )
    assert (only_line().status, ready.can_use(ready.own_key)) == ("returned", 6_00)


def test_answers_that_overtake_the_answer_to_the_file_meet_no_deadlock():
    readies = [payable()[0] for _ in range(4)]
    batch = approved()
    services.export_payout_batch(batch=batch, by=finance_officer(), at=now())
    lines = list(PayoutLine.objects.all())
    answers = at_once(lambda: takes_file(batch), *[lambda line=line: bank_says(line, "paid") for line in lines])
    batch.refresh_from_db()
    assert (answers, batch.status) == (["done"] * 5, "settled")
    assert {ready.holds(ready.own_key) for ready in readies} == {0}


def test_what_came_back_is_paid_again_once_however_many_press():
    payable()[0]
    submitted()
    bank_says(only_line(), "failed", return_code="limit")
    line, officer = only_line(), finance_officer()
    answers = at_once(*[lambda: services.reissue_payout(line=PayoutLine(pk=line.pk), by=officer, at=now())] * EIGHT)
    assert answers == ["done"] + ["wrong_state"] * (EIGHT - 1)
    assert PayoutLine.objects.count() == 2


def test_two_changes_of_an_account_at_once_leave_one_standing():
    ready = desk()

    def change(number):
        details = BankDetails("ICBC", number, ready.partner.shown_name)
        services.set_bank_account(
            payee=ready.partner.pk.hex, user=ready.partner, details=details, by=ready.partner, at=now()
        )

    numbers = [f"62220211020048{number:02}" for number in range(EIGHT)]
    answers = at_once(*[lambda number=number: change(number) for number in numbers])
    assert answers == ["done"] * EIGHT
    assert (PayoutAccount.objects.standing().count(), PayoutAccount.objects.count()) == (1, EIGHT)


def test_a_change_against_an_approval_drops_out_or_comes_after_it():
    ready, batch = payable()[0], calculated()
    officer = finance_officer()
    answers = at_once(
        lambda: services.approve_payout_batch(batch=batch, by=officer, at=now()),
        lambda: banked(ready.partner, account_no="6222021102009999"),
    )
    held = 6_00 - ready.can_use(ready.own_key)
    assert answers in (["account_changed", "done"], ["done", "done"])
    assert held == (6_00 if answers == ["done", "done"] else 0)
    assert not Refund.objects.exists()


def test_what_came_back_is_matched_by_eight_at_once_and_comes_back_once():
    ready = payable()[0]
    submitted()
    bank_says(only_line(), "paid")
    [line] = bank_lines("L-9,in,6.00")
    officer, payout = finance_officer(), only_line()
    about = {"amount": line.amount, "of": "", "text": "", "by": officer, "at": now()}
    came = explain_by_hand(line=line, kind="sent_back", **about)
    tries = [lambda: services.match_return(explanation=came, payout=payout, by=officer, at=now())] * EIGHT
    assert at_once(*tries) == ["done", *["return_matched"] * (EIGHT - 1)]
    assert (ready.holds(ready.own_key), ready.holds(chart.platform("payout_clearing"))) == (6_00, 0)


def test_the_bank_tells_of_a_return_while_a_person_matches_it():
    """Anyone who is first, the money comes back once, and nothing stays on the way."""
    ready = payable()[0]
    submitted()
    bank_says(only_line(), "paid")
    [line] = bank_lines("L-9,in,6.00")
    officer, payout = finance_officer(), only_line()
    about = {"amount": line.amount, "of": "", "text": "", "by": officer, "at": now()}
    came = explain_by_hand(line=line, kind="sent_back", **about)
    at_once(
        lambda: services.match_return(explanation=came, payout=payout, by=officer, at=now()),
        lambda: bank_says(payout, "returned", return_code="account_closed"),
    )
    keys = (ready.own_key, *(chart.platform("payout_clearing"), chart.bank("main"), chart.suspense("main")))
    assert [ready.holds(key) for key in keys] == [6_00, 0, 0, 0]
