"""The judge of a day's payouts: our word beside the bank's."""

import pytest

from ecomnet.simulation.payouts import judge_payouts


def ours(status="paid", amount="10.00"):
    return [{"our_ref": "p1", "status": status, "amount": amount}]


def theirs(status="succeeded", amount="10.00", executions=1, kind="payout"):
    return [{"our_ref": "p1", "kind": kind, "status": status, "amount": amount, "executions": executions}]


@pytest.mark.parametrize(
    ("status", "said", "executions"), [("paid", "succeeded", 1), ("failed", "failed", 0), ("returned", "returned", 1)]
)
def test_what_both_sides_tell_alike_is_good(status, said, executions):
    assert judge_payouts(ours(status), theirs(said, executions=executions)) == []


@pytest.mark.parametrize(
    ("we", "they", "kind"),
    [
        (ours("processing"), theirs(), "open"),
        (ours(), [], "lost"),
        (ours(), theirs("failed", executions=0), "lost"),
        (ours("failed"), theirs(), "lost"),
        (ours(), theirs("returned"), "lost"),
        (ours(), theirs(amount="10.01"), "lost"),
        (ours(), theirs(executions=2), "doubled"),
        (ours(), theirs(kind="bill"), "lost"),
    ],
)
def test_what_they_tell_differently_is_found(we, they, kind):
    assert [finding.kind for finding in judge_payouts(we, they)] == [kind]
