"""A sale at the counter, whatever is sold: quoted, confirmed, paid, and stored by its trade."""

import datetime as dt
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from core.errors import QuoteChanged, refused_by, refuses
from core.money import Money
from finance.fees.services import FeeQuote, Sale, quote_fees
from finance.payments.models import Payment, Refund
from finance.payments.services.charges import Charge
from finance.payments.services.refunds import Proof, prove_to_spend
from finance.payments.services.starting import ProviderCall, start_payment
from finance.payments.services.taking import take_payment
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """Who pays and with what, and the quote that was shown before.

    `refund` is money owed back that pays, and `proof` that it is the payer's; the rest is cash. Without `expected`
    nothing was shown: the price of the moment counts. `is_proven` is set by `prove_tender` alone.
    """

    payer: Person | None = None
    payer_phone: str = ""
    cash_given: Money | None = None
    refund: Refund | None = None
    proof: Proof | None = None
    expected: FeeQuote | None = None
    is_proven: bool = False


@dataclass(frozen=True, kw_only=True)
class CounterSale(ABC):
    """What a trade sells at the counter, checked by it: each trade has a subclass that answers these questions.

    `is_essential` comes from the service's row; `subject_ref` names what is sold, where that is more than the payment.
    """

    purpose: ClassVar[Payment.Purpose]

    station: Station
    amount: Money
    is_essential: bool = False
    subject_ref: str = ""

    @abstractmethod
    def for_fees(self, *, by: User, at: dt.datetime) -> Sale | None:
        """The sale as commission sees it; None where nobody pays a fee or earns anything."""

    def call(self, tender: Tender) -> ProviderCall | None:
        """What a provider executes; None where the sale is done when it is paid."""
        return None

    def slip_lines(self) -> list[dict[str, Any]]:
        """What the slip says of it, besides the money (`issue_receipt`)."""
        return []

    @abstractmethod
    def store(self, payment: Payment) -> None:
        """Write down what this payment pays, in its transaction."""


@refuses(*refused_by(prove_to_spend))
def prove_tender(*, tender: Tender, station: Station, by: User, at: dt.datetime) -> Tender:
    """Check that money owed back is the payer's: `sell` does so, and a verb that writes before it sells does it first.

    That verb is `@atomic_but_tries`, since a wrong code uses up a try and nothing else may stay.
    """
    if tender.refund is None or tender.is_proven:
        return tender
    refund = prove_to_spend(refund=tender.refund, proof=tender.proof, station=station, by=by, at=at)
    return replace(tender, refund=refund, is_proven=True)


@refuses(QuoteChanged, *refused_by(prove_tender, start_payment, take_payment))
def sell(*, sale: CounterSale, tender: Tender, by: User, at: dt.datetime, key: str) -> Payment:
    """Sell something at the counter, in the transaction of the trade's verb.

    That verb is `@atomic_but_tries`, since a wrong code uses up a try. Refused besides what taking money refuses:
    `quote_changed`, and with a `refund` those of its proof.
    """
    for_fees = sale.for_fees(by=by, at=at)
    quote = FeeQuote.of_nothing(sale.amount) if for_fees is None else quote_fees(sale=for_fees, at=at)
    if tender.expected is not None and tender.expected != quote:
        raise QuoteChanged(**quote.figures)
    tender = prove_tender(tender=tender, station=sale.station, by=by, at=at)
    charge = Charge(
        purpose=sale.purpose,
        subject_ref=sale.subject_ref,
        station=sale.station,
        amount=sale.amount,
        agent_fee=quote.agent_fee,
        payer=tender.payer,
        payer_phone=tender.payer_phone,
        cash_given=tender.cash_given,
        refund=tender.refund,
        is_essential=sale.is_essential,
        slip_lines=sale.slip_lines(),
    )
    call = sale.call(tender)
    if call is None:
        payment = take_payment(charge=charge, by=by, at=at, key=key)
    else:
        payment = start_payment(charge=charge, call=call, by=by, at=at, key=key)
    sale.store(payment)
    return payment
