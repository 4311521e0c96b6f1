"""A hospital with a system of its own: asked once for each number, paid first, and nothing paid is lost to silence."""

import datetime as dt
from dataclasses import replace

import orjson
import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.gateways.models import Callback, Instruction
from core.gateways.results import Malformed
from core.gateways.services import record_result, store_callback
from core.models import Notice
from finance.models import Payment, Refund
from finance.payments.services import Tender
from health.appointments.models import Appointment
from health.appointments.services import (
    NotListedThere,
    Reason,
    cancel_appointment,
    compare_registrations,
    join_line,
    plan_lists,
    read_list,
    record_served,
    release_listed,
    take_offer,
)
from health.hospitals.schedules import Clinic, plan_clinics, store_clinics
from health.hospitals.services import NumbersStillHeld, mark_doctor_away, refuse_system
from scheduling.bookings.models import Offer
from scheduling.bookings.queries import slots_with_wrong_counters
from scheduling.bookings.services import NoWaitlist, SeriesNotAllowed, expire_holds, send_reminders
from scheduling.calendars.models import Session
from tests.factories.gateways import ProviderFactory
from tests.factories.health import clinic, in_series, nurse_of, patient, registered, session_of
from tests.factories.stations import UserFactory
from tests.finance.auditing import findings
from tests.jobs import run_jobs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox")]
HALF_HOUR = dt.timedelta(minutes=30)


@pytest.fixture
def there():
    """A counter of a hospital whose numbers the company HOSPITAL of the sandbox keeps."""
    return clinic(system=ProviderFactory(code="HOSPITAL", file_time=None))


def written(at):
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def open_there(sandbox, there, *sessions, capacity=20):
    """The hospital has these clinics, and nothing else."""
    rows = [
        {
            "licence_no": there.doctor.licence_no,
            "starts_at": written(each.starts_at),
            "ends_at": written(each.ends_at),
            "capacity": capacity,
        }
        for each in sessions or (there.session,)
    ]
    sandbox.ask("PUT", "clinics", {"provider": "HOSPITAL", "clinics": rows})


def fetch(at=None):
    plan_clinics(at=at or now())
    run_jobs()


def store(there, *clinics):
    """What the hospital says of these clinics, each so much later than the first: whether it is open."""
    begins, ends = there.session.starts_at, there.session.ends_at
    told = [
        Clinic(there.doctor.licence_no, begins + later, ends + later, 5, is_open=is_open) for later, is_open in clinics
    ]
    return store_clinics(hospital=there.hospital, clinics=told, at=now())


def at_clinic(there, later):
    return Session.objects.filter(resource=there.doctor.resource, starts_at=there.session.starts_at + later).first()


def away(there, *, days=0):
    day = there.session.local_date + dt.timedelta(days=days)
    mark_doctor_away(doctor=there.doctor, first_date=day, last_date=day, reason_code="ill", by=UserFactory(), at=now())


def again(appointment):
    return Appointment.objects.get(pk=appointment.pk)


def executed(sandbox):
    """What the hospital has really done, and what it has again."""
    return [(row["kind"], row["status"], row["executions"]) for row in sandbox.ledger(provider="HOSPITAL")]


def test_a_number_is_paid_asked_for_once_and_given_back_when_it_is_cancelled(sandbox, there, client):
    open_there(sandbox, there)
    person = patient(there.ready, phone="13805160001")
    asked = registered(there, person)
    assert (asked.status, asked.code, asked.payment.total.minor) == ("pending", "", 25_00)
    instruction = Instruction.objects.get(our_ref=asked.asked_ref)
    assert person.full_name not in str(instruction.request)
    client.force_login(there.ready.partner)
    page = reverse("appointments:appointment", args=[asked.pk])
    assert 'http-equiv="refresh"' in client.get(page).content.decode()
    run_jobs()
    given = again(asked)
    assert (given.status, given.number, bool(given.code)) == ("booked", 1, True)
    assert given.hospital_ref.startswith("HOSPITAL-")
    assert Notice.objects.filter(template="appointment_booked_at_place").count() == 1
    shown = client.get(reverse("appointments:slip", args=[asked.pk])).content.decode()
    assert given.hospital_ref in shown
    assert 'http-equiv="refresh"' not in client.get(page).content.decode()
    cancel_appointment(appointment=given, reason=Reason.NOT_NEEDED, by=there.ready.partner, at=now())
    for _time in range(2):
        run_jobs()
    assert executed(sandbox) == [("registration", "reversed", 1), ("release", "succeeded", 1)]
    assert Refund.objects.get().amount_minor == 25_00
    assert list(slots_with_wrong_counters()) == []
    assert findings() == []


def test_a_hospital_without_a_number_costs_nothing_and_says_so(sandbox, there):
    open_there(sandbox, there, capacity=0)
    asked = registered(there, patient(there.ready, phone="13805160001"))
    run_jobs()
    refused = again(asked)
    assert (refused.status, refused.booking.cancelled_by, refused.booking.reason_code) == (
        "cancelled",
        "provider",
        "clinic-full",
    )
    assert refused.payment.refunds.get().amount_minor == 25_00
    assert Notice.objects.filter(template="appointment_not_given").count() == 1
    assert findings() == []


def test_a_lost_answer_is_asked_about_and_never_booked_twice(sandbox, there):
    open_there(sandbox, there)
    sandbox.wish("lose_answer", kind="registration")
    asked = registered(there)
    run_jobs()
    assert again(asked).status == "pending"
    run_jobs(now() + dt.timedelta(minutes=1))
    assert again(asked).status == "booked"
    assert executed(sandbox) == [("registration", "succeeded", 1)]
    record_served(appointment=again(asked), by=there.ready.partner, at=there.slot.starts_at)
    run_jobs()
    assert Refund.objects.count() == 0


def test_a_yes_that_comes_after_half_an_hour_is_given_back_and_the_fee_is_refunded_once(sandbox, there):
    open_there(sandbox, there)
    sandbox.wish("pending", kind="registration", seconds=600)
    asked = registered(there)
    run_jobs()
    assert again(asked).status == "pending"
    over = again(asked).booking.hold_expires_at
    assert over <= again(asked).booking.created_at + HALF_HOUR
    expire_holds(at=over)
    run_jobs(over)
    assert asked.payment.refunds.get().amount_minor == 25_00
    sandbox.ask("POST", "hurry")
    run_jobs(over + dt.timedelta(hours=1))
    run_jobs(over + dt.timedelta(hours=2))
    late = again(asked)
    assert (late.status, late.code, bool(late.hospital_ref)) == ("cancelled", "", True)
    assert executed(sandbox) == [("registration", "reversed", 1), ("release", "succeeded", 1)]
    assert asked.payment.refunds.count() == 1
    assert findings() == []


def test_the_hospital_s_clinics_become_ours_and_its_free_numbers_count_beside_what_we_have(sandbox, there):
    later = session_of(there.doctor, days=5)
    later_hours = (later.starts_at, later.ends_at)
    open_there(sandbox, there, there.session, later, capacity=3)
    later.delete()
    fetch()
    made = Session.objects.get(resource=there.doctor.resource, starts_at=later_hours[0])
    assert (made.ends_at, made.slots.get().capacity) == (later_hours[1], 3)
    registered(there)
    run_jobs()
    fetch(now() + dt.timedelta(seconds=2))
    there.slot.refresh_from_db()
    slot = there.slot
    assert (slot.booked, slot.capacity) == (1, 3)
    sandbox.wish("error_500", kind="clinics")
    fetch(now() + dt.timedelta(seconds=4))
    assert there.slot.capacity == 3


def test_a_clinic_that_the_hospital_closes_gives_every_fee_back_once_and_releases_nothing(sandbox, there):
    open_there(sandbox, there)
    rows = [registered(there), registered(there)]
    run_jobs()
    said = {"our_ref": "clinic", "licence_no": there.doctor.licence_no, "starts_at": written(there.session.starts_at)}
    for number in range(2):
        body = {"event_id": f"closed-{number}", "event_type": "clinic.closed", "occurred_at": "x", "data": said}
        hear(there.hospital.system, body)
    run_jobs()
    assert [again(row).status for row in rows] == ["cancelled", "cancelled"]
    assert [row.payment.refunds.get().amount_minor for row in rows] == [25_00, 25_00]
    assert {kind for kind, *_rest in executed(sandbox)} == {"registration"}
    assert sorted(Callback.objects.values_list("state", flat=True)) == ["applied", "ignored"]
    other = said | {"licence_no": "nobody's"}
    hear(there.hospital.system, {"event_id": "c", "event_type": "clinic.closed", "occurred_at": "x", "data": other})
    run_jobs()
    assert Callback.objects.get(event_id="c").note == "unknown reference"
    assert findings() == []


def hear(provider, event):
    store_callback(provider=provider, headers={}, body=orjson.dumps(event), at=now())


def test_a_number_that_the_hospital_takes_back_later_is_cancelled_by_it(sandbox, there):
    open_there(sandbox, there)
    asked = registered(there)
    run_jobs()
    said = {
        "our_ref": str(asked.asked_ref),
        "kind": "registration",
        "status": "succeeded",
        "provider_ref": again(asked).hospital_ref,
    }
    record_result(
        provider=there.hospital.system,
        our_ref=str(asked.asked_ref),
        data=said,
        source="callback",
        at=now(),
        event_type="transaction.reversed",
    )
    run_jobs()
    assert (again(asked).status, again(asked).booking.reason_code) == ("cancelled", "taken-back")
    assert Refund.objects.get().amount_minor == 25_00
    assert len(executed(sandbox)) == 1


def test_the_list_of_the_next_day_tells_what_was_lost_and_what_the_hospital_lacks_is_for_the_station(
    sandbox, there, client
):
    open_there(sandbox, there)
    at = there.slot.starts_at - dt.timedelta(days=1)
    sandbox.wish("omit_from_file", kind="registration")
    lacking = registered(there)
    run_jobs()
    sandbox.wish("lose_answer", kind="registration")
    lost = registered(there)
    run_jobs()
    assert [again(row).status for row in (lacking, lost)] == ["booked", "pending"]
    for number in range(2):
        plan_lists(at=at + dt.timedelta(seconds=number))
        run_jobs(at + dt.timedelta(seconds=number))
    assert again(lost).status == "booked"
    assert (again(lacking).is_missing, again(lost).is_missing) == (True, False)
    client.force_login(there.ready.partner)
    shown = client.get(reverse("appointments:appointments") + "?state=missing").content.decode()
    assert reverse("appointments:appointment", args=[lacking.pk]) in shown
    assert reverse("appointments:appointment", args=[lost.pk]) not in shown
    line = {"our_ref": str(lacking.asked_ref), "kind": "registration", "provider_ref": "H", "status": "reversed"}
    compare_registrations(hospital=there.hospital, date=there.session.local_date, lines=[line], at=at)
    run_jobs(at)
    assert (again(lacking).status, again(lost).is_missing) == ("cancelled", True)
    assert lacking.payment.refunds.get().amount_minor == 25_00


def test_a_number_that_was_refused_and_is_listed_all_the_same_is_given_back_by_the_hospital_s_people_once(
    sandbox, there, client
):
    open_there(sandbox, there, capacity=0)
    refused = registered(there)
    run_jobs()
    line = {"our_ref": str(refused.asked_ref), "kind": "registration", "provider_ref": "H-7", "status": "succeeded"}
    for listed in ([line], [line], [], [line]):
        compare_registrations(hospital=there.hospital, date=there.session.local_date, lines=listed, at=now())
        assert again(refused).is_listed_though_refused == bool(listed)
    assert (again(refused).status, refused.payment.refunds.get().amount_minor) == ("cancelled", 25_00)
    page = reverse("appointments:appointment", args=[refused.pk])
    release = f"{page}release/"
    client.force_login(there.ready.partner)
    assert release not in client.get(page).content.decode()
    nurse = nurse_of(there.hospital)
    client.force_login(nurse)
    assert page in client.get(reverse("appointments:desk") + "?state=listed").content.decode()
    assert release in client.get(page).content.decode()
    release_listed(appointment=again(refused), by=nurse, at=now())
    with pytest.raises(NotListedThere):
        release_listed(appointment=again(refused), by=nurse, at=now())
    asked = Instruction.objects.get(kind="release")
    assert asked.request["original_ref"] == str(refused.asked_ref)
    run_jobs()  # the hospital knows of no such number: people look again
    assert again(refused).is_listed_though_refused
    assert findings() == []


def test_no_system_is_connected_while_numbers_that_it_does_not_know_are_ahead_and_one_that_slips_in_is_missing():
    there, system = clinic(), ProviderFactory(code="HOSPITAL", file_time=None)
    kept = registered(there)
    with pytest.raises(NumbersStillHeld) as refused:
        refuse_system(hospital=there.hospital, system=system, at=now())
    assert "1" in str(refused.value)
    refuse_system(hospital=there.hospital, system=None, at=now())
    refuse_system(hospital=there.hospital, system=system, at=there.session.ends_at)
    there.hospital.system = system
    there.hospital.save()
    compare_registrations(hospital=there.hospital, date=there.session.local_date, lines=[], at=now())
    assert again(kept).is_missing


def test_nobody_waits_or_books_a_series_where_the_hospital_keeps_the_numbers(there):
    with pytest.raises(NoWaitlist):
        join_line(
            session=there.session,
            resident=patient(there.ready),
            station=there.ready.station,
            by=there.ready.partner,
            at=now(),
            key="w" * 16,
        )
    with pytest.raises(SeriesNotAllowed):
        in_series(there)


@pytest.mark.parametrize(("given_number", "told"), [("47", 47), ("A47", "H-1")])
def test_a_reminder_names_the_number_that_the_hospital_gave(there, client, given_number, told):
    asked = registered(there, patient(there.ready, phone="13805160001"))
    given = {"kind": "registration", "status": "succeeded", "provider_ref": "H-1", "biller_receipt_no": given_number}
    said = given | {"our_ref": str(asked.asked_ref)}
    record_result(provider=there.hospital.system, our_ref=str(asked.asked_ref), data=said, source="callback", at=now())
    assert send_reminders(at=again(asked).booking.next_reminder_at) == 1
    assert Notice.objects.get(template__startswith="booking_reminder").params["number"] == told
    client.force_login(there.ready.partner)
    assert "None" not in client.get(reverse("appointments:slip", args=[asked.pk])).content.decode()


def test_a_clinic_that_overlaps_a_closed_one_is_closed_with_everybody_in_it(there):
    store(there, (dt.timedelta(), False), (HALF_HOUR, True))
    asked = registered(replace(there, session=at_clinic(there, HALF_HOUR)))
    store(there, (HALF_HOUR, False))
    run_jobs()
    assert (again(asked).status, asked.payment.refunds.get().amount_minor) == ("cancelled", 25_00)
    assert at_clinic(there, HALF_HOUR).unavailable_because == "closed"


def test_nothing_opens_while_people_have_the_doctor_away_and_what_is_closed_hinders_no_absence(there):
    day = dt.timedelta(days=1)
    away(there, days=1)
    assert store(there, (dt.timedelta(), False), (day, True)) == 0
    assert at_clinic(there, day) is None
    away(there)


def test_a_doctor_who_is_away_here_gives_every_number_back_to_the_system_that_gave_it(sandbox, there):
    open_there(sandbox, there)
    asked = registered(there)
    run_jobs()
    there.hospital.system = None
    there.hospital.save()
    away(there)
    for _time in range(2):
        run_jobs()
    assert asked.payment.refunds.get().amount_minor == 25_00
    assert executed(sandbox) == [("registration", "reversed", 1), ("release", "succeeded", 1)]


def test_who_waited_before_the_hospital_had_a_system_pays_once_however_often_the_place_is_taken(sandbox):
    there = clinic(capacity=1)
    ready, first = there.ready, registered(there)
    waiting = join_line(
        session=there.session, resident=patient(ready), station=ready.station, by=ready.partner, at=now(), key="w" * 16
    )
    there.hospital.system = ProviderFactory(code="HOSPITAL", file_time=None)
    there.hospital.save()
    open_there(sandbox, there)
    cancel_appointment(appointment=first, reason=Reason.NOT_NEEDED, by=ready.partner, at=now())
    at = Offer.objects.get().made_at + dt.timedelta(minutes=1)
    taken = [
        take_offer(appointment=again(waiting), tender=Tender(), by=ready.partner, at=at, key=key * 16) for key in "tu"
    ]
    assert taken[0].asked_ref == taken[1].asked_ref
    run_jobs(at)
    assert (again(waiting).status, Payment.objects.count()) == ("booked", 2)
    assert executed(sandbox) == [("registration", "succeeded", 1)]


def test_a_list_with_a_line_that_cannot_be_read_is_not_compared():
    for line in ({"our_ref": "r", "status": []}, {"our_ref": "r" * 65, "status": "failed"}, {"our_ref": "r"}):
        with pytest.raises(Malformed):
            read_list(orjson.dumps({"registrations": [line]}))


def test_a_full_clinic_of_such_a_hospital_offers_no_line(there, client):
    full = replace(there, session=session_of(there.doctor, days=5, capacity=0))
    person = patient(there.ready)
    client.force_login(there.ready.partner)
    listed = client.get(reverse("appointments:sessions", args=[there.department.pk])).content.decode()
    assert ("已满" in listed, "候补" in listed) == (True, False)
    shown = client.get(reverse("appointments:book", args=[full.session.pk]) + f"?person={person.pk}").content.decode()
    assert ("这个门诊已不能挂号" in shown, "候补" in shown) == (True, False)
