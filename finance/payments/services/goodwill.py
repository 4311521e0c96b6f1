"""Goodwill: the company pays for what no rule pays for, within limits, and above one of them with two people."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from core.countries import usual_in
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.keys.services import KeyReused
from core.language.reasons import needs_words
from core.money import Money
from finance import chart
from finance.payments.models import Goodwill, Payment, Refund
from finance.payments.services.decisions import ProposalChanged
from finance.payments.services.granting import grant_refund
from finance.payments.services.steps import held
from ledger.queries import business_date_of
from ledger.services import Leg, MadeBy, book_of, post_transfers
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_G = Goodwill.Status


class GoodwillTooMuch(Refused):
    """One payment is given so much at most, the one who agrees."""

    code = "goodwill_too_much"
    status = 422
    message = _("Goodwill for one payment is at most %(most)s; %(left)s is left.")


class GoodwillOffered(Refused):
    """One offer at a time."""

    code = "goodwill_offered"
    message = _("Goodwill for this payment is already waiting for a second person.")


class NothingOffered(Refused):
    """A second person gives what a first one offered."""

    code = "nothing_offered"
    message = _("No goodwill is on offer for this payment.")


@refuses(WrongState, GoodwillOffered, GoodwillTooMuch, KeyReused)
@needs_words("reason")
@transaction.atomic
def offer_goodwill(*, payment: Payment, amount: Money, reason: str, by: User, at: dt.datetime) -> Goodwill:
    """Give goodwill for a payment that has ended; above what one person may give it waits for another one.

    `amount` is in the payment's currency. Refused: `wrong_state` while the payment has no end, `goodwill_too_much`,
    `goodwill_offered`.
    """
    payment = held(payment.pk)
    if payment.is_undecided:
        raise WrongState(state=payment.get_status_display())
    if open_offer(payment) is not None:
        raise GoodwillOffered
    _refuse_too_much(payment, amount)
    alone = alone_left(payment)
    goodwill = Goodwill.objects.create(
        payment=payment,
        amount_minor=amount.minor,
        currency=amount.currency,
        alone_minor=alone.minor,
        needs_two=alone < amount,
        reason=reason,
        offered_by=by,
        offered_at=at,
    )
    record_change(goodwill, old="", new=goodwill.status, at=at, actor=by.pk, reason=reason)
    return goodwill if goodwill.needs_two else _give(goodwill, payment, by=by, at=at)


@refuses(NothingOffered, SamePerson, ProposalChanged, GoodwillTooMuch, KeyReused)
@transaction.atomic
def approve_goodwill(*, payment: Payment, amount: Money, by: User, at: dt.datetime) -> Goodwill:
    """A second person gives what a first one offered; `amount` is what the second one has read."""
    payment = held(payment.pk)
    goodwill = _open_offer(payment)
    require_two_persons(by, goodwill.offered_by_id)
    if goodwill.amount != amount:
        raise ProposalChanged
    _refuse_too_much(payment, amount)
    return _give(goodwill, payment, by=by, at=at)


@refuses(NothingOffered)
@transaction.atomic
def reject_goodwill(*, payment: Payment, by: User, at: dt.datetime) -> Goodwill:
    """Nothing is given; the one who offered it may take it back as well."""
    goodwill = _open_offer(held(payment.pk))
    return _decide(goodwill, _G.REJECTED, by=by, at=at)


def open_offer(payment: Payment) -> Goodwill | None:
    """The goodwill for this payment that waits for a second person."""
    return payment.goodwill.select_related("offered_by").filter(status=_G.OFFERED).first()


def alone_left(payment: Payment) -> Money:
    """What one person may still give for this payment: the limit less what was given for it before."""
    return _left(payment, _usual(payment).goodwill_alone)


def most_left(payment: Payment) -> Money:
    """What two people may still give for this payment."""
    return _left(payment, _usual(payment).goodwill_most)


def _usual(payment: Payment) -> Any:
    return usual_in(payment.station.county.country, payment.currency)


def _left(payment: Payment, limit: Money) -> Money:
    given = payment.goodwill.filter(status=_G.GIVEN).aggregate(minor=Sum("amount_minor"))["minor"] or 0
    return Money(max(limit.minor - given, 0), limit.currency)


def _refuse_too_much(payment: Payment, amount: Money) -> None:
    left = most_left(payment)
    if left < amount:
        raise GoodwillTooMuch(field="amount", most=_usual(payment).goodwill_most.display(), left=left.display())


def _open_offer(payment: Payment) -> Goodwill:
    goodwill = open_offer(payment)
    if goodwill is None:
        raise NothingOffered
    return goodwill


def _give(goodwill: Goodwill, payment: Payment, *, by: User, at: dt.datetime) -> Goodwill:
    """expense -> customer_funds of the station of the payment, and a refund that its payer fetches there."""
    country = payment.station.county.country
    expense, funds = chart.platform("expense"), chart.customer_funds(payment.station)
    opened = chart.open_all([expense, funds], country=country, currency=goodwill.currency, at=at)
    post_transfers(
        legs=[Leg(opened[expense], opened[funds], goodwill.amount, "goodwill")],
        event_type="goodwill_given",
        event_id=str(goodwill.pk),
        business_date=business_date_of(book_of(country), at),
        made_by=MadeBy("staff", by.pk),
        at=at,
    )
    goodwill.refund = grant_refund(
        payment=payment,
        amount=goodwill.amount,
        reason=Refund.Reason.GOODWILL,
        at=at,
        key=f"goodwill:{goodwill.pk}",
    )
    return _decide(goodwill, _G.GIVEN, by=by, at=at)


def _decide(goodwill: Goodwill, status: str, *, by: User, at: dt.datetime) -> Goodwill:
    before, goodwill.status = goodwill.status, status
    goodwill.decided_by, goodwill.decided_at = by, at
    goodwill.save(update_fields=["status", "decided_by", "decided_at", "refund", "updated_at"])
    record_change(goodwill, old=before, new=status, at=at, actor=by.pk)
    return goodwill
