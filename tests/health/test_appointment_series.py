"""A chronically ill villager is registered for a series: shown first, paid date by date, moved and given up."""

import datetime as dt
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in
from core.models import StatusChange
from core.notices.models import Notice
from finance import chart
from finance.payments.models import Payment, Refund
from finance.payments.services import Tender
from health.appointments.models import Appointment
from health.appointments.queries import of_series, open_at_hospital
from health.appointments.services import (
    IdentityNotConfirmed,
    NotInSeries,
    Reason,
    TooManyRegistrations,
    book_series,
    cancel_series,
    decline_other_time,
    move_series,
    preview_move,
    preview_series,
    record_served,
)
from health.hospitals.services import mark_doctor_away, stop_series
from scheduling.bookings.models import Series
from scheduling.bookings.patterns import TooManyOccurrences
from scheduling.bookings.queries import slots_with_wrong_counters
from scheduling.bookings.services import PreviewStale, Scope, SeriesHasConflicts, SeriesNotAllowed
from scheduling.calendars.models import Slot
from tests.factories.finance import desk
from tests.factories.health import clinic, in_series, nurse_of, patient, proposed, registered, weekly_clinic, yuan
from tests.factories.people import resident
from tests.factories.stations import PostFactory, StationFactory, UserFactory, api_client
from tests.finance.auditing import assert_balanced, findings
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(weeks=1)


def slot_of_week(there, number):
    starts_at = there.slot.starts_at + number * WEEK
    return Slot.objects.select_related("session").get(session__resource=there.doctor.resource, starts_at=starts_at)


def test_every_date_is_shown_first_and_then_all_are_booked_numbered_and_paid_once():
    there = weekly_clinic(capacity=1)
    ready, person = there.ready, patient(there.ready, phone="13800001234")
    there_next_week = slot_of_week(there, 1)
    first_slot = there.slot
    there.session = there_next_week.session
    registered(there)
    there.session = first_slot.session
    before = Appointment.objects.count()
    report = preview_series(proposal=proposed(there, person), at=now())
    assert [str(each.state) for each in report.occurrences] == ["free", "slot_full", "free", "free"]
    assert report.conflicts[0].alternatives
    assert Appointment.objects.count() == before
    rows = in_series(there, person, key="a-key-of-a-series")
    again = in_series(there, person, key="a-key-of-a-series", count=4)
    assert [row.pk for row in rows] == [row.pk for row in again]
    assert [row.booking.occurrence_no for row in rows] == [1, 3, 4]
    assert len({row.code for row in rows}) == 3
    assert {row.payment.total for row in rows} == {yuan(25_00)}
    assert ready.holds(ready.funds_key) == ready.holds(ready.till_key) == 4 * 25_00
    assert Notice.objects.filter(template="appointment_series_booked").count() == 1
    assert open_at_hospital(person, there.hospital) == 1
    assert not slots_with_wrong_counters().exists()
    assert findings() == []


def test_what_was_taken_meanwhile_books_nothing_and_charges_nothing():
    there = weekly_clinic(capacity=1)
    person = patient(there.ready)
    proposal = proposed(there, person)
    chosen = {each.no: each.starts_at for each in preview_series(proposal=proposal, at=now()).free}
    registered(there)
    about = {"chosen": chosen, "tender": Tender(), "by": there.ready.partner, "at": now(), "key": "k" * 16}
    with pytest.raises(PreviewStale):
        book_series(proposal=proposal, **about)
    assert (Series.objects.count(), Payment.objects.count()) == (0, 1)
    stranger = resident("无证", there.ready.station, by=there.ready.partner)
    with pytest.raises(IdentityNotConfirmed):
        book_series(proposal=proposed(there, stranger), **about)
    stop_series(doctor=there.doctor, by=UserFactory(), at=now())
    with pytest.raises(SeriesNotAllowed):
        preview_series(proposal=proposed(there, person), at=now())
    assert (Series.objects.count(), Payment.objects.count()) == (0, 1)


def test_a_series_is_one_open_registration():
    there = weekly_clinic(policy={"most_open": 1})
    person = patient(there.ready)
    in_series(there, person)
    with pytest.raises(TooManyRegistrations):
        in_series(there, person)
    with pytest.raises(TooManyRegistrations):
        registered(there, person)


def test_of_a_series_one_date_the_later_ones_and_all_are_given_up_and_each_fee_comes_back_once():
    there = weekly_clinic()
    rows = in_series(there, count=5)
    about = {"reason": Reason.CANNOT_COME, "by": there.ready.partner, "at": now()}
    for _press in range(2):
        cancel_series(appointment=rows[1], scope=Scope.THIS, **about)
        cancel_series(appointment=rows[3], scope=Scope.LATER, **about)
    assert Refund.objects.count() == 3
    start = rows[0].booking.slot.starts_at
    record_served(appointment=rows[0], by=there.ready.partner, at=start)
    cancel_series(appointment=rows[0], scope=Scope.ALL, **{**about, "at": start + dt.timedelta(minutes=5)})
    run_jobs(start + dt.timedelta(minutes=5))
    assert [row.status for row in of_series(rows[0])] == ["fulfilled", *["cancelled"] * 4]
    assert (Refund.objects.count(), there.ready.holds(chart.hospital(there.hospital.code))) == (4, 25_00)
    assert Series.objects.get().status == "ended"
    with pytest.raises(NotInSeries):
        cancel_series(appointment=registered(there), scope=Scope.ALL, **about)
    assert findings() == []
    assert_balanced()


def test_dates_move_with_what_was_paid_and_one_conflict_moves_none():
    there = weekly_clinic(capacity=1)
    person = patient(there.ready, phone="13800001234")
    rows = in_series(there, person)
    codes = [row.code for row in rows]
    day_after = rows[1].booking.session.local_date + dt.timedelta(days=1)
    wish = {"scope": Scope.LATER, "to_date": day_after, "clock": dt.time(14)}
    blocked = clinic(there.ready)
    blocked.session = slot_of_week(there, 0).session
    other = in_series(_from(there, slot_of_week(there, 2), days=1), patient(there.ready), count=2)
    report = preview_move(appointment=rows[1], **wish, at=now())
    assert [each.is_free for each in report.occurrences] == [True, False, False]
    with pytest.raises(SeriesHasConflicts):
        move_series(appointment=rows[1], **wish, by=there.ready.partner, at=now(), key="m" * 16)
    cancel_series(appointment=other[0], scope=Scope.ALL, reason=Reason.CANNOT_COME, by=there.ready.partner, at=now())
    for _press in range(2):
        moved = move_series(appointment=rows[1], **wish, by=there.ready.partner, at=now(), key="m" * 16)
    assert (moved.booking.session.local_date, moved.code) == (day_after, codes[1])
    kept = Appointment.objects.filter(resident=person).order_by("booking__session__local_date")
    assert [row.code for row in kept] == codes
    assert (Payment.objects.filter(appointment__in=kept).count(), Refund.objects.count()) == (4, 2)
    assert Notice.objects.filter(template="appointment_series_moved").count() == 1
    # The moved date is settled as any other: its place is the new one.
    record_served(appointment=moved, by=there.ready.partner, at=moved.booking.slot.starts_at)
    assert there.ready.holds(chart.hospital(there.hospital.code)) == 25_00
    assert not slots_with_wrong_counters().exists()
    assert findings() == []


def _from(there, slot, *, days):
    starts_at = slot.starts_at + dt.timedelta(days=days)
    other = Slot.objects.select_related("session").get(session__resource=there.doctor.resource, starts_at=starts_at)
    return type(there)(there.ready, there.hospital, there.department, there.doctor, other.session)


def test_a_doctor_who_is_away_costs_one_date_of_the_series():
    there = weekly_clinic()
    rows = in_series(there)
    day = rows[2].booking.session.local_date
    mark_doctor_away(doctor=there.doctor, first_date=day, last_date=day, reason_code="ill", by=UserFactory(), at=now())
    run_jobs()
    assert [row.status for row in of_series(rows[0])] == ["booked", "booked", "cancelled", "booked"]
    assert Refund.objects.count() == 0
    decline_other_time(appointment=of_series(rows[0])[2], by=there.ready.partner, at=now())
    assert Refund.objects.count() == 1


def test_in_another_country_a_series_costs_its_money_and_another_station_sees_none_of_it(client):
    ready = desk(currency="KWD", zone="Asia/Kuwait")
    there = weekly_clinic(ready, fee=2_500)
    rows = in_series(there, count=2)
    assert {str(row.fee) for row in rows} == {"2.500"}
    assert {row.booking.slot.starts_at.astimezone(dt.UTC).hour for row in rows} == {11}
    stranger = UserFactory()
    PostFactory(user=stranger, role="partner", station=StationFactory())
    pages = [reverse(f"appointments:{name}", args=[rows[0].pk]) for name in ("appointment", "dates", "move")]
    for user, status in ((stranger, 404), (ready.partner, 200)):
        client.force_login(user)
        assert {client.get(page).status_code for page in pages} == {status}
    nurse = nurse_of(there.hospital)
    client.force_login(nurse)
    assert client.get(pages[0]).status_code == 200
    assert client.get(pages[2]).status_code == 403


def test_a_partner_books_moves_and_cancels_a_series_on_its_pages(client):
    there = weekly_clinic(capacity=2)
    person = patient(there.ready)
    client.force_login(there.ready.partner)
    address = reverse("appointments:series", args=[there.session.pk])
    asked = {"person": person.pk, "rhythm": "week", "count": 3}
    shown = client.get(address, asked)
    assert shown.status_code == 200
    assert [line["bound"] is not None for line in shown.context["dates"].lines] == [True] * 3
    checked = {**asked, "check": "1", "d1": "on", "d3": "on"}
    page = client.get(address, checked)
    assert page.context["total"] == yuan(50_00)
    form = page.context["form"]
    sent = {name: form.initial.get(name, form[name].value()) for name in form.fields}
    booked = client.post(f"{address}?{urlencode(checked)}", sent)
    rows = list(Appointment.objects.order_by("booking__occurrence_no"))
    assert (booked.status_code, booked["Location"]) == (303, reverse("appointments:dates", args=[rows[0].pk]))
    assert [row.booking.occurrence_no for row in rows] == [1, 3]
    slip = client.get(booked["Location"]).content.decode()
    assert all(row.code in slip for row in rows)
    stale = client.post(f"{address}?{urlencode(checked)}", {**sent, "key": "f" * 32})
    assert stale.status_code == 409
    assert (len(stale.context["dates"].lines), Appointment.objects.count()) == (3, 2)
    to_date = rows[0].booking.session.local_date + dt.timedelta(days=1)
    move = reverse("appointments:move", args=[rows[0].pk])
    wish = {"scope": "all", "to_date": to_date.isoformat(), "clock": "14:00"}
    assert not client.get(move, wish).context["report"].conflicts
    assert client.post(move, {**wish, "key": "m" * 32}).status_code == 303
    assert Appointment.objects.get(pk=rows[0].pk).booking.session.local_date == to_date
    cancel = reverse("appointments:appointment-cancel-series", args=[rows[0].pk])
    assert client.post(cancel, {"scope": "all", "reason": "cannot-come", "key": "c" * 32}).status_code == 303
    assert {row.status for row in Appointment.objects.select_related("booking")} == {"cancelled"}


def test_over_the_api_a_series_is_previewed_booked_moved_and_ended():
    there = weekly_clinic()
    person = patient(there.ready)
    api = api_client(there.ready.partner)
    about = {
        "resident": str(person.pk),
        "slot": there.slot.pk,
        "station": there.ready.station.code,
        "rhythm": "fortnight",
        "count": 2,
    }

    def post(path, body, key):
        return api.post(f"/api/v1/appointments/{path}", body, format="json", headers={"Idempotency-Key": key})

    report = post("series/preview/", about, "api-series-00001")
    assert [each["state"] for each in report.json()["dates"]] == ["free", "free"]
    chosen = [{"no": each["no"], "starts_at": each["starts_at"]} for each in report.json()["dates"]]
    made = post("series/", {**about, "chosen": chosen}, "api-series-00002")
    assert made.status_code == 201, made.json()
    rows = made.json()["appointments"]
    assert len(rows) == 2
    to_date = (dt.date.fromisoformat(rows[1]["date"]) + dt.timedelta(days=1)).isoformat()
    wish = {"scope": "this", "to_date": to_date, "clock": "14:00"}
    assert post(f"{rows[1]['id']}/move-preview/", wish, "api-series-00003").json()["dates"][0]["state"] == "free"
    assert post(f"{rows[1]['id']}/move/", wish, "api-series-00004").json()["date"] == to_date
    ended = post(f"{rows[0]['id']}/cancel-series/", {"scope": "all", "reason": "not-needed"}, "api-series-00005")
    assert ended.json()["status"] == "cancelled"
    assert StatusChange.objects.filter(object_id=str(Series.objects.get().pk), new="ended").count() == 1


@pytest.mark.parametrize("day", [dt.date(9999, 12, 31), dt.date(1, 1, 1)])
def test_a_move_or_a_date_beyond_400_days_is_refused_and_makes_no_sessions(day):
    there = weekly_clinic()
    rows = in_series(there)
    before = Slot.objects.count()
    about = {"appointment": rows[0], "scope": Scope.ALL, "clock": dt.time(14), "at": now()}
    beyond = day_in(there.hospital.zone, now()) + dt.timedelta(days=401)
    for to_date in (day, beyond):
        with pytest.raises(TooManyOccurrences):
            preview_move(**about, to_date=to_date)
        with pytest.raises(TooManyOccurrences):
            move_series(**about, to_date=to_date, by=there.ready.partner, key="m" * 16)
    person = patient(there.ready)
    with pytest.raises(TooManyOccurrences):
        book_series(
            proposal=proposed(there, person),
            chosen={1: dt.datetime.combine(day, dt.time(23 if day.year > 1 else 0), dt.UTC)},
            tender=Tender(payer=person),
            by=there.ready.partner,
            at=now(),
            key="k" * 16,
        )
    assert Slot.objects.count() == before


def test_two_dates_of_a_series_do_not_get_the_same_other_time_and_the_second_is_named():
    there = weekly_clinic()
    person = patient(there.ready)
    other = slot_of_week(there, 1).starts_at + dt.timedelta(days=3)
    with pytest.raises(PreviewStale) as refusal:
        book_series(
            proposal=proposed(there, person),
            chosen={1: there.slot.starts_at, 2: other, 3: other},
            tender=Tender(payer=person),
            by=there.ready.partner,
            at=now(),
            key="k" * 16,
        )
    assert refusal.value.params == {"occurrences": "3"}
    assert Series.objects.count() == 0


def test_what_stands_against_the_dates_of_somebody_who_has_not_agreed_is_not_shown():
    there = weekly_clinic()
    stranger = resident("无证", there.ready.station, by=there.ready.partner)
    with pytest.raises(IdentityNotConfirmed):
        preview_series(proposal=proposed(there, stranger), at=now())
