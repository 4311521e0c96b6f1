"""Harvests, boxes, roll calls, calls home and tutoring of a played day, and what the judge says of them."""

import datetime as dt
from typing import Any

import pytest
from django.utils.timezone import now

from core.models import Notice
from core.notices.services import message_of
from ecomnet.simulation.acts.calls import book_call, book_one_time_twice, end_calls
from ecomnet.simulation.acts.classes import call_the_roll
from ecomnet.simulation.acts.presales import give_boxes_up, order_boxes
from ecomnet.simulation.acts.produce import bring_harvest
from ecomnet.simulation.acts.tutoring import book_lessons, book_one_lesson_twice, end_lessons, hold_lesson
from ecomnet.simulation.client import Client
from ecomnet.simulation.company import code_in
from education.courses.services import open_class_session
from education.models import AttendanceRecord, ClassRun
from orders.models import Intake
from stations.models import Person
from stations.people.queries import confirmed_guardians
from tests.ecomnet.test_day_trades import arrival, counter_of, kinds
from tests.factories.calls import booth_at, call_of, parent_of
from tests.factories.education import child_of, class_at, learner_of
from tests.factories.finance import desk, fill
from tests.factories.presales import fair, opened
from tests.factories.produce import example_b
from tests.factories.stations import token_for
from tests.factories.tutoring import booked, learner_at, money_for_learning, tutor_of
from tests.finance.auditing import findings


class Phones:
    """What the notices of the system say on a phone, at once."""

    def messages(self, phone: str) -> list[dict[str, Any]]:
        return [{"our_ref": str(row.our_ref), **message_of(row.our_ref)} for row in self._to(phone)]

    def code_on(self, phone: str, template: str, *, known: set[str], within: float) -> str:
        texts = [row for row in self._to(phone) if row.template == template and str(row.our_ref) not in known]
        return code_in(message_of(texts[0].our_ref)["text"]) if texts else ""

    @staticmethod
    def _to(phone: str) -> list[Notice]:
        return [row for row in Notice.objects.order_by("-pk") if message_of(row.our_ref)["phone"] == phone]


def guardian_of(run: ClassRun) -> Person:
    """Of the first child of a class."""
    [guardian] = confirmed_guardians(run.enrolments.order_by("pk")[0].learner, run.starts_date)[:1]
    return guardian


@pytest.fixture
def harvest(own_database):
    """A county with a presale, its counter and the clerk's phone."""
    ready = fair()
    opened(ready)
    counter = counter_of(ready)
    counter.company = Phones()
    counter.clerk = Client(counter.partner.http, counter.diary, token=token_for(ready.clerk), name=ready.clerk.username)
    return ready, counter


def test_a_harvest_is_agreed_graded_again_or_taken_home_and_a_gram_less_is_found(harvest):
    (ready, counter), began = harvest, now()
    for luck in (4, 3, 7):
        bring_harvest(counter, arrival(luck, luck=luck))
    assert [case.end for case in counter.diary.cases] == ["done", "done", "cancelled"]
    assert sorted(Intake.objects.values_list("status", "round")) == [("accepted", 1), ("accepted", 2), ("rejected", 1)]
    assert {code for _operation, code in counter.diary.refusals} == {"code_wrong", "same_grader"}
    assert counter.diary.troubles == []
    assert kinds(counter, [ready.partner.pk], since=began) == []
    counter.diary.cases[0].about["taken"] += 1
    assert kinds(counter, [ready.partner.pk], since=began) == ["lost"]
    counter.diary.cases.pop()
    assert kinds(counter, [ready.partner.pk], since=began) == ["lost", "lost"]


def test_an_advance_leaves_the_drawer_once_and_one_that_the_counter_does_not_know_is_found(harvest):
    ready, counter = harvest
    example_b(ready)
    fill(ready, ready.till_key, 200_00)
    counter.drawer, began = 200_00, now()
    for luck in (4, 3):
        bring_harvest(counter, arrival(luck, luck=luck))
    first, second = counter.diary.cases
    assert (first.about["advance"], second.about["advance"]) == (56_70, 0)
    assert (counter.drawer, ready.holds(ready.till_key)) == (143_30, 143_30)
    assert ("pay an advance", "code_wrong") in counter.diary.refusals
    assert counter.diary.troubles == []
    assert kinds(counter, [ready.partner.pk], since=began) == []
    assert findings() == []
    first.about["advance"] = 0
    assert kinds(counter, [ready.partner.pk], since=began) == ["doubled"]


def test_boxes_are_paid_once_and_owed_back_once_whoever_presses(harvest):
    (ready, counter), began = harvest, now()
    for luck in (1, 2):
        order_boxes(counter, arrival(luck, luck=luck))
    assert counter.drawer == (2 + 3) * 39_00
    give_boxes_up(counter, arrival(3))
    [press] = counter.owed
    assert press.total == "78.00"
    assert counter.diary.troubles == []
    assert kinds(counter, [ready.partner.pk], since=began) == []
    assert findings() == []
    counter.diary.cases[0].back = 0
    counter.diary.cases.pop()
    assert sorted(kinds(counter, [ready.partner.pk], since=began)) == ["doubled", "lost"]


def test_two_who_call_a_roll_lose_no_mark_and_the_corrected_one_counts(own_database):
    ready, began = desk(), now()
    run = class_at(ready.station)
    for _number in range(3):
        learner_of(run)
    session = run.sessions.order_by("slot__starts_at")[0]
    adult = guardian_of(run)
    open_class_session(session=session, adult=adult, by=ready.partner, at=session.slot.starts_at)
    counter = counter_of(ready)
    call_the_roll(counter, arrival(1))
    call_the_roll(counter, arrival(2))
    [case] = counter.diary.cases
    counting = AttendanceRecord.objects.filter(is_current=True)
    assert sorted(counting.values_list("presence", flat=True)) == ["absent", "present", "present"]
    assert counter.diary.troubles == []
    assert kinds(counter, [ready.partner.pk], since=began) == []
    case.about[next(learner for learner, presence in case.about.items() if presence == "absent")] = "present"
    assert kinds(counter, [ready.partner.pk], since=began) == ["lost"]


def test_a_time_of_the_booth_is_promised_to_one_child_and_calls_that_are_given_up_end(own_database):
    ready = desk()
    at = now()
    booth_at(ready.station, at=at, opens_at=dt.time(8), closes_at=dt.time(20))
    for number in range(2):
        contact = parent_of(child_of(ready.station), phone=f"+24492312010{number}", at=at)
        call_of(contact, at=at, key=f"before-{number}")
    began, counter = now(), counter_of(ready)
    users = list(ready.station.posts.values_list("user", flat=True))
    book_call(counter, arrival(1))
    book_one_time_twice(counter, arrival(2, luck=8))
    assert len(counter.diary.cases) == 2
    end_calls(counter)
    assert [case.end for case in counter.diary.cases] == ["cancelled", "done"]
    assert counter.diary.troubles == []
    assert kinds(counter, users, since=began) == []
    counter.diary.cases[0].end = "done"
    assert kinds(counter, users, since=began) == ["lost"]


def test_lessons_with_a_tutor_are_booked_once_given_up_or_held_with_an_adult_and_owed_once(own_database, monkeypatch):
    ready = desk()
    tutor = tutor_of(ready.station)
    held, _other = (booked(tutor, learner_at(ready.station), days=2 + number) for number in range(2))
    money_for_learning(ready.station, 100_00)
    began, counter = now(), counter_of(ready)
    login = tutor.login
    counter.tutor = Client(counter.partner.http, counter.diary, token=token_for(login), name=login.username)
    users = list(ready.station.posts.values_list("user", flat=True))
    book_lessons(counter, arrival(1))
    book_one_lesson_twice(counter, arrival(2, luck=8))
    hold_lesson(counter, arrival(3))
    assert len(counter.diary.cases) == 4
    its_hour = held.booking.slot.starts_at + dt.timedelta(minutes=5)
    with monkeypatch.context() as clock:
        for module in ("core.api", "ecomnet.simulation.acts.tutoring"):
            clock.setattr(f"{module}.now", lambda: its_hour)
        hold_lesson(counter, arrival(4))
    end_lessons(counter)
    assert counter.diary.troubles == []
    assert [case.end for case in counter.diary.cases] == ["cancelled", "", "cancelled", "", "done"]
    assert counter.diary.cases[-1].about["stipend"] == "22.58"
    assert (kinds(counter, users, since=began), findings()) == ([], [])
    counter.diary.cases[-1].about["stipend"] = "22.59"
    counter.diary.cases.pop(0)
    assert kinds(counter, users, since=began) == ["lost", "lost"]
