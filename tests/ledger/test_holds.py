"""Holds: pending, posted, voided, expired."""

import datetime as dt
import uuid

import pytest
from django.db import transaction
from django.utils import timezone

from ledger import queries
from ledger.models import Transfer
from ledger.services import (
    AccountClosed,
    HoldDiffers,
    HoldExpired,
    HoldNotExpired,
    HoldResolved,
    HoldUnknown,
    Leg,
    NotEnough,
    close_account,
    expire_hold,
    hold,
    post_hold,
    post_transfers,
    void_hold,
)
from tests.factories.ledger import account, cause, funded, post, yuan

pytestmark = pytest.mark.django_db


def hold_of(amount: str, debit, credit=None, **given):
    return hold(
        debit=debit, credit=credit or account("clearing"), amount=yuan(amount), reason="recharge", **cause(**given)
    )


def amounts(of):
    now = queries.balance(of)
    return now.posted, now.available


def test_held_money_stays_in_the_balance_and_leaves_what_is_available():
    float_ = funded("float", "150")
    hold_of("100", float_)
    assert amounts(float_) == (yuan("150"), yuan("50"))


def test_of_two_holds_of_100_a_float_of_150_carries_one():
    float_ = funded("float", "150")
    hold_of("100", float_)
    with pytest.raises(NotEnough) as refusal:
        hold_of("100", float_)
    assert refusal.value.params["kind"] == "float"
    assert amounts(float_) == (yuan("150"), yuan("50"))
    assert Transfer.objects.filter(kind="pending").count() == 1


def test_money_on_its_way_in_cannot_be_spent():
    float_, other = funded("float", "10"), account("float", "other")
    hold_of("10", float_, other)
    assert amounts(other) == (yuan("0"), yuan("0"))
    with pytest.raises(NotEnough):
        hold_of("1", other)


def test_a_posted_hold_moves_all_of_it():
    float_, clearing = funded("float", "150"), account("clearing")
    held = hold_of("100", float_)
    post_hold(pending_id=held, reason="succeeded", **cause())
    assert amounts(float_) == (yuan("50"), yuan("50"))
    assert amounts(clearing) == (yuan("100"), yuan("100"))


def test_a_hold_posted_in_part_gives_the_rest_back():
    float_, clearing = funded("float", "150"), account("clearing")
    held = hold_of("100", float_)
    post_hold(pending_id=held, amount=yuan("60"), reason="succeeded", **cause())
    assert amounts(float_) == (yuan("90"), yuan("90"))
    assert amounts(clearing) == (yuan("60"), yuan("60"))


def test_a_voided_hold_gives_everything_back():
    float_, clearing = funded("float", "150"), account("clearing")
    void_hold(pending_id=hold_of("100", float_), reason="failed", **cause())
    assert amounts(float_) == (yuan("150"), yuan("150"))
    assert amounts(clearing) == (yuan("0"), yuan("0"))


@pytest.mark.parametrize("first", [post_hold, void_hold])
@pytest.mark.parametrize("second", [post_hold, void_hold])
def test_a_hold_ends_once(first, second):
    float_ = funded("float", "150")
    held = hold_of("100", float_)
    first(pending_id=held, reason="first", **cause())
    before = amounts(float_)
    with pytest.raises(HoldResolved):
        second(pending_id=held, reason="second", **cause())
    assert amounts(float_) == before
    assert Transfer.objects.filter(pending_id=held).count() == 1


def test_no_more_is_posted_than_was_held():
    float_ = funded("float", "150")
    held = hold_of("100", float_)
    with pytest.raises(HoldDiffers):
        post_hold(pending_id=held, amount=yuan("100.01"), reason="above", **cause())
    assert amounts(float_) == (yuan("150"), yuan("50"))


@pytest.mark.parametrize("kind", ["void", "expire"])
def test_a_hold_is_given_free_as_a_whole(kind):
    float_, clearing = funded("float", "150"), account("clearing")
    held = hold_of("100", float_)
    with pytest.raises(HoldDiffers):
        post_transfers(
            legs=[Leg(float_, clearing, yuan("99"), "part", kind=kind, pending_id=held)],
            **cause(),
        )
    assert amounts(float_) == (yuan("150"), yuan("50"))


@pytest.mark.parametrize("swap", [("other", "clearing"), ("float", "other"), ("clearing", "float")])
def test_a_hold_ends_on_its_own_accounts(swap):
    accounts = {"float": funded("float", "150"), "clearing": account("clearing"), "other": account("commission")}
    held = hold_of("100", accounts["float"])
    debit, credit = (accounts[name] for name in swap)
    with pytest.raises(HoldDiffers):
        post_transfers(
            legs=[Leg(debit, credit, yuan("100"), "elsewhere", kind="post", pending_id=held)],
            **cause(),
        )
    assert amounts(accounts["float"]) == (yuan("150"), yuan("50"))


def test_what_is_no_hold_does_not_end():
    float_, clearing = funded("float", "150"), account("clearing")
    (moved,) = post_transfers(legs=[Leg(float_, clearing, yuan("10"), "sale")], **cause())
    with pytest.raises(HoldUnknown):
        post_hold(pending_id=moved, reason="not held", **cause())
    with pytest.raises(HoldUnknown):
        void_hold(pending_id=uuid.uuid4(), reason="nothing", **cause())
    assert amounts(float_) == (yuan("140"), yuan("140"))


def test_a_hold_and_what_follows_from_it_are_one_group():
    float_, clearing, operator = funded("float", "150"), account("clearing"), account("operator")
    held = hold_of("100", float_)
    post_transfers(
        legs=[
            Leg(float_, clearing, yuan("100"), "succeeded", kind="post", pending_id=held),
            Leg(clearing, operator, yuan("98.50"), "owed"),
        ],
        **cause(),
    )
    assert queries.balance(clearing).posted == yuan("1.50")
    assert queries.balance(operator).posted == yuan("98.50")


def test_a_hold_without_an_end_never_expires():
    float_ = funded("float", "150")
    held = hold_of("100", float_)
    with pytest.raises(HoldNotExpired):
        expire_hold(pending_id=held, **today())
    assert amounts(float_) == (yuan("150"), yuan("50"))


def today():
    return {name: value for name, value in cause().items() if name in {"business_date", "at"}}


def hold_until(expires_at, of):
    return hold(
        debit=of,
        credit=account("float", "neighbour"),
        amount=yuan("100"),
        reason="float transfer",
        expires_at=expires_at,
        **cause(),
    )


def test_a_hold_before_its_end_is_posted_but_does_not_expire():
    float_ = funded("float", "150")
    held = hold_until(timezone.now() + dt.timedelta(hours=24), float_)
    with pytest.raises(HoldNotExpired):
        expire_hold(pending_id=held, **today())
    post_hold(pending_id=held, reason="accepted", **cause())
    assert amounts(float_) == (yuan("50"), yuan("50"))


def test_a_hold_after_its_end_expires_and_is_posted_no_more():
    float_ = funded("float", "150")
    held = hold_until(timezone.now() - dt.timedelta(seconds=1), float_)
    with pytest.raises(HoldExpired):
        post_hold(pending_id=held, reason="too late", **cause())
    assert amounts(float_) == (yuan("150"), yuan("50"))
    expire_hold(pending_id=held, **today())
    assert amounts(float_) == (yuan("150"), yuan("150"))
    with pytest.raises(HoldResolved):
        expire_hold(pending_id=held, **today())


def test_a_closed_account_takes_part_in_no_new_hold():
    float_, over_short = funded("float", "150"), account("over_short")
    close_account(account=over_short, at=timezone.now())
    for debit, credit in ((float_, over_short), (over_short, float_)):
        with pytest.raises(AccountClosed), transaction.atomic():
            hold_of("1", debit, credit)
    assert amounts(float_) == (yuan("150"), yuan("150"))


def test_a_hold_made_before_its_account_closed_still_ends():
    float_, over_short = funded("float", "150"), account("over_short")
    first, second = hold_of("100", float_, over_short), hold_of("50", float_, over_short)
    close_account(account=over_short, at=timezone.now())
    with pytest.raises(AccountClosed):
        post(Leg(float_, over_short, yuan("1"), "new"))
    post_hold(pending_id=first, reason="late", **cause())
    void_hold(pending_id=second, reason="late", **cause())
    assert amounts(float_) == (yuan("50"), yuan("50"))
