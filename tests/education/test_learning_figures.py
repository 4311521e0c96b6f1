"""Learning in numbers: what the county reads of lessons, attendance, calls home and books, without a name."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from core.fields import uuid7
from education.courses.services import Mark, call_roll, close_class_session
from education.figures.months import charts_of, months_of
from education.hotlines.queries import SMALL, silent_children
from education.libraries.services import lend_copy
from education.models import CallContact, Caller
from tests.factories.calls import booth_at, parent_of
from tests.factories.education import begun, books, child_of, class_at, learner_of, library_at
from tests.factories.people import merged
from tests.factories.stations import StationFactory, county, county_manager_of, helper_of, partner_of

pytestmark = pytest.mark.django_db


def marked(lesson, presences):
    """The roll of a lesson, learner by learner, and its end."""
    seats, at = lesson.run.enrolments.order_by("requested_at"), lesson.slot.starts_at
    marks = [Mark(uuid7(), seat.learner_id, presence, at) for seat, presence in zip(seats, presences, strict=True)]
    call_roll(session=lesson, marks=marks, by=partner_of(lesson.run.station), at=at)
    close_class_session(session=lesson, by=partner_of(lesson.run.station), at=lesson.slot.ends_at)


def test_the_county_reads_lessons_attendance_from_ten_learners_on_silent_children_and_books_and_no_name(client):
    station = StationFactory()
    run = class_at(station, starts=[now() + dt.timedelta(minutes=each) for each in (1, 50)])
    for _each in range(SMALL):
        learner_of(run)
    library, child = library_at(station), run.enrolments.first().learner
    lend_copy(copy=books(library)[0], borrower=child, library=library, by=partner_of(station), at=now())
    elsewhere = StationFactory()
    marked(begun(class_at(elsewhere)), [])
    marked(begun(run), ["present"] * 6 + ["late", "excused", "absent", "absent"])
    manager = county_manager_of(station.county)
    first, second = (each.slot.ends_at for each in run.sessions.order_by("slot__starts_at"))
    months = months_of(manager, first)
    assert (months[-1].month, months[-1].lessons, months[-1].attendance) == (localdate(first).replace(day=1), 1, 70)
    assert sum(each.lent for each in months) == 1
    marked(begun(run, number=1), ["absent"] * SMALL)
    is_same_month = localdate(first).month == localdate(second).month
    assert months_of(manager, second)[-1].attendance == (35 if is_same_month else 0)
    client.force_login(manager)
    page = client.get(reverse("learning:figures")).content.decode()
    assert page.count('<figure class="chart"') == 3, "of the calls, who are few, there is no bar"
    assert child.full_name not in page
    lines = client.get(reverse("learning:figures"), {"csv": 1}).content.decode().removeprefix("\ufeff").splitlines()
    newest = months_of(manager, now())[-1]
    assert (len(lines), lines[1].split(",")[1:3]) == (13, [str(newest.lessons), newest.attendance_words])
    client.force_login(helper_of(station))
    assert client.get(reverse("learning:figures")).status_code == 403


def test_children_without_a_call_are_counted_at_the_end_of_each_month_and_few_are_not_told():
    station = StationFactory()
    booth_at(station)
    manager, at = county_manager_of(station.county), now()
    contact = parent_of(child_of(station))
    long_ago = at - dt.timedelta(days=100)
    CallContact.objects.update(verified_at=long_ago)
    Caller.objects.update(silent_since=long_ago)
    children = [child_of(station, guardian=False) for _each in range(SMALL - 1)]
    copies = [(child, CallContact.objects.get(pk=contact.pk)) for child in children]
    for child, copy in copies:
        copy.pk, copy.id, copy.child, copy._state.adding = None, uuid7(), child, True
        copy.save(force_insert=True)
        Caller.objects.create(child=child, silent_since=long_ago)
    months = months_of(manager, at)
    assert [each.silent for each in months[-3:]] == [SMALL] * 3
    assert [each.silent for each in months[:-5]] == [0] * (len(months) - 5), "nobody was on a list"
    assert silent_children(manager, at=at).value == months[-1].silent_words
    CallContact.objects.filter(pk=contact.pk).update(is_active=False, ended_at=at)
    few = months_of(manager, at)
    assert few[-1].silent_words == f"<{SMALL}"
    assert next(chart for chart in charts_of(few) if chart.id == "calls").values[-1] == 0
    merged(children[1], children[0])
    merged(children[2], children[1])
    assert months_of(manager, at)[-1].silent == SMALL - 1 - 2, "three records of one child, merged one after the other"


def test_a_county_without_stations_reads_that_there_is_nothing_yet(client):
    client.force_login(county_manager_of(county()))
    page = client.get(reverse("learning:figures"))
    assert (page.status_code, page.content.decode().count('<figure class="chart"')) == (200, 0)
    assert client.get(reverse("learning:figures"), {"csv": 1}).content.count(b"\r\n") == 13
