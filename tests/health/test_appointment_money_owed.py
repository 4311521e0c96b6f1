"""A number that is paid with money owed back: its code cannot be guessed, and a wrong one books nothing."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.errors import CodeLocked, CodeWrong
from finance.payments.services import CodeProof, Tender, notify_refund
from health.appointments.models import Appointment
from health.appointments.services import Reason, book_appointment, cancel_appointment, join_line, take_offer
from scheduling.bookings.models import Booking, Offer
from stations.models import Person
from tests.factories.health import clinic, patient, registered
from tests.factories.refunds import coded

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def owed(there):
    """25.00 of a number that was given up, with a code on the phone."""
    person = patient(there.ready, phone="13805160001")
    Person.objects.filter(pk=person.pk).update(phone_verified_at=now() - dt.timedelta(days=4))
    given_up = book_appointment(
        slot=there.slot,
        resident=person,
        station=there.ready.station,
        tender=Tender(payer=person),
        by=there.ready.partner,
        at=now(),
        key="g" * 16,
    )
    cancel_appointment(appointment=given_up, reason=Reason.STATION_MISTAKE, by=there.ready.partner, at=now())
    refund = notify_refund(refund=given_up.payment.refunds.get(), at=now())
    return person, refund, coded(refund)


def wrong(proof):
    return CodeProof(f"{(int(proof.code) + 1) % 1_000_000:06}")


def test_each_wrong_code_uses_up_a_try_and_books_nothing_and_the_right_one_pays():
    there = clinic()
    person, refund, proof = owed(there)
    about = {"slot": there.slot, "resident": person, "station": there.ready.station, "by": there.ready.partner}
    before = Booking.objects.count()
    for tries in (1, 2):
        tender = Tender(payer=person, refund=refund, proof=wrong(proof))
        with pytest.raises(CodeWrong):
            book_appointment(**about, tender=tender, at=now(), key="b" * 16)
        refund.refresh_from_db()
        assert refund.tries == tries
    there.slot.refresh_from_db()
    assert (Booking.objects.count(), there.slot.booked, there.slot.held) == (before, 0, 0)
    paid = book_appointment(**about, tender=Tender(payer=person, refund=refund, proof=proof), at=now(), key="b" * 16)
    refund.refresh_from_db()
    assert (paid.status, refund.status, refund.spent_on_id) == ("booked", "spent", paid.payment_id)


def test_after_the_last_try_an_offer_is_not_paid_with_it_and_stays_open():
    there = clinic(capacity=1)
    person, refund, proof = owed(there)
    last = registered(there)
    waiting = join_line(
        session=there.session,
        resident=person,
        station=there.ready.station,
        by=there.ready.partner,
        at=now(),
        key="w" * 16,
    )
    cancel_appointment(appointment=last, reason=Reason.NOT_NEEDED, by=there.ready.partner, at=now())
    tender = Tender(payer=person, refund=refund, proof=wrong(proof))
    at = Offer.objects.get().made_at + MINUTE
    for refusal in [CodeWrong] * 5 + [CodeLocked]:
        with pytest.raises(refusal):
            take_offer(appointment=waiting, tender=tender, by=there.ready.partner, at=at, key="t" * 16)
    assert (Offer.objects.get().status, Appointment.objects.get(pk=waiting.pk).code) == ("open", "")
