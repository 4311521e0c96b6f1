"""The fee of a consultation as a sale at the counter, and what becomes of it."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from core.database.db import present
from core.errors import refused_by, refuses
from core.money import Money, zero
from finance import chart
from finance.fees.services import Sale, accrue_fees
from finance.payments.models import Payment, Refund
from finance.payments.services import CounterSale, refund_payment
from finance.settlement.services import accrue_payable
from health.consultations.models import Consultation
from ledger.services import SYSTEM
from stations.accounts.models import User
from stations.network.models import Station

SERVICE, EVENT = "health_booth", "consultation"


@dataclass(frozen=True, kw_only=True)
class ConsultationSale(CounterSale):
    """One consultation that is asked for in the same transaction."""

    purpose = Payment.Purpose.HEALTH

    consultation: Consultation

    def for_fees(self, *, by: User, at: dt.datetime) -> Sale:
        """The sale as commission sees it."""
        clinic = self.consultation.clinic
        return sale_to_quote(clinic.code, self.amount, station=self.station, by=by, at=at)

    def slip_lines(self) -> list[dict[str, Any]]:
        """Where, and the number: never why."""
        row = self.consultation
        names = {language: row.clinic.place_in(language) for language in ("en", "zh-hans")}
        return [
            {"name": "place", "label": {"en": "Place", "zh-hans": "地点"}, "value": names},
            {"name": "number", "label": {"en": "Number", "zh-hans": "号码"}, "value": row.number},
        ]

    def store(self, payment: Payment) -> None:
        """The payment of this consultation."""
        self.consultation.payment = payment


def sale_to_quote(clinic: str, amount: Money, *, station: Station, by: User, at: dt.datetime) -> Sale:
    """A consultation that has not been asked for yet, for a quote."""
    return Sale(
        event_type=EVENT,
        event_id="",
        service=SERVICE,
        base=amount,
        station=station,
        acted_by=by,
        taken_at=at,
        party=clinic,
    )


@refuses(*refused_by(refund_payment))
def give_back(consultation: Consultation, *, at: dt.datetime) -> None:
    """All of it comes back, once: nobody has answered."""
    if consultation.payment is not None:
        refund_payment(
            payment=consultation.payment,
            amount=consultation.payment.total,
            reason=Refund.Reason.CANCELLED,
            at=at,
            key=f"refund:consultation:{consultation.pk}",
        )


@refuses(*refused_by(accrue_payable))
def pass_on(consultation: Consultation, *, at: dt.datetime) -> None:
    """customer_funds -> supplier (the clinic); the station's own fee is shared by the plan.

    Whoever helped at the station earns by the plan, too: expense -> commission.
    """
    asked = sale_to_quote(
        consultation.clinic.code,
        consultation.fee,
        station=consultation.station,
        by=consultation.requested_by,
        at=consultation.requested_at,
    )
    asked = replace(asked, event_id=str(consultation.pk))
    accrue_fees(sale=asked, source=chart.platform("expense"), made_by=SYSTEM, at=at)
    payment = consultation.payment
    if payment is None:
        return
    station = payment.station
    keys = chart.hospital(consultation.clinic.code), chart.customer_funds(station)
    opened = chart.open_all(keys, country=station.county.country, currency=payment.currency, at=at)
    accrue_payable(
        event_type=EVENT,
        event_id=str(consultation.pk),
        account=opened[keys[0]],
        amount=consultation.fee,
        source=opened[keys[1]],
        eligible_at=at,
        explanation={"kind": "consultation_fee", "paid": payment.total_minor},
        station=station,
        at=at,
    )
    if payment.agent_fee != zero(payment.currency):
        by = present(payment.taken_by)
        sale = sale_to_quote(consultation.clinic.code, payment.agent_fee, station=station, by=by, at=payment.taken_at)
        sale = replace(
            sale, event_id=str(consultation.pk), service=f"{SERVICE}.agent_fee", left=payment.agent_fee_minor
        )
        accrue_fees(sale=sale, source=keys[1], made_by=SYSTEM, at=at)
