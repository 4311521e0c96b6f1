"""A doctor is away: another time is kept for each resident, taken with what was paid, or the fee comes back."""

import datetime as dt
from dataclasses import replace
from functools import partial

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.models import Notice
from finance.models import Refund
from health.appointments.links import appointment_called, token_of
from health.appointments.models import Appointment
from health.appointments.queries import other_times
from health.appointments.services import (
    MoveTooLate,
    NoOffer,
    NotTheSameClinic,
    RebookingOver,
    decline_other_time,
    move_appointment,
    rebook_appointment,
    rebook_by_link,
    record_served,
)
from health.hospitals.services import add_doctor, mark_doctor_away
from scheduling.bookings.queries import held_instead, slots_with_wrong_counters
from scheduling.bookings.services import AlreadyBooked, SlotFull, expire_holds
from scheduling.bookings.services.keeping import KEPT_FOR
from stations.duplicates.services import merge_persons, propose_merge
from stations.people.models import Consent
from stations.people.services import record_death, withdraw_consent
from tests.factories.health import clinic, patient, registered, session_of
from tests.factories.people import resident
from tests.factories.stations import (
    StationFactory,
    UserFactory,
    api_client,
    county_manager_of,
    partner_of,
    send,
)
from tests.finance.auditing import findings
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def beside(there, *, name="李慧", grade="ordinary", days=3, capacity=20):
    """Another doctor of the department, who has a clinic of their own."""
    number = f"{there.doctor.licence_no}{name}{grade}"
    doctor = add_doctor(
        department=there.department, name=name, grade=grade, licence_no=number, by=UserFactory(), at=now()
    )
    return replace(there, doctor=doctor, session=session_of(doctor, days=days, capacity=capacity))


def away(there):
    day = there.session.local_date
    mark_doctor_away(doctor=there.doctor, first_date=day, last_date=day, reason_code="ill", by=UserFactory(), at=now())
    run_jobs()


def again(appointment):
    return Appointment.objects.get(pk=appointment.pk)


def press(appointment, there, key="r" * 16, **values):
    return rebook_appointment(appointment=appointment, by=there.ready.partner, at=now(), key=key, **values)


def test_another_doctor_of_the_department_is_kept_and_taken_with_what_was_paid_and_nobody_else_gets_the_place(client):
    there = clinic()
    other = beside(there, capacity=1)
    later = session_of(there.doctor, days=5)
    first, second = registered(there, patient(there.ready, phone="13805160001")), registered(there)
    away(there)
    times = other_times(again(first), at=now())
    assert [each.slot.session_id for each in times] == [other.session.pk, later.pk]
    assert [each.doctor_shown for each in times] == ["李慧", "周明远"]
    assert [bool(each.kept_until_at) for each in times] == [True, False]
    with pytest.raises(SlotFull):
        registered(other)
    assert [each.slot.session_id for each in other_times(again(second), at=now())] == [later.pk]
    assert Notice.objects.filter(template="appointment_time_kept").count() == 1
    assert Refund.objects.count() == 0
    client.force_login(there.ready.partner)
    assert "09:00–10:00" in client.get(reverse("appointments:calls")).content.decode()
    page = client.get(reverse("appointments:appointment", args=[first.pk])).content.decode()
    assert "李慧" in page
    taken = press(again(first), there)
    assert (taken.status, taken.booking.sequence_no, taken.doctor, taken.code) == (
        "booked",
        1,
        other.doctor,
        first.code,
    )
    assert taken.payment == first.payment
    assert press(taken, there) == taken == press(first, there)
    calls = client.get(reverse("appointments:calls")).content.decode()
    assert reverse("appointments:appointment", args=[first.pk]) not in calls
    assert reverse("appointments:appointment", args=[second.pk]) in calls
    record_served(appointment=taken, by=UserFactory(), at=taken.booking.slot.starts_at)
    run_jobs()
    assert (Refund.objects.count(), list(slots_with_wrong_counters())) == (0, [])
    assert findings() == []


def test_who_wants_no_other_time_has_the_fee_back_at_once_and_what_runs_out_comes_back_once():
    there = clinic()
    later = session_of(there.doctor, days=5)
    declined, forgotten, died = registered(there), registered(there), registered(there)
    away(there)
    kept = held_instead(again(forgotten).booking)
    assert kept.hold_expires_at <= now() + KEPT_FOR
    ended = decline_other_time(appointment=again(declined), by=there.ready.partner, at=now())
    assert (ended.settled_at is not None, ended.called_by) == (True, there.ready.partner)
    assert declined.payment.refunds.get().amount_minor == 25_00
    with pytest.raises(NoOffer):
        decline_other_time(appointment=again(declined), by=there.ready.partner, at=now())
    record_death(person=died.resident, died_date=now().date() - DAY, by=there.ready.partner, at=now())
    run_jobs()
    assert died.payment.refunds.get().amount_minor == 25_00
    expire_holds(at=kept.hold_expires_at)
    for _delivery in range(2):
        run_jobs(kept.hold_expires_at)
    assert forgotten.payment.refunds.get().amount_minor == 25_00
    with pytest.raises(RebookingOver):
        press(again(forgotten), there)
    slot = later.slots.get()
    assert (slot.booked, slot.held, list(slots_with_wrong_counters())) == (0, 0, [])
    assert findings() == []


def test_another_of_the_times_is_taken_in_place_of_the_one_kept_and_never_another_kind_of_clinic():
    there = clinic()
    other, expert = beside(there), beside(there, name="高建平", grade="expert")
    later = session_of(there.doctor, days=5)
    appointment = registered(there)
    away(there)
    with pytest.raises(NotTheSameClinic):
        press(again(appointment), there, slot=expert.slot)
    assert held_instead(again(appointment).booking).session == other.session
    taken = press(again(appointment), there, slot=later.slots.select_related("session").get())
    assert (taken.booking.session, taken.payment) == (later, appointment.payment)
    other.slot.refresh_from_db()
    assert (other.slot.held, other.slot.booked, list(slots_with_wrong_counters())) == (0, 0, [])


def test_a_second_doctor_who_is_away_leaves_the_resident_a_third_time():
    there = clinic()
    other, third = beside(there), beside(there, name="高建平", days=4)
    appointment = registered(there)
    away(there)
    away(other)
    assert held_instead(again(appointment).booking).session == third.session
    assert Refund.objects.count() == 0


def test_over_the_api_the_station_alone_takes_it_and_a_place_that_is_never_named_says_no_doctor():
    there = clinic(sensitivity="restricted")
    beside(there)
    appointment = registered(there)
    away(there)
    where = f"/api/v1/appointments/{appointment.pk}/"
    stranger = partner_of(StationFactory(county=there.ready.station.county))
    assert api_client(stranger).get(where + "other-times/").status_code == 404
    for verb in ("rebook/", "no-other-time/"):
        assert send(api_client(stranger), where + verb).status_code == 404
    phone = api_client(there.ready.partner)
    row = phone.get(where + "other-times/").json()["results"][0]
    assert (row["doctor"], row["kept_until_at"] is None) == ("", False)
    answer = send(phone, where + "rebook/", slot=row["slot"])
    assert (answer.status_code, answer.json()["status"], answer.json()["doctor"]) == (200, "booked", "")
    assert phone.get(where + "other-times/").json()["results"] == []


def test_a_registration_is_moved_with_what_was_paid_once_and_never_late_or_to_another_kind_of_clinic(client):
    there = clinic()
    later, full = session_of(there.doctor, days=5), session_of(there.doctor, days=6, capacity=0)
    expert, person = beside(there, name="专家", grade="expert"), patient(there.ready)
    appointment = registered(there, person)
    to = partial(move_appointment, appointment=appointment, by=there.ready.partner, at=now())
    for slot, refusal in ((full.slots.get(), SlotFull), (expert.slot, NotTheSameClinic)):
        with pytest.raises(refusal):
            to(slot=slot, key="f" * 16)
    with pytest.raises(MoveTooLate):
        to(slot=later.slots.get(), key="l" * 16, at=there.deadline)
    client.force_login(there.ready.partner)
    page = reverse("appointments:appointment", args=[appointment.pk])
    assert f"{page}other-time/" in client.get(page).content.decode()
    for status in (303, 422):
        answer = client.post(f"{page}other-time/", {"slot": later.slots.get().pk, "key": "m" * 32})
        assert answer.status_code == status, "the time that it has is no other one"
    moved = again(appointment)
    assert (moved.booking.session, moved.number, moved.code) == (later, 1, appointment.code)
    assert (moved.payment, Refund.objects.count()) == (appointment.payment, 0)
    first = registered(there, person)
    assert first.status == "booked", "its day is free again"
    with pytest.raises(AlreadyBooked):
        move_appointment(appointment=first, slot=later.slots.get(), by=there.ready.partner, at=now(), key="n" * 16)
    stranger = partner_of(StationFactory(county=there.ready.station.county))
    where = f"/api/v1/appointments/{appointment.pk}/other-time/"
    assert send(api_client(stranger), where, slot=there.slot.pk).status_code == 404
    assert send(api_client(there.ready.partner), where, slot=there.slot.pk).json()["code"] == "already_booked"
    assert (list(slots_with_wrong_counters()), findings()) == ([], [])


def test_by_the_link_in_the_message_a_time_is_chosen_once_and_it_shows_day_place_and_number_alone(client):
    there = clinic()
    other, later = beside(there), session_of(there.doctor, days=5)
    person = patient(there.ready, phone="13805160001")
    appointment = registered(there, person)
    away(there)
    lost = again(appointment)
    notice = Notice.objects.get(template="appointment_other_times")
    assert token_of(lost) not in str(notice.params)
    address = reverse("other_times", args=[token_of(lost)])
    shown = client.get(address)
    text = shown.content.decode()
    assert (shown["Cache-Control"], shown["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert ("县人民医院" in text, "09:00–10:00" in text) == (True, True)
    for told in (person.full_name, "李慧", "周明远", "心内科", "13805160001", there.ready.station.name, "25.00"):
        assert told not in text
    slot = later.slots.get()
    for slot_id, status in ((other.slot.pk + 10**6, 422), (slot.pk, 303), (slot.pk, 422)):
        answer = client.post(address, {"slot": slot_id, "key": ("s" if status == 303 else "w") * 32})
        assert answer.status_code == status
    taken = again(appointment)
    assert (taken.status, taken.booking.slot_id, taken.code) == ("booked", slot.pk, appointment.code)
    assert client.post(address, {"slot": other.slot.pk, "key": "o" * 32}).status_code == 422
    text = client.get(address).content.decode()
    assert ("已为您挂号" in text, person.full_name in text) == (True, False)
    for wrong in (token_of(lost)[::-1], "x"):
        assert client.get(reverse("other_times", args=[wrong])).status_code == 404
    assert appointment_called(token_of(lost), at=taken.booking.slot.starts_at) is None
    assert (Refund.objects.count(), list(slots_with_wrong_counters())) == (0, [])


def test_a_link_of_a_time_that_is_kept_no_more_or_of_one_who_no_longer_agrees_books_nothing(client):
    there = clinic()
    later = session_of(there.doctor, days=5)
    appointment = registered(there, patient(there.ready, phone="13805160001"))
    away(there)
    lost, at = again(appointment), now()
    withdraw_consent(consent=Consent.objects.get(person=lost.resident), by=there.ready.partner, at=at)
    with pytest.raises(RebookingOver):
        rebook_by_link(appointment=lost, slot=later.slots.get(), at=at, key="l" * 16)
    over = held_instead(lost.booking).hold_expires_at
    expire_holds(at=over)
    run_jobs(over)
    address = reverse("other_times", args=[token_of(lost)])
    assert client.post(address, {"slot": later.slots.get().pk, "key": "l" * 32}).status_code == 422
    assert "没有" in client.get(address).content.decode()
    assert lost.payment.refunds.get().amount_minor == 25_00


def test_of_a_merged_record_the_fee_comes_back_at_once_and_a_death_ends_what_is_ahead():
    there = clinic()
    session_of(there.doctor, days=5)
    ahead = replace(there, session=session_of(there.doctor, days=6))
    person = patient(there.ready)
    lost, other = registered(there, person), registered(ahead, person)
    kept = resident("陈玉梅", there.ready.station, by=there.ready.partner)
    row = propose_merge(
        keep=kept, merge=person, actor=county_manager_of(kept.home_station.county), at=now(), reason="同一个人"
    )
    merge_persons(merge=row, actor=county_manager_of(kept.home_station.county), at=now())
    away(there)
    assert held_instead(again(lost).booking) is None
    assert lost.payment.refunds.get().amount_minor == 25_00
    record_death(person=kept, died_date=now().date() - DAY, by=there.ready.partner, at=now())
    run_jobs()
    assert (again(other).status, other.payment.refunds.get().amount_minor) == ("cancelled", 25_00)
