"""What becomes of a fee when an appointment has ended: back to the resident, or to the hospital."""

import datetime as dt
from dataclasses import replace

from django.db import transaction

from core.database.db import lock
from core.errors import refused_by, refuses
from core.jobs.services import enqueue
from core.money import Money, zero
from finance import chart
from finance.fees.services import accrue_fees
from finance.payments.models import Payment, Refund
from finance.payments.services import refund_payment
from finance.settlement.services import accrue_payable
from health.appointments.models import Appointment
from health.appointments.queries import appointments, part_of, share_back
from health.appointments.services.sales import SERVICE, sale_to_quote
from ledger.services import SYSTEM
from scheduling.bookings.models import Booking
from scheduling.bookings.queries import held_instead
from scheduling.bookings.services import correctable_until

_S = Booking.Status
ENDED = frozenset({_S.CANCELLED, _S.FULFILLED, _S.NOSHOW, _S.ENTERED_IN_ERROR})
EVENT = "appointment"


@refuses(*refused_by(refund_payment, accrue_payable))
@transaction.atomic
def settle_fee(*, appointment: Appointment, at: dt.datetime) -> Appointment:
    """Once, when the booking has ended: what is due goes back to the resident, the rest to the hospital.

    Of an absence when it can be corrected no longer: a refund cannot be taken back. Where another time is kept for
    one whose doctor is away, when that is given back or over.

    customer_funds -> supplier (the hospital); a refund by the share of the policy, under the key of the booking, so
    that absence, expiry and a second press refund once. What was not taken by the station is not ours to settle.
    """
    # Bookings before appointments, as everybody locks them who ends a booking.
    lock(appointment.booking)
    lock(appointment)
    appointment = appointments().get(pk=appointment.pk)
    booking = appointment.booking
    if appointment.settled_at is not None or booking.status not in ENDED:
        return appointment
    if booking.cancelled_for_id is not None and held_instead(booking) is not None:
        return appointment
    if booking.status == _S.NOSHOW and at <= correctable_until(booking):
        _settle_later(appointment)
        return appointment
    payment = appointment.payment
    if payment is not None:
        back = part_of(appointment, share_back(appointment))
        if back:
            _give_back(payment, back, booking, at=at)
        if back != payment.total:
            _pass_on(appointment, payment, back, at=at)
    appointment.settled_at = at
    appointment.save(update_fields=["settled_at", "updated_at"])
    return appointment


@transaction.atomic
def pay_station(*, appointment: Appointment, at: dt.datetime) -> None:
    """Whoever registered a resident who came earns by the plan of the station: expense -> commission; once."""
    booking = appointment.booking
    if booking.status != _S.FULFILLED or booking.station is None or booking.booked_by is None:
        return
    sale = sale_to_quote(
        appointment.hospital.code, appointment.fee, station=booking.station, by=booking.booked_by, at=booking.made_at
    )
    sale = replace(sale, event_id=str(appointment.pk))
    accrue_fees(sale=sale, source=chart.platform("expense"), made_by=SYSTEM, at=at)


def _settle_later(appointment: Appointment) -> None:
    enqueue(
        "appointments.settle_absence",
        dedupe_key=f"settle-absence:{appointment.pk}",
        run_at=correctable_until(appointment.booking) + dt.timedelta(seconds=1),
        payload={"appointment": str(appointment.pk)},
    )


def _give_back(payment: Payment, amount: Money, booking: Booking, *, at: dt.datetime) -> None:
    refund_payment(
        payment=payment,
        amount=amount,
        reason=Refund.Reason.CANCELLED,
        at=at,
        key=f"refund:booking:{booking.pk}",
    )


def _pass_on(appointment: Appointment, payment: Payment, back: Money, *, at: dt.datetime) -> None:
    """The kept part of the hospital's fee is owed to it; the station's own fee is shared by the plan."""
    station, country = payment.station, payment.station.county.country
    keys = chart.hospital(appointment.hospital.code), chart.customer_funds(station)
    opened = chart.open_all(keys, country=country, currency=payment.currency, at=at)
    kept = appointment.fee - back
    if kept:
        accrue_payable(
            event_type=EVENT,
            event_id=str(appointment.pk),
            account=opened[keys[0]],
            amount=kept,
            source=opened[keys[1]],
            eligible_at=at,
            explanation={"kind": "registration_fee", "paid": payment.total_minor, "back": back.minor},
            station=station,
            at=at,
        )
    if payment.agent_fee != zero(payment.currency):
        sale = sale_to_quote(
            appointment.hospital.code, payment.agent_fee, station=station, by=payment.taken_by, at=payment.taken_at
        )
        sale = replace(sale, event_id=str(appointment.pk), service=f"{SERVICE}.agent_fee", left=payment.agent_fee_minor)
        accrue_fees(sale=sale, source=keys[1], made_by=SYSTEM, at=at)
