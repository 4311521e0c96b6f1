"""A calendar on the phone says what, when and where; it follows each change and ends when it is told to."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from icalendar import Calendar

from core.days import day_in
from core.models import Notice, StatusChange
from health.appointments.services import Reason, cancel_appointment
from health.hospitals.services import mark_doctor_away
from scheduling.feeds import services
from scheduling.feeds.addresses import address_of, token_of
from scheduling.feeds.queries import standing_feed
from scheduling.models import CalendarFeed, Resource
from stations.duplicates.services import merge_persons, propose_merge
from stations.people.services import record_death
from stations.people.services.codes import PhoneMissing
from stations.people.services.registration import PersonGone
from tests.factories.health import clinic, in_series, nurse_of, patient, registered, weekly_clinic
from tests.factories.people import resident
from tests.factories.stations import (
    StationFactory,
    UserFactory,
    api_client,
    county_manager_of,
    helper_of,
    partner_of,
    send,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def sent(person, by):
    services.send_feed(person=person, by=by, at=now())
    return standing_feed(person)


def asked(feed, **headers):
    return Client().get(reverse("calendars:feed", args=[token_of(feed)]), headers=headers)


def events(feed):
    calendar = Calendar.from_ical(asked(feed).content)
    return calendar, {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def test_it_says_label_place_and_local_time_and_no_name_and_moves_with_the_appointment():
    there = clinic()
    person = patient(there.ready, phone="13800004321")
    appointment = registered(there, person)
    feed = sent(person, there.ready.partner)
    calendar, [event] = events(feed)[0], events(feed)[1].values()
    slot = appointment.booking.slot
    assert (event["dtstart"].dt, event["dtend"].dt) == (slot.starts_at, slot.ends_at)
    assert event["dtstart"].params["TZID"] == there.hospital.zone
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == [there.hospital.zone]
    assert (str(event["summary"]), str(event["status"])) == ("预约", "CONFIRMED")
    [alarm] = event.walk("VALARM")
    assert alarm["trigger"].dt == -DAY
    text = asked(feed).content.decode()
    assert not any(word in text for word in (person.full_name, there.doctor.name, "心内科", "DESCRIPTION:周"))
    cancel_appointment(appointment=appointment, reason=Reason.CANNOT_COME, by=there.ready.partner, at=now())
    [cancelled] = events(feed)[1].values()
    assert cancelled["uid"] == event["uid"]
    assert (str(cancelled["status"]), cancelled["sequence"]) == ("CANCELLED", event["sequence"] + 1)
    assert not cancelled.walk("VALARM")


def test_a_phone_that_asks_again_is_sent_nothing_until_something_changes():
    there = clinic()
    person = patient(there.ready, phone="13800004321")
    feed = sent(person, there.ready.partner)
    first = asked(feed)
    assert (first.status_code, first["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    again = asked(feed, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    registered(there, person)
    assert asked(feed, if_none_match=first["ETag"]).status_code == 200


def test_it_costs_the_same_for_one_date_as_for_a_series(django_assert_num_queries):
    there = weekly_clinic()
    person = patient(there.ready, phone="13800004321")
    in_series(there, person, rhythm="week", count=4)
    feed = sent(person, there.ready.partner)
    client, path = Client(), reverse("calendars:feed", args=[token_of(feed)])
    with django_assert_num_queries(3):
        text = client.get(path).content
    assert len(Calendar.from_ical(text).walk("VEVENT")) == 4


def test_an_address_is_sent_to_the_phone_alone_and_a_new_one_ends_the_one_before():
    there = clinic()
    person, partner = patient(there.ready, phone="13800004321"), there.ready.partner
    visitor = Client()
    visitor.force_login(partner)
    page = reverse("calendars:resident", args=[person.pk])
    for key in ("one-press-of-a-key-1", "one-press-of-a-key-1", "one-press-of-a-key-2"):
        assert visitor.post(f"{page}send/", {"key": key}).status_code == 303
    old, new = CalendarFeed.objects.order_by("made_at")
    assert [asked(each).status_code for each in (old, new)] == [404, 200]
    shown = visitor.get(page).content.decode()
    assert person.full_name in shown
    assert address_of(new) not in shown
    notice = Notice.objects.filter(template="calendar_address").latest("created_at")
    assert "link" not in notice.params
    assert visitor.post(f"{page}end/", {"key": "one-press-of-a-key-3"}).status_code == 303
    assert asked(new).status_code == 404
    assert visitor.post(f"{page}end/", {"key": "one-press-of-a-key-4"}).status_code == 303
    assert StatusChange.objects.filter(object_id=str(new.pk)).count() == 2


def test_it_is_sent_to_nobody_without_a_phone_who_has_died_or_is_of_another_station():
    there = clinic()
    person, gone = patient(there.ready, phone=""), resident("王五", there.ready.station, phone="13800001111")
    with pytest.raises(PhoneMissing):
        services.send_feed(person=person, by=there.ready.partner, at=now())
    record_death(person=gone, died_date=day_in(there.hospital.zone, now()) - DAY, by=there.ready.partner, at=now())
    gone.refresh_from_db()
    with pytest.raises(PersonGone):
        services.send_feed(person=gone, by=there.ready.partner, at=now())
    near = patient(there.ready, phone="13800004321")
    path = f"/api/v1/calendars/{near.pk}/send/"
    stranger, neighbour = partner_of(StationFactory()), partner_of(StationFactory(county=there.ready.station.county))
    assert send(api_client(stranger), path).status_code == 404
    assert send(api_client(neighbour), path).status_code == 403
    assert send(api_client(helper_of(there.ready.station)), path).status_code == 200
    assert CalendarFeed.objects.count() == 1


def test_a_doctor_subscribes_to_the_own_clinics_and_sees_the_days_away_as_cancelled():
    there = clinic()
    user = nurse_of(there.hospital, role="doctor")
    client = api_client(user)
    assert send(client, "/api/v1/own-calendar/").json()["code"] == "no_own_file"
    user.person = resident("周明远", there.ready.station)
    user.save(update_fields=["person"])
    Resource.objects.filter(pk=there.doctor.resource_id).update(person=user.person)
    address = send(client, "/api/v1/own-calendar/").json()["address"]
    assert client.get("/api/v1/own-calendar/").json()["address"] == address
    feed = standing_feed(user.person)
    [event] = events(feed)[1].values()
    assert (event["dtstart"].dt, str(event["status"])) == (there.session.starts_at, "CONFIRMED")
    day = there.session.local_date
    mark_doctor_away(doctor=there.doctor, first_date=day, last_date=day, reason_code="ill", by=user, at=now())
    [event] = events(feed)[1].values()
    assert (str(event["status"]), int(event["sequence"])) == ("CANCELLED", 1)
    assert send(client, "/api/v1/own-calendar/end/").json()["address"] is None
    assert asked(feed).status_code == 404


def test_one_reads_makes_and_ends_the_own_address_on_a_page(client):
    station = StationFactory()
    user = partner_of(station)
    client.force_login(user)
    page = reverse("calendars:own")
    assert client.post(page, {"key": "a-key-of-one-press-0"}).status_code == 409
    user.person = resident("张三", station)
    user.save(update_fields=["person"])
    assert client.post(page, {"key": "a-key-of-one-press-1"}).status_code == 303
    feed = standing_feed(user.person)
    assert address_of(feed) in client.get(page).content.decode()
    assert client.get(reverse("calendars:qr", args=[token_of(feed)]))["Content-Type"] == "image/svg+xml"
    assert client.post(reverse("calendars:end_own"), {"key": "a-key-of-one-press-2"}).status_code == 303
    assert standing_feed(user.person) is None


def test_what_was_booked_under_a_merged_record_stands_in_the_calendar():
    there = clinic()
    kept, gone = resident("陈玉梅", there.ready.station, phone="13800004321"), patient(there.ready, "陈玉美")
    registered(there, gone)
    feed = sent(kept, there.ready.partner)
    assert events(feed)[1] == {}
    manager = county_manager_of(there.ready.station.county)
    row = propose_merge(keep=kept, merge=gone, actor=manager, at=now(), reason="同一个人")
    merge_persons(merge=row, actor=county_manager_of(there.ready.station.county), at=now())
    assert len(events(feed)[1]) == 1


def test_a_person_has_one_address_and_none_is_rewritten():
    there = clinic()
    feed = sent(patient(there.ready, phone="13800004321"), there.ready.partner)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarFeed.objects.create(person=feed.person, ref="AAAAAAAA", made_by=UserFactory(), made_at=now())
    with pytest.raises(DatabaseError), transaction.atomic():
        CalendarFeed.objects.filter(pk=feed.pk).update(ref="BBBBBBBB")


def test_a_wrong_token_is_not_found():
    for token in ("A" * 20, "short", "A" * 200):
        assert Client().get(reverse("calendars:feed", args=[token])).status_code == 404


def test_one_appointment_is_downloaded_by_its_station_alone_and_taken_out_of_a_calendar_once_it_is_cancelled(client):
    there = clinic(sensitivity="restricted")
    appointment, by = registered(there), there.ready.partner
    page = reverse("appointments:event", args=[appointment.pk])
    client.force_login(partner_of(StationFactory(county=there.ready.station.county)))
    assert client.get(page).status_code == 404
    client.force_login(by)
    calendar = Calendar.from_ical(client.get(page).content)
    [event] = calendar.walk("VEVENT")
    assert (str(calendar["METHOD"]), str(event["STATUS"])) == ("PUBLISH", "CONFIRMED")
    assert event.decoded("DTSTART") == appointment.booking.slot.starts_at
    assert calendar.walk("VTIMEZONE")
    assert "心内科" not in client.get(page).content.decode()
    cancel_appointment(appointment=appointment, reason=Reason.NOT_NEEDED, by=by, at=now())
    ended = Calendar.from_ical(client.get(page).content)
    assert (str(ended["METHOD"]), str(ended.walk("VEVENT")[0]["UID"])) == ("CANCEL", str(event["UID"]))
