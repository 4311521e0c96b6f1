"""What is moved while somebody cancels it, the age on the new day, and whom no message reaches."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import now

from health.appointments.models import Appointment
from health.appointments.queries import appointments, open_at_hospital, other_times, to_call
from health.appointments.services import (
    MovedMeanwhile,
    NothingToCall,
    Reason,
    TooYoung,
    cancel_all_of,
    cancel_appointment,
    cancel_at_desk,
    move_appointment,
    rebook_appointment,
    rebook_by_link,
    record_call,
)
from health.hospitals.services import mark_doctor_away
from scheduling.bookings.services import SlotUnavailable
from scheduling.models import Participant
from stations.people.models import Person
from stations.people.services import record_death
from tests.factories.health import clinic, nurse_of, patient, registered, session_of
from tests.factories.people import merged
from tests.factories.stations import UserFactory
from tests.finance.auditing import findings
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
PHONE = "+8613800000001"


def moved(there, row, days=5, key="m" * 16):
    slot = session_of(there.doctor, days=days).slots.get()
    return move_appointment(appointment=row, slot=slot, by=there.ready.partner, at=now(), key=key)


def test_what_was_moved_meanwhile_is_not_called_cancelled_and_a_death_ends_it_where_it_is():
    there, at = clinic(), now()
    read_before = appointments().get(pk=registered(there).pk)
    read_at_desk = appointments().get(pk=read_before.pk)
    new = moved(there, appointments().get(pk=read_before.pk))
    with pytest.raises(MovedMeanwhile):
        cancel_appointment(appointment=read_before, reason=Reason.CANNOT_COME, by=there.ready.partner, at=at)
    with pytest.raises(MovedMeanwhile):
        cancel_at_desk(appointment=read_at_desk, cancelled_by="provider", by=nurse_of(there.hospital), at=at)
    assert (Appointment.objects.get(pk=new.pk).status, new.payment.refunds.count()) == ("booked", 0)
    assert cancel_all_of(person=new.resident, reason_code="died", at=at) == 1
    run_jobs()
    assert (Appointment.objects.get(pk=new.pk).status, new.payment.refunds.count()) == ("cancelled", 1)
    assert findings() == []


def test_what_is_booked_under_a_merged_record_says_that_two_are_at_once_and_moves_for_the_one_that_stands(client):
    there = clinic()
    kept, gone = patient(there.ready), patient(there.ready)
    row = registered(there, gone)
    registered(clinic(there.ready), kept)
    Person.objects.filter(pk=gone.pk).update(id_kind="none", id_cipher=None, id_key_no=None, id_index=None)
    merged(kept, gone)
    run_jobs()
    # What is open at a hospital counts under whichever record.
    assert open_at_hospital(kept, there.hospital) == 1
    client.force_login(there.ready.partner)
    page = reverse("appointments:appointment", args=[row.pk])
    assert "同一时间还有另一个预约" in client.get(page).content.decode()
    booking = moved(there, appointments().get(pk=row.pk)).booking
    assert (booking.status, Participant.objects.get(booking=booking).person) == ("booked", kept)
    assert "同一时间还有另一个预约" not in client.get(page).content.decode()


def eighteen_on_its_day():
    """A clinic for adults, and one who is registered there and comes of age on that day."""
    there = clinic(policy={"min_age": 18}, days=6)
    resident = patient(there.ready)
    day = there.session.local_date
    eighteen_then = day.replace(year=day.year - 18) if (day.month, day.day) != (2, 29) else dt.date(day.year - 18, 3, 1)
    Person.objects.filter(pk=resident.pk).update(birth_date=eighteen_then, birth_precision=Person.BirthPrecision.DAY)
    resident.refresh_from_db()
    return there, appointments().get(pk=registered(there, resident).pk)


def test_who_is_old_enough_on_the_day_of_the_clinic_is_not_moved_to_a_day_on_which_the_hospital_would_refuse():
    there, row = eighteen_on_its_day()
    day = there.session.local_date
    with pytest.raises(TooYoung):
        moved(there, row, days=5)
    assert Appointment.objects.get(pk=row.pk).booking_id == row.booking_id
    assert moved(there, row, days=7, key="n" * 16).booking.session.local_date == day + dt.timedelta(days=1)


def test_no_time_is_kept_offered_or_taken_on_a_day_on_which_the_resident_is_too_young():
    there, row = eighteen_on_its_day()
    day, at = there.session.local_date, now()
    before, after = (session_of(there.doctor, days=days) for days in (5, 7))
    mark_doctor_away(doctor=there.doctor, first_date=day, last_date=day, reason_code="ill", by=UserFactory(), at=at)
    run_jobs()
    lost = appointments().get(pk=row.pk)
    assert [each.slot.session_id for each in other_times(lost, at=now())] == [after.pk]
    slot = before.slots.get()
    with pytest.raises(TooYoung):
        rebook_appointment(appointment=lost, slot=slot, by=there.ready.partner, at=now(), key="r" * 16)
    with pytest.raises(SlotUnavailable):
        rebook_by_link(appointment=lost, slot=slot, at=now(), key="l" * 16)
    taken = rebook_appointment(appointment=lost, by=there.ready.partner, at=now(), key="r" * 16)
    assert (taken.booking.session_id, taken.payment.refunds.count()) == (after.pk, 0)


def test_a_resident_without_a_phone_whose_number_the_hospital_gives_up_is_on_the_call_list():
    there, at = clinic(), now()
    nurse, partner = nurse_of(there.hospital), there.ready.partner
    people = [patient(there.ready, phone=phone) for phone in ("", PHONE, "", "")]
    unreached, reached, own_wish, gone = (registered(there, person) for person in people)
    for row in (unreached, reached, gone):
        cancel_at_desk(appointment=row, cancelled_by="provider", by=nurse, at=at)
    cancel_appointment(appointment=own_wish, reason=Reason.CANNOT_COME, by=partner, at=at)
    record_death(person=gone.resident, died_date=at.date() - dt.timedelta(days=1), by=partner, at=at)
    rows = Appointment.objects.open_to(partner, "health.record_call")
    assert [each.pk for each in to_call(rows, at=at)] == [unreached.pk]
    with pytest.raises(NothingToCall):
        record_call(appointment=reached, by=partner, at=at)
    assert record_call(appointment=unreached, by=partner, at=at).called_at == at
    assert not to_call(rows, at=at).exists()
