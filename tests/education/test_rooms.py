"""A teacher teaches many rooms at once: each with an adult, and only minutes in which it saw the teacher count."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now

from core.errors import Refused, WrongState
from core.fields import uuid7
from education.courses import services
from education.courses.console import CONSOLE
from education.courses.display import why_missed
from education.courses.queries import linked_rooms, minutes_of, sessions_of
from education.models import BroadcastLink, ClassRun, ClassSession, Vetting
from education.safeguarding.services import AdultNeeded
from stations.accounts.models import User
from tests.factories.education import begun, class_at, course_of, learner_of
from tests.factories.finance import switch_on
from tests.factories.people import resident
from tests.factories.stations import (
    PostFactory,
    StationFactory,
    UserFactory,
    api_client,
    county_manager_of,
    helper_of,
    partner_of,
    send,
)
from tests.races import together

SECOND, MINUTE, DAY = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(days=1)


def broadcast_at(station, minutes=(40,)) -> ClassRun:
    return class_at(station, course=course_of(station.county, minutes=minutes), mode="broadcast")


def joined(run, station):
    switch_on(station, "super_classroom")
    return services.join_broadcast(run=run, station=station, seats=5, by=partner_of(station), at=now())


def refused(act, **given):
    with pytest.raises(Refused) as caught, transaction.atomic():
        act(**given)
    return caught.value.code


@pytest.mark.django_db
def test_stations_of_the_county_join_a_broadcast_once_with_rooms_and_seats_of_their_own(client):
    station = StationFactory()
    beside, far = StationFactory(county=station.county), StationFactory()
    run = broadcast_at(station)
    partner = partner_of(beside)
    switch_on(beside, "super_classroom")
    client.force_login(partner)
    page = reverse("courses:join-broadcast")
    assert client.get(page).context["has_broadcasts"]
    assert client.post(page, {"broadcast": run.pk, "seats": 5, "key": uuid7().hex}).status_code == 303
    room = ClassRun.objects.get(station=beside)
    assert (room.broadcast, room.seats, room.teacher, room.mode) == (run, 5, run.teacher, "broadcast")
    starts = [[each.slot.starts_at for each in sessions_of(each_run)] for each_run in (run, room)]
    assert starts[0] == starts[1]
    assert not client.get(page).context["has_broadcasts"]
    path = f"/api/v1/stations/{beside.code}/broadcast-rooms/"
    assert send(api_client(partner), path, broadcast=str(run.pk), seats=5).json()["code"] == "already_joined"
    about = {"seats": 5, "by": partner, "at": now()}
    switch_on(far, "super_classroom")
    assert refused(services.join_broadcast, run=run, station=far, **about) == "broadcast_elsewhere"
    alone = class_at(StationFactory(county=station.county))
    assert refused(services.join_broadcast, run=alone, station=beside, **about) == "not_a_broadcast"
    with pytest.raises(IntegrityError, match="room_joins_a_broadcast"), transaction.atomic():
        ClassRun.objects.filter(pk=alone.pk).update(broadcast=run)


@pytest.mark.django_db
def test_e12_minutes_count_while_the_room_saw_its_teacher_united_with_what_was_watched_later():
    run = broadcast_at(StationFactory())
    throughout, late = learner_of(run).learner, learner_of(run).learner
    session = begun(run)
    begins, helper = session.slot.starts_at, helper_of(run.station)
    marks = [
        services.Mark(uuid7(), throughout.pk, "present", begins),
        services.Mark(uuid7(), late.pk, "late", begins, from_at=begins + 10 * MINUTE),
    ]
    services.call_roll(session=session, marks=marks, by=helper, at=begins)
    services.see_link(session=session, by=helper, at=begins)
    for _again in range(2):
        services.lose_link(session=session, by=helper, at=begins + 20 * MINUTE)
    services.see_link(session=session, by=helper, at=begins + 25 * MINUTE + 30 * SECOND)
    services.close_class_session(session=session, by=helper, at=session.slot.ends_at)
    assert minutes_of(run) == {throughout.pk: 34, late.pk: 24}
    with pytest.raises(WrongState):
        services.see_link(session=session, by=helper, at=session.slot.ends_at)
    never_seen = begun(broadcast_at(StationFactory()))
    child = learner_of(never_seen.run).learner
    mark = services.Mark(uuid7(), child.pk, "present", never_seen.slot.starts_at)
    services.call_roll(session=never_seen, marks=[mark], by=helper, at=never_seen.slot.starts_at)
    services.close_class_session(session=never_seen, by=helper, at=never_seen.slot.ends_at)
    assert minutes_of(never_seen.run).get(child.pk, 0) == 0


@pytest.mark.django_db
def test_a_silent_device_lost_its_link_when_it_last_spoke_and_stretches_never_overlap():
    session = begun(broadcast_at(StationFactory()))
    begins, helper = session.slot.starts_at, helper_of(session.run.station)
    for seconds in (0, 15, 30, 120, 135):
        services.see_link(session=session, by=helper, at=begins + seconds * SECOND, by_device=True)
    links = [(link.from_at - begins, link.to_at and link.to_at - begins) for link in session.links.order_by("from_at")]
    assert links == [(0 * SECOND, 30 * SECOND), (120 * SECOND, None)]
    with pytest.raises(IntegrityError, match="room_has_one_link_at_a_time"), transaction.atomic():
        BroadcastLink.objects.create(session=session, from_at=begins, seen_at=begins, by_device=False)
    at = begins + 10 * MINUTE
    assert [services.close_rooms(at=at) for _again in range(2)] == [1, 0]
    assert BroadcastLink.objects.get(from_at=begins + 120 * SECOND).to_at == begins + 135 * SECOND
    another = begun(broadcast_at(StationFactory()))
    device = api_client(helper_of(another.run.station))
    path = f"/api/v1/class-sessions/{another.pk}/beat/"
    assert send(device, path).json()["links"][-1]["to_at"] is None
    assert send(device, path.replace("beat", "link-lost")).json()["links"][-1]["to_at"] is not None
    assert send(api_client(partner_of(StationFactory())), path).status_code == 404


@pytest.mark.django_db
def test_what_a_device_said_before_the_link_was_lost_changes_nothing_and_its_silence_counts_after_a_press():
    session = begun(broadcast_at(StationFactory()))
    begins, helper = session.slot.starts_at, helper_of(session.run.station)

    def see(seconds, *, by_device=True):
        services.see_link(session=session, by=helper, at=begins + seconds * SECOND, by_device=by_device)

    see(0, by_device=False)
    for seconds in (15, 30):
        see(seconds)
    services.lose_link(session=session, by=helper, at=begins + 40 * SECOND)
    see(39)
    see(60, by_device=False)
    see(70)
    services.close_class_session(session=session, by=helper, at=session.slot.ends_at)
    links = [((link.from_at - begins).seconds, (link.to_at - begins).seconds) for link in session.links.order_by("pk")]
    assert links == [(0, 15), (15, 40), (60, 70), (70, 70)]


@pytest.mark.django_db
def test_the_page_of_a_lesson_lets_a_device_report_and_offers_the_press_again_once_the_device_is_silent(client):
    session, last = begun(broadcast_at(StationFactory())), now() - MINUTE
    helper = helper_of(session.run.station)
    services.see_link(session=session, by=helper, at=last, by_device=True)
    client.force_login(helper)
    here, beat = (reverse(name, args=[session.pk]) for name in ("courses:lesson", "api-class-session-beat"))
    page = client.get(here)
    assert (page.context["lose"], page.context["see"] is None, page.context["links"]) == (None, False, [(last, last)])
    assert send(api_client(helper), beat).status_code == 200
    page = client.get(here)
    assert (page.context["see"], page.context["links"][-1][1]) == (None, None)
    assert f'data-beat="{beat}"' in page.content.decode()
    services.close_class_session(session=session, by=helper, at=session.slot.ends_at)
    assert "data-beat" not in client.get(here).content.decode()


@pytest.mark.django_db
def test_teacher_and_county_see_which_rooms_are_open_and_nobody_who_learns_there(client):
    station = StationFactory()
    run = broadcast_at(station)
    room = joined(run, StationFactory(county=station.county))
    child = learner_of(run).learner
    session = begun(run)
    at, helper = session.slot.starts_at + MINUTE, helper_of(station)
    stranger = resident("路人", station, birth_date=dt.date(1980, 1, 1), birth_precision="day")
    with pytest.raises(AdultNeeded):
        services.open_class_session(session=room.sessions.get(), adult=stranger, by=partner_of(room.station), at=at)
    teacher: User = UserFactory(person=run.teacher)
    PostFactory(user=teacher, role="teacher", division=station.county)
    manager = county_manager_of(station.county)
    need = next(each for each in CONSOLE.needs if each.name == "courses.rooms")
    dark = [set(need.rows(user=user, at=at).values_list("pk", flat=True)) for user in (teacher, manager)]
    assert dark == [{session.pk, room.sessions.get().pk}] * 2
    services.see_link(session=session, by=helper, at=at)
    assert list(need.rows(user=teacher, at=at)) == [room.sessions.get()]
    assert not need.rows(user=county_manager_of(StationFactory().county), at=at).exists()
    assert linked_rooms(list(ClassSession.objects.all()), at=at) == {session.pk}
    for user in (teacher, manager):
        client.force_login(user)
        page = client.get(reverse("courses:rooms") + "?state=ahead").content.decode()
        assert (station.name in page, room.station.name in page, child.full_name in page) == (True, True, False)
    client.force_login(helper)
    here = reverse("courses:lesson", args=[session.pk])
    assert client.get(here).context["see"] is None
    key = client.get(here).context["lose"]["key"].value()
    assert client.post(f"{here}lose/", {"key": key}).status_code == 303


@pytest.mark.django_db
def test_a_room_in_which_no_lesson_took_place_says_why(client):
    station = StationFactory()
    run = broadcast_at(station)
    rooms = [joined(run, StationFactory(county=station.county)) for _each in range(2)]
    learner_of(rooms[0])
    later = broadcast_at(StationFactory(county=station.county))
    learner_of(later)
    Vetting.objects.filter(person=later.teacher, kind="identity").update(status="revoked")
    over = run.sessions.get().slot.ends_at + 31 * MINUTE
    services.end_sessions(at=over)
    with translation.override("en"):
        rows = why_missed(list(ClassSession.objects.all()))
    told = {ClassSession.objects.get(pk=pk).run: words.partition(": ")[2] for pk, words in rows.items()}
    assert told == {
        run: "no one was enrolled",
        rooms[0]: "no one at the station began it",
        rooms[1]: "no one was enrolled",
        later: "the teacher’s checks had ended",
    }
    manager = county_manager_of(station.county)
    client.force_login(manager)
    with translation.override(manager.language):
        words = set(why_missed(list(ClassSession.objects.all())).values())
    page = client.get(reverse("courses:rooms") + "?state=over").content.decode()
    assert {each for each in words if each in page} == words


@pytest.mark.usefixtures("own_database")
def test_two_devices_of_one_room_at_once_keep_one_link():
    session = begun(broadcast_at(StationFactory()))
    at, helper = session.slot.starts_at, helper_of(session.run.station)
    about = {"session": session, "by": helper, "at": at, "by_device": True}
    together(*[lambda: services.see_link(**about)] * 3)
    assert BroadcastLink.objects.filter(session=session).count() == 1
