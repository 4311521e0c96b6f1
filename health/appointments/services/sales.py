"""The registration fee as a sale at the counter: company cash for a hospital, with no provider to call."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from core.money import Money
from finance.fees.services import Sale
from finance.payments.models import Payment
from finance.payments.services import CounterSale
from health.appointments.models import Appointment
from stations.accounts.models import User
from stations.network.models import Station

SERVICE = "hospital_registration"


@dataclass(frozen=True, kw_only=True)
class AppointmentSale(CounterSale):
    """One appointment whose place is booked in the same transaction."""

    purpose = Payment.Purpose.HEALTH

    appointment: Appointment

    def for_fees(self, *, by: User, at: dt.datetime) -> Sale:
        """The sale as commission sees it."""
        return sale_to_quote(self.appointment.hospital.code, self.amount, station=self.station, by=by, at=at)

    def slip_lines(self) -> list[dict[str, Any]]:
        """Where and when, and the number: never the department."""
        return slip_lines_of(self.appointment)

    def store(self, payment: Payment) -> None:
        """The payment of this appointment."""
        self.appointment.payment = payment


def slip_lines_of(appointment: Appointment) -> list[dict[str, Any]]:
    """What the slip of the payment says; a restricted hospital is not named."""
    booking, hospital = appointment.booking, appointment.hospital
    names = {language: hospital.place_in(language) for language in ("en", "zh-hans")}
    place = {"en": "Place", "zh-hans": "地点"}
    lines: list[dict[str, Any]] = [{"name": "place", "label": place, "value": names}] if any(names.values()) else []
    day = booking.session.local_date.isoformat()
    lines.append({"name": "date", "label": {"en": "Date", "zh-hans": "日期"}, "value": day})
    if booking.sequence_no:
        number = {"en": "Number", "zh-hans": "号码"}
        lines.append({"name": "number", "label": number, "value": str(booking.sequence_no)})
    return lines


def sale_to_quote(hospital_code: str, amount: Money, *, station: Station, by: Any, at: dt.datetime) -> Sale:
    """A registration that has not happened yet, for a quote."""
    return Sale(
        event_type="appointment",
        event_id="",
        service=SERVICE,
        base=amount,
        station=station,
        acted_by=by,
        taken_at=at,
        party=hospital_code,
    )
