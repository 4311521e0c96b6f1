"""Numbers of hospitals: each stands as its counter knows it, its fee follows from that, and no clinic is overbooked."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Q, Sum

from ecomnet.simulation.diary import CANCELLED, DONE, Case
from ecomnet.simulation.judgement import APART, DOUBLED, LOST, OPEN, Finding
from health.appointments.models import Appointment
from scheduling.bookings.models import Booking
from scheduling.calendars.models import Slot

NUMBER = "number"
_S = Booking.Status
#: What the counter knows, and what stands then; whoever comes another day has a number that is booked.
STANDS = {DONE: _S.FULFILLED, CANCELLED: _S.CANCELLED, "": _S.BOOKED}
#: Those that take up a place of their slot, and those for which it is kept a while.
TAKEN = (_S.BOOKED, _S.ARRIVED, _S.CHECKED_IN, _S.FULFILLED, _S.NOSHOW)


def judge_numbers(cases: Sequence[Case], *, since: dt.datetime, users: Sequence[Any]) -> Iterable[Finding]:
    """Compare appointments that these users have made since then with what their counters know, and look at clinics."""
    rows = Appointment.objects.filter(booking__booked_by__in=users, created_at__gte=since)
    ours = {str(row.pk): row for row in rows.select_related("booking", "payment")}
    known = {case.id: case for case in cases}
    for pk in known.keys() - ours.keys():
        yield Finding(LOST, pk, "a counter has given a number out, and our books do not know")
    for pk, row in ours.items():
        if pk not in known:
            yield Finding(LOST, pk, "a number was given out and no counter knows of it")
            continue
        yield from _compare(row, known[pk])
    yield from _overbooked()


def _compare(row: Appointment, case: Case) -> Iterable[Finding]:
    if row.status != STANDS[case.end]:
        kind = OPEN if row.status in Booking.HOLDING else LOST
        yield Finding(kind, case.id, f"{row.status} with us, {STANDS[case.end]} at the counter")
    paid = [press.our_ref for press in case.presses]
    if paid != ([str(row.payment_id)] if row.payment_id else []):
        yield Finding(LOST, case.id, f"the fee is payment {row.payment_id} with us, {paid} at the counter")
    refunded = row.payment.refunded_minor if row.payment else 0
    if refunded != case.back:
        kind = LOST if refunded < case.back else DOUBLED
        yield Finding(kind, case.id, f"{case.back} of the fee is to come back, and it counts {refunded}")


def _overbooked() -> Iterable[Finding]:
    """A slot counts the places of its bookings, and has never given out more than it promised."""
    taken = Sum("bookings__quantity", filter=Q(bookings__status__in=TAKEN), default=0)
    wrong = ~Q(booked=F("taken")) | Q(ceiling__lt=F("booked") + F("held"))
    for slot in Slot.objects.annotate(taken=taken).filter(wrong):
        why = f"{slot.taken} places are taken, {slot.booked} of {slot.ceiling} are counted"
        yield Finding(APART, "", f"clinic {slot.session_id}, slot {slot.pk}: {why}")
