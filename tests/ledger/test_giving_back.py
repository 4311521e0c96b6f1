"""Reversals in full and refunds in part (L8)."""

import uuid

import pytest

from core.money import Money
from ledger import queries
from ledger.models import RefundCounter, Transfer
from ledger.services import (
    AlreadyRefunded,
    AlreadyReversed,
    Leg,
    NotEnough,
    RefundTooLarge,
    ReversalDiffers,
    TransferNotReversible,
    hold,
    post_hold,
    refund,
    refund_transfer,
    reversal,
    reverse_transfer,
    void_hold,
)
from tests.factories.ledger import account, cause, funded, post, yuan

pytestmark = pytest.mark.django_db


def moved(amount="100", credit="commission"):
    """A transfer of this amount, and the account that got it."""
    got = account(credit)
    (transfer,) = post(Leg(account("clearing"), got, yuan(amount), "earned"))
    return transfer, got


def give_back(transfer, amount):
    return refund_transfer(transfer_id=transfer, amount=amount, reason="part", **cause())


def take_back(transfer):
    return reverse_transfer(transfer_id=transfer, reason="taken back", **cause())


def test_a_reversed_transfer_leaves_both_accounts_as_they_were():
    transfer, got = moved()
    back = Transfer.objects.get(pk=take_back(transfer))
    assert (back.reversal_of, back.debit, back.money) == (transfer, got, yuan("100"))
    assert queries.balance(got).posted == yuan("0")
    assert queries.balance(account("clearing")).posted == yuan("0")


def test_a_transfer_is_reversed_once():
    transfer, got = moved()
    take_back(transfer)
    with pytest.raises(AlreadyReversed):
        take_back(transfer)
    assert queries.balance(got).posted == yuan("0")
    assert Transfer.objects.filter(reversal_of=transfer).count() == 1


def test_parts_given_back_never_exceed_the_transfer():
    transfer, got = moved()
    give_back(transfer, yuan("33.33"))
    give_back(transfer, yuan("66.67"))
    with pytest.raises(RefundTooLarge):
        give_back(transfer, yuan("0.01"))
    assert queries.balance(got).posted == yuan("0")
    assert RefundCounter.objects.get(pk=transfer).refunded_minor == 10_000


def test_a_part_larger_than_the_transfer_is_refused():
    transfer, got = moved()
    with pytest.raises(RefundTooLarge):
        give_back(transfer, yuan("100.01"))
    assert queries.balance(got).posted == yuan("100")
    assert not RefundCounter.objects.exists()


def test_what_was_given_back_too_much_is_posted_the_other_way():
    transfer, got = moved()
    give_back(transfer, yuan("50"))
    give_back(transfer, Money(-100, "CNY"))
    assert queries.balance(got).posted == yuan("51")
    with pytest.raises(RefundTooLarge):
        give_back(transfer, Money(-4901, "CNY"))
    assert queries.balance(got).posted == yuan("51")


@pytest.mark.parametrize("rest", ["revenue", "expense"])
def test_the_leg_that_takes_the_rest_may_be_a_cent_off_for_each_leg(rest):
    clearing, got = account("clearing"), account("commission")
    leg = Leg(clearing, account(rest), yuan("0.40"), "rest")
    *_, transfer = post(Leg(clearing, got, yuan("1"), "share"), Leg(clearing, got, yuan("1"), "share"), leg)
    give_back(transfer, yuan("0.43"))
    with pytest.raises(RefundTooLarge):
        give_back(transfer, yuan("0.01"))
    assert RefundCounter.objects.get(pk=transfer).slack_minor == 3
    give_back(transfer, Money(-46, "CNY"))
    with pytest.raises(RefundTooLarge):
        give_back(transfer, Money(-1, "CNY"))
    assert RefundCounter.objects.get(pk=transfer).refunded_minor == -3


def test_after_a_part_nothing_is_reversed_whole():
    transfer, got = moved()
    give_back(transfer, yuan("1"))
    with pytest.raises(AlreadyRefunded):
        take_back(transfer)
    assert queries.balance(got).posted == yuan("99")


def test_after_a_reversal_no_part_is_given_back():
    transfer, got = moved()
    take_back(transfer)
    with pytest.raises(AlreadyReversed):
        give_back(transfer, yuan("1"))
    assert queries.balance(got).posted == yuan("0")


def test_the_money_of_a_posted_hold_can_be_taken_back():
    float_, clearing = funded("float", "10"), account("clearing")
    held = hold(debit=float_, credit=clearing, amount=yuan("10"), reason="recharge", **cause())
    take_back(post_hold(pending_id=held, reason="succeeded", **cause()))
    assert queries.balance(float_).posted == yuan("10")


def test_what_did_not_move_or_went_back_already_is_not_taken_back():
    float_, clearing = funded("float", "10"), account("clearing")
    held = hold(debit=float_, credit=clearing, amount=yuan("10"), reason="recharge", **cause())
    with pytest.raises(TransferNotReversible):
        take_back(held)
    with pytest.raises(TransferNotReversible):
        take_back(void_hold(pending_id=held, reason="failed", **cause()))
    with pytest.raises(TransferNotReversible):
        take_back(uuid.uuid4())
    transfer, _ = moved()
    with pytest.raises(TransferNotReversible):
        take_back(take_back(transfer))
    assert queries.balance(float_).available == yuan("10")


def test_a_reversal_has_the_accounts_and_the_amount_of_what_it_takes_back():
    transfer, got = moved()
    leg = reversal(transfer_id=transfer, reason="taken back")
    for wrong in (
        Leg(leg.debit, leg.credit, yuan("99"), "less", reversal_of=transfer),
        Leg(leg.credit, leg.debit, yuan("100"), "same way", reversal_of=transfer),
        Leg(leg.debit, account("revenue"), yuan("100"), "elsewhere", reversal_of=transfer),
    ):
        with pytest.raises(ReversalDiffers):
            post(wrong)
    part = refund(transfer_id=transfer, amount=yuan("1"), reason="part")
    with pytest.raises(ReversalDiffers):
        post(Leg(part.debit, account("revenue"), yuan("1"), "elsewhere", refund_of=transfer))
    assert queries.balance(got).posted == yuan("100")


def test_money_that_was_spent_cannot_be_taken_back_from_an_account_with_a_limit():
    transfer, got = moved(credit="float")
    post(Leg(got, account("revenue"), yuan("1"), "spent"))
    with pytest.raises(NotEnough):
        take_back(transfer)
    assert queries.balance(got).posted == yuan("99")
    assert not RefundCounter.objects.exists()
