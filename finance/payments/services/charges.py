"""A charge: what is to be paid, for whom, and what the slip says about it; and the payment that it becomes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.countries import usual_in
from core.errors import Refused, refuses
from core.history import record_change
from core.money import Money, zero
from finance import chart
from finance.payments.models import Payment, Refund
from finance.payments.services.steps import PaymentStands, write_payment
from ledger.models import Account
from ledger.queries import business_date_of
from ledger.services import Leg, MadeBy, book_of, post_transfers
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person


class TooLarge(Refused):
    """More than one payment may be."""

    code = "amount_too_large"
    status = 422
    message = _("One payment may be at most %(most)s.")


class CashTooLittle(Refused):
    """The cash given does not cover the total."""

    code = "cash_too_little"
    status = 422
    message = _("The cash received is less than the cash due.")


class RefundExceedsTotal(Refused):
    """Owed money pays for something that costs at least as much."""

    code = "refund_exceeds_total"
    status = 422
    message = _("The refund is more than this costs. Pay it in cash instead.")


@dataclass(frozen=True, slots=True)
class Charge:
    """What is to be paid, for whom, and what the slip says about it.

    `subject_ref` names what is paid in the trade's own words; empty, it is the payment itself. `refund` is money owed
    back that pays for this; the rest is cash. `is_essential` is company cash in both modes and knows no ceiling.
    """

    purpose: str
    subject_ref: str
    station: Station
    amount: Money
    agent_fee: Money
    payer: Person | None = None
    payer_phone: str = ""
    cash_given: Money | None = None
    refund: Refund | None = None
    is_essential: bool = False
    slip_lines: Sequence[dict[str, Any]] = field(default_factory=tuple)

    @property
    def total(self) -> Money:
        """What the villager pays."""
        return self.amount + self.agent_fee

    @property
    def owed(self) -> Money:
        """What of it is money owed back."""
        return self.refund.amount if self.refund else zero(self.total.currency)

    @property
    def cash(self) -> Money:
        """What of it is cash."""
        return self.total - self.owed


@refuses(TooLarge, RefundExceedsTotal, CashTooLittle)
def refuse_amount(charge: Charge) -> None:
    """More than one payment may be, cash that does not cover it, owed money that is more than it costs."""
    most = usual_in(charge.station.county.country, charge.total.currency).most_per_payment
    if most < charge.total:
        raise TooLarge(field="amount", most=most.display())
    if charge.cash.minor < 0:
        raise RefundExceedsTotal
    if charge.cash_given is not None and charge.cash_given < charge.cash:
        raise CashTooLittle(field="cash_given")


def payment_key(by: UUID, purpose: str, key: str) -> str:
    """How the press of a person is stored with its payment."""
    return f"{by}:{purpose}:{key}"


@refuses(PaymentStands)
def write_charge(
    charge: Charge, *, funding: str, status: str, our_ref: UUID, by: User, at: dt.datetime, key: str, **columns: Any
) -> Payment:
    """The new payment of a charge, with the first line of its history; `columns` are what its state implies."""
    payment = Payment(
        our_ref=our_ref,
        key=payment_key(by.pk, charge.purpose, key),
        purpose=charge.purpose,
        subject_ref=charge.subject_ref or str(our_ref),
        station=charge.station,
        payer=charge.payer,
        payer_phone=charge.payer_phone,
        taken_by=by,
        method=Payment.Method.ONLINE if funding == Payment.Funding.ONLINE else Payment.Method.CASH,
        funding=funding,
        amount_minor=charge.amount.minor,
        agent_fee_minor=charge.agent_fee.minor,
        total_minor=charge.total.minor,
        currency=charge.total.currency,
        owed_minor=charge.owed.minor,
        cash_given_minor=charge.cash_given.minor if charge.cash_given is not None else None,
        taken_at=at,
        status=status,
        **columns,
    )
    write_payment(payment)
    record_change(payment, old="", new=status, at=at, actor=by.pk, key=key[-64:])
    return payment


def accounts_for(charge: Charge, *keys: chart.AccountKey, at: dt.datetime) -> list[Account]:
    """These accounts in the book and currency of a charge, in one query; a missing one is opened."""
    opened = chart.open_all(keys, country=charge.station.county.country, currency=charge.total.currency, at=at)
    return [opened[key] for key in keys]


def hold_leg(charge: Charge, account: Account, provider: Account) -> Leg:
    """The total of a charge, held until the provider has said what became of it."""
    return Leg(account, provider, charge.total, "held for the provider", kind="pending")


def post_taken(legs: Sequence[Leg], charge: Charge, *, our_ref: UUID, by: User, at: dt.datetime) -> list[UUID]:
    """Post what was taken for a charge; the ids of the transfers."""
    return post_transfers(
        legs=legs,
        event_type="payment_taken",
        event_id=str(our_ref),
        business_date=business_date_of(book_of(charge.station.county.country), at),
        made_by=MadeBy("person", by.pk),
        at=at,
    )
