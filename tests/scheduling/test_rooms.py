"""Rooms of a station: booked at home at once, asked for elsewhere, taken by one at a time, and closed."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from icalendar import Calendar

from core.days import day_in, instant_of
from core.models import Notice
from scheduling.bookings.services import SessionStarted, expire_holds
from scheduling.calendars.services import ResourceTaken
from scheduling.feeds.addresses import token_of
from scheduling.feeds.services import end_resource_feed, make_resource_feed
from scheduling.models import Resource, RoomUse
from scheduling.rooms.display import why_cancelled
from scheduling.rooms.queries import free_hours
from scheduling.rooms.services import (
    AlreadyClosed,
    NameTaken,
    NotClosed,
    RoomElsewhere,
    RoomNotLent,
    TooManyRooms,
    accept_use,
    add_room,
    book_room,
    change_use,
    close_room,
    give_up_use,
    lending,
    reject_use,
    reopen_room,
    take_back,
)
from stations.hooks import MOVERS
from tests.factories.scheduling import doctor, session_of
from tests.factories.stations import StationFactory, api_client, helper_of, partner_of, send
from tests.jobs import run_jobs
from tests.races import together

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


class Two:
    """A station that lends two rooms, one of them its classroom, and a neighbour in its county."""

    def __init__(self):
        self.home = StationFactory()
        self.next_door = StationFactory(village=self.home.village, county=self.home.county)
        self.partner, self.neighbour = partner_of(self.home), partner_of(self.next_door)
        self.classroom = doctor(kind="classroom", name="教室", owner_kind="education.classroom", station=self.home)
        self.rooms = add_room(station=self.home, name="活动室", by=self.partner, at=now())
        self.room = Resource.objects.get(kind="meeting_room")
        self.date = day_in(self.home.zone, now()) + 3 * DAY

    def at(self, hour):
        return instant_of(self.home.zone, self.date, dt.time(hour))

    def book(self, hour=9, *, station=None, by=None, key="0123456789abcdef", hours=1, rooms=None):
        return book_room(
            rooms=rooms or self.rooms,
            station=station or self.home,
            starts_at=self.at(hour),
            ends_at=self.at(hour + hours),
            purpose="talk",
            people=20,
            by=by or self.partner,
            at=now(),
            key=key,
        )

    def close(self, room):
        return close_room(
            room=room, starts_at=self.at(8), ends_at=self.at(20), reason="粉刷", by=self.partner, at=now()
        )

    def ask(self, hour=9, key="fedcba9876543210"):
        return self.book(hour, station=self.next_door, by=self.neighbour, key=key)


def again(use):
    return RoomUse.objects.shown().get(pk=use.pk)


def make_path(feed):
    return reverse("calendars:feed", args=[token_of(feed)])


def told(user):
    return list(Notice.objects.filter(user=user.pk).order_by("pk").values_list("template", flat=True))


@pytest.mark.django_db
def test_at_home_a_room_is_booked_at_once_elsewhere_it_is_asked_for_and_both_stations_hear_what_was_decided():
    there = Two()
    own = there.book()
    assert (own.booking.status, there.book().pk, told(there.partner)) == ("booked", own.pk, [])
    asked = there.ask()
    assert (again(asked).booking.status, told(there.partner)) == ("proposed", ["room_asked_for"])
    with pytest.raises(ResourceTaken):
        there.ask(key="f" * 16)
    assert again(accept_use(use=asked, by=there.partner, at=now())).booking.status == "booked"
    declined = there.ask(11, key="d" * 16)
    reject_use(use=declined, reason="体检", by=there.partner, at=now())
    back = there.ask(13, key="b" * 16)
    accept_use(use=back, by=there.partner, at=now())
    hours = {"starts_at": there.at(14), "ends_at": there.at(15)}
    change_use(use=again(back), room=again(back).room.pk, **hours, by=there.partner, at=now())
    with pytest.raises(RoomNotLent):
        change_use(use=again(back), room=session_of(doctor()).resource_id, **hours, by=there.partner, at=now())
    take_back(use=again(back), reason="开会", by=there.partner, at=now())
    assert told(there.neighbour) == ["room_granted", "room_declined", "room_granted", "room_changed", "room_taken_back"]
    assert again(back).booking.comment == "开会"
    with pytest.raises(SessionStarted):
        take_back(use=again(own), reason="开会", by=there.partner, at=there.at(9))
    late = there.ask(16, key="c" * 16)
    assert expire_holds(at=now() + DAY) == 1
    run_jobs(now() + DAY)
    assert (again(late).booking.reason_code, told(there.neighbour)[-1]) == ("hold-expired", "room_not_answered")
    assert why_cancelled(again(late))
    give_up_use(use=own, by=there.partner, at=now())
    assert again(own).booking.cancelled_by == "station"
    elsewhere = StationFactory()
    with pytest.raises(RoomElsewhere):
        there.book(station=elsewhere, by=partner_of(elsewhere))


@pytest.mark.usefixtures("own_database")
def test_of_three_who_press_at_once_for_two_rooms_two_get_one_and_the_same_press_is_one_booking():
    there = Two()
    answers = together(*[lambda key=key: there.book(key=key * 16) for key in "abc"])
    assert answers.count("resource_taken") == 1
    same = together(*[lambda: there.book(15, key="e" * 16)] * 3)
    assert len({each.pk for each in same}) == 1


@pytest.mark.django_db
def test_a_class_and_a_talk_never_meet_and_a_closed_room_is_nobodys_until_it_is_open_again(monkeypatch):
    there = Two()
    session_of(there.classroom, starts_at=there.at(9), ends_at=there.at(11))
    first = there.book()
    assert first.room == there.room
    free = {each.room.name: each.words for each in free_hours(there.rooms, there.date, at=now())}
    assert free == {"教室": "07:00–09:00, 11:00–21:00", "活动室": "07:00–09:00, 10:00–21:00"}
    asked = there.ask(12)
    there.close(asked.room)
    assert (again(asked).booking.status, told(there.neighbour)) == ("cancelled", ["room_taken_back"])
    there.close(there.room)
    with pytest.raises(AlreadyClosed):
        there.close(there.room)
    assert again(first).booking.cancelled_by == "provider"
    with pytest.raises(ResourceTaken):
        there.ask(13, key="d" * 16)
    reopen_room(room=there.classroom, by=there.partner, at=now())
    assert there.ask(13, key="e" * 16).room == there.classroom
    with pytest.raises(NotClosed):
        reopen_room(room=there.classroom, by=there.partner, at=now())
    with pytest.raises(NameTaken):
        add_room(station=there.home, name="活动室", by=there.partner, at=now())
    monkeypatch.setattr(lending, "MOST_ROOMS", 2)
    with pytest.raises(TooManyRooms):
        add_room(station=there.home, name="会议室", by=there.partner, at=now())


@pytest.mark.django_db
def test_a_room_that_is_lent_no_more_is_nobodys_who_had_it_is_told_and_its_name_is_free_again(client):
    there = Two()
    session_of(there.classroom, starts_at=there.at(7), ends_at=there.at(21))
    asked, feed = there.ask(), make_resource_feed(resource=there.room, by=there.partner, at=now())
    assert asked.room == there.room
    client.force_login(there.partner)
    page = reverse("rooms:room", args=[there.room.pk])
    pressed = {"reason": "改作库房", "key": "a" * 32}
    answers = [client.post(f"{page}stop-lending/", pressed) for _press in range(2)]
    assert {(each.status_code, each.url) for each in answers} == {
        (303, reverse("rooms:station", args=[there.rooms.pk]))
    }
    assert (again(asked).booking.comment, told(there.neighbour)) == ("改作库房", ["room_taken_back"])
    shown = client.get(page).content.decode()
    assert ("close/" in shown, client.get(make_path(feed)).status_code) == (False, 404)
    assert [each.room for each in free_hours(there.rooms, there.date, at=now())] == [there.classroom]
    with pytest.raises(ResourceTaken):
        there.ask(key="b" * 16)
    add_room(station=there.home, name="活动室", by=there.partner, at=now())
    assert there.ask(key="c" * 16).room != there.room


@pytest.mark.django_db
def test_the_rooms_of_a_station_that_closes_for_good_are_nobodys_and_it_gives_up_what_it_has_elsewhere(client):
    there = Two()
    asked = there.ask()
    theirs = add_room(station=there.next_door, name="会议室", by=there.neighbour, at=now())
    elsewhere = there.book(15, rooms=theirs)
    for take in MOVERS:
        take(station=there.home, successor=there.next_door, by=there.partner, at=now())
    assert again(asked).booking.cancelled_by == "provider"
    assert (told(there.neighbour)[-1], why_cancelled(again(asked)) != "") == ("room_taken_back", True)
    assert again(elsewhere).booking.cancelled_by == "station"
    assert free_hours(there.rooms, there.date, at=now()) == []
    client.force_login(there.neighbour)
    listed = client.get(reverse("rooms:rooms")).content.decode()
    assert [str(each.pk) in listed for each in (there.rooms, theirs)] == [False, True]


@pytest.mark.django_db
def test_the_calendar_of_a_room_shows_when_it_is_taken_by_whichever_owner_and_nothing_else(client):
    there = Two()
    end_resource_feed(resource=there.classroom, by=there.partner, at=now())
    first = make_resource_feed(resource=there.classroom, by=there.partner, at=now())
    feed = make_resource_feed(resource=there.classroom, by=there.partner, at=now())
    session_of(there.classroom, starts_at=there.at(9), ends_at=there.at(11))
    there.ask(12)
    gone = make_path(first)
    answer = client.get(make_path(feed))
    assert client.get(gone).status_code == 404
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    times = {(each.decoded("dtstart"), str(each["status"])) for each in events}
    assert times == {(there.at(9), "CONFIRMED"), (there.at(12), "TENTATIVE")}
    text = answer.content.decode()
    assert not {each for each in ("讲座", "talk", str(there.next_door)) if each in text}
    assert "BEGIN:VTIMEZONE" in text
    assert "BEGIN:VALARM" not in text


@pytest.mark.django_db
def test_partners_book_and_answer_on_their_pages_and_over_the_api_and_strangers_find_nothing(client):
    there = Two()
    client.force_login(there.neighbour)
    page = reverse("rooms:station", args=[there.rooms.pk])
    shown = client.get(f"{page}?day={there.date}").content.decode()
    in_chinese = {"headers": {"accept-language": "zh-hans"}}
    assert "空闲</span>" in client.get(f"{page}?day={there.date}", **in_chinese).content.decode()
    assert "07:00–21:00" in shown
    typed = {"date": there.date, "opens": "09:00", "closes": "10:00", "purpose": "talk", "people": 20, "key": "a" * 32}
    answer = client.post(f"{page}book/", typed)
    use = RoomUse.objects.shown().get()
    assert (answer.status_code, use.booking.status) == (303, "proposed")
    refused = client.post(f"{page}book/", typed | {"closes": "08:00", "key": "b" * 32})
    assert (refused.status_code, "07:00" in refused.content.decode()) == (422, True)
    far = {"starts_at": "0001-02-01T01:00:00Z", "ends_at": "0001-02-01T02:00:00Z", "purpose": "talk", "people": 20}
    api = f"/api/v1/station-rooms/{there.rooms.pk}/"
    assert [client.get(f"{page}?day={day}").status_code for day in ("0001-01-01", "9999-12-31", "x")] == [200] * 3
    assert client.post(f"{page}book/", typed | {"date": "0001-01-01", "key": "e" * 32}).status_code == 422
    assert send(api_client(there.neighbour), f"{api}book/", **far).status_code == 400
    assert api_client(there.neighbour).get(f"{api}?day=0001-01-01").status_code == 400
    own = reverse("rooms:use", args=[use.pk])
    assert client.post(f"{own}accept/", {"key": "c" * 32}).status_code in {403, 404}
    client.force_login(there.partner)
    asked = client.get(own, **in_chinese).content.decode()
    assert f"{own}accept/" in asked
    assert "不同意</span>" in asked
    client.post(f"{own}accept/", {"key": "d" * 32})
    assert again(use).booking.status == "booked"
    for url in (reverse("rooms:uses"), reverse("rooms:rooms"), page, reverse("rooms:room", args=[there.room.pk])):
        with CaptureQueriesContext(
            connection,
        ) as sent:
            assert client.get(url).status_code == 200
        assert len(sent) <= 30
    last = there.date + 14 * DAY
    shut = {"date": there.date + DAY, "last_date": last, "opens": "07:00", "closes": "21:00", "reason": "粉刷"}
    room = reverse("rooms:room", args=[there.room.pk])
    assert client.post(f"{room}close/", shut | {"key": "f" * 32}).status_code == 303
    closed = there.room.exceptions.get()
    assert (day_in(there.home.zone, closed.starts_at), day_in(there.home.zone, closed.ends_at)) == (shut["date"], last)
    where = f"/api/v1/room-uses/{use.pk}"
    moved = {"room": str(there.classroom.pk), "starts_at": there.at(10), "ends_at": there.at(12)}
    changed = send(api_client(there.partner), f"{where}/change/", **moved).json()
    assert (changed["name"], changed["status"]) == ("教室", "booked")
    free = api_client(there.neighbour).get(f"/api/v1/station-rooms/{there.rooms.pk}/?day={there.date}").json()
    assert [each["hours"] for each in free["results"]] == [
        [["07:00", "10:00"], ["12:00", "21:00"]],
        [["07:00", "21:00"]],
    ]
    stranger = partner_of(StationFactory())
    assert send(api_client(stranger), f"{where}/give-up/").status_code == 404
    assert api_client(stranger).get(f"/api/v1/station-rooms/{there.rooms.pk}/").status_code == 404
    assert send(api_client(helper_of(there.home)), f"{where}/accept/").status_code == 403
    assert send(api_client(there.neighbour), f"{where}/give-up/").json()["status"] == "cancelled"
