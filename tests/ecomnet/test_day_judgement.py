"""The judge of a played day: a doctored ledger, company or slip is found, and an honest day is not."""

from dataclasses import replace

import pytest

from ecomnet.simulation.judgement import Held, Ours, OwedBack, Theirs, judge

PAID = Ours("a", "JS-POWER", "succeeded", 186_40, passed_on=186_40, still_held=0, bill="JS-POWER:B1")
DECLINED = Ours("b", "JS-WATER", "failed", 50_00, passed_on=0, still_held=0, owed=(OwedBack(50_00, "ready_for_cash"),))
TAKEN_BACK = Ours(
    "c", "JS-GAS", "reversed", 70_00, passed_on=0, still_held=0, owed=(OwedBack(70_00, "paid_out", 70_00),)
)
OURS = [PAID, DECLINED, TAKEN_BACK]
THEIRS = [
    Theirs("a", "JS-POWER", "succeeded", 186_40, executions=1),
    Theirs("b", "JS-WATER", "failed", 50_00, executions=0),
    Theirs("c", "JS-GAS", "reversed", 70_00, executions=1),
]
HELD = [
    Held("key-a", "a", 186_40, (("in_progress", 186_40), ("final", 186_40))),
    Held("key-b", "b", 50_00, (("in_progress", 50_00),)),
    Held("key-c", "c", 70_00, (("in_progress", 70_00), ("final", 70_00), ("refund", 70_00))),
]


def judged(ours=OURS, theirs=THEIRS, held=HELD, apart=()):
    return judge(ours=ours, theirs=theirs, held=held, apart=apart)


def kinds(verdict) -> set[str]:
    return {finding.kind for finding in verdict.findings}


def with_ours(**changed):
    return judged(ours=[replace(PAID, **changed), DECLINED, TAKEN_BACK])


def test_an_honest_day_balances():
    verdict = judged()
    assert verdict.findings == []
    assert verdict.line == "books balanced: yes, lost: 0, doubled: 0, open: 0"
    assert verdict.is_good


def test_a_day_without_payments_balances():
    assert judged([], [], []).is_good


def test_a_payment_that_the_company_does_not_know_is_lost():
    verdict = judged(theirs=THEIRS[1:])
    assert verdict.line == "books balanced: no, lost: 1, doubled: 0, open: 0"


def test_a_payment_that_our_books_do_not_know_is_lost():
    verdict = judged(ours=OURS[1:])
    assert verdict.count("lost") == 1
    assert not verdict.is_good


def test_an_execution_that_nobody_asked_for_is_lost_money():
    assert judged(theirs=[*THEIRS, Theirs("x", "JS-TV", "succeeded", 24_00, 1)]).count("lost") == 1


def test_a_payment_without_any_slip_is_lost():
    assert judged(held=HELD[1:]).count("lost") == 1


@pytest.mark.parametrize(
    "slips",
    [
        (("in_progress", 186_40),),
        (("final", 186_40),),
        (("in_progress", 186_40), ("final", 186_41)),
        (("in_progress", 186_40), ("final", 186_40), ("final", 186_40)),
    ],
)
def test_a_slip_that_is_missing_or_doctored_is_found(slips):
    verdict = judged(held=[replace(HELD[0], slips=slips), *HELD[1:]])
    assert verdict.count("lost") == 1


@pytest.mark.parametrize("status", ["held", "submitted", "pending", "unknown", "manual_review"])
def test_an_undecided_payment_is_open_and_nothing_else(status):
    undecided = replace(PAID, status=status, passed_on=0, still_held=186_40)
    slip = replace(HELD[0], slips=HELD[0].slips[:1])
    verdict = judged(ours=[undecided, DECLINED, TAKEN_BACK], theirs=THEIRS[1:], held=[slip, *HELD[1:]])
    assert kinds(verdict) == {"open"}


def test_a_hold_that_outlives_its_payment_is_open():
    assert kinds(with_ours(still_held=1)) == {"open"}


def test_a_payment_that_waits_for_word_on_its_being_asked_back_is_open():
    assert kinds(with_ours(status="reversal_asked")) == {"open"}


def test_what_the_company_still_works_on_is_open():
    verdict = judged(theirs=[THEIRS[0], Theirs("b", "JS-WATER", "pending", 50_00, 0), THEIRS[2]])
    assert kinds(verdict) == {"open"}


def test_what_the_company_did_twice_is_doubled():
    verdict = judged(theirs=[replace(THEIRS[0], executions=2), *THEIRS[1:]])
    assert verdict.count("doubled") == 1


def test_a_bill_that_two_payments_paid_is_doubled():
    verdict = judged(
        ours=[*OURS, replace(PAID, our_ref="d")],
        theirs=[*THEIRS, replace(THEIRS[0], our_ref="d")],
        held=[*HELD, replace(HELD[0], key="key-d", our_ref="d")],
    )
    assert verdict.line == "books balanced: yes, lost: 0, doubled: 2, open: 0"


def test_one_press_that_made_two_payments_is_doubled():
    verdict = judged(
        ours=[*OURS, replace(PAID, our_ref="d", bill="")],
        theirs=[*THEIRS, replace(THEIRS[0], our_ref="d")],
        held=[*HELD, replace(HELD[0], our_ref="d")],
    )
    assert verdict.count("doubled") == 2


@pytest.mark.parametrize(("passed_on", "kind"), [(186_39, "lost"), (186_41, "doubled")])
def test_a_ledger_that_passed_on_a_cent_less_or_more_is_found(passed_on, kind):
    verdict = with_ours(passed_on=passed_on)
    assert kinds(verdict) == {kind}
    assert not verdict.is_balanced


@pytest.mark.parametrize(
    ("owed", "kind"),
    [
        ((), "lost"),
        ((OwedBack(49_99, "ready_for_cash"),), "lost"),
        ((OwedBack(50_00, "ready_for_cash"), OwedBack(1, "ready_for_cash")), "doubled"),
        ((OwedBack(50_00, "paid_out", 0),), "lost"),
        ((OwedBack(50_00, "ready_for_cash", 50_00),), "doubled"),
        ((OwedBack(50_00, "granted"),), "open"),
    ],
)
def test_money_owed_back_must_be_whole_once_and_told(owed, kind):
    assert kinds(judged(ours=[PAID, replace(DECLINED, owed=owed), TAKEN_BACK])) == {kind}


def test_money_given_back_that_the_company_has_kept_is_lost():
    verdict = judged(theirs=[THEIRS[0], Theirs("b", "JS-WATER", "succeeded", 50_00, 1), THEIRS[2]])
    assert verdict.line == "books balanced: no, lost: 1, doubled: 0, open: 0"


def test_what_others_say_of_the_books_alone_unbalances_them():
    verdict = judged(apart=["ledger.sides_balance: 1 rows of CN"])
    assert verdict.line == "books balanced: no, lost: 0, doubled: 0, open: 0"
    assert not verdict.is_good


SPENT = Ours("d", "JS-GAS", "failed", 60_00, passed_on=0, still_held=0, owed=(OwedBack(60_00, "spent", 0, "a"),))
SPENT_HELD = Held("key-d", "d", 60_00, (("in_progress", 60_00),))


@pytest.mark.parametrize(
    ("spent", "from_owed", "found"),
    [
        ({}, 60_00, set()),
        ({}, 59_99, {"lost"}),
        ({}, 60_01, {"doubled"}),
        ({"spent_on": "x"}, 60_00, {"lost", "doubled"}),
        ({"spent_on": ""}, 0, {"lost"}),
        ({"status": "ready_for_cash", "spent_on": ""}, 60_00, {"doubled"}),
        ({"paid_out": 60_00}, 60_00, {"doubled"}),
    ],
)
def test_owed_money_that_was_spent_has_paid_for_one_thing(spent, from_owed, found):
    failed = replace(SPENT, owed=(replace(SPENT.owed[0], **spent),))
    paid = replace(PAID, from_owed=from_owed)
    assert kinds(judged([paid, DECLINED, TAKEN_BACK, failed], THEIRS, [*HELD, SPENT_HELD])) == found
