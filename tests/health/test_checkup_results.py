"""Results: what they mean for whom, twice, late and from two tablets, from a file; and what is urgent."""

import datetime as dt
import itertools
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from core.days import day_in
from core.errors import WrongState
from core.history import changes_of
from core.models import Notice
from health.checkups.judging import meaning_for
from health.checkups.models import CareTask, CheckupItem, CheckupOrder, CheckupReport, CheckupResult
from health.checkups.queries import orders
from health.checkups.services import (
    FileFaulty,
    Limits,
    chase_reports,
    chase_tasks,
    complete_task,
    propose_range,
    record_result_file,
    revoke_order,
    roster_eligible,
)
from stations.people.models import Consent, Person
from stations.people.services import withdraw_consent
from tests.factories.checkups import DAYS, ELDER, checkup_place, counting, package_in_use
from tests.factories.health import clinic as hospital_of
from tests.factories.health import nurse_of
from tests.factories.stations import UserFactory

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def codes(verdicts):
    return [each.refusal.code if each.refusal else each.outcome for each in verdicts]


def meaning(item, value, *, sex="female", age=70, laboratory="", package=None):
    row = CheckupItem.objects.get(package=package or package_in_use(), code=item)
    found = meaning_for(Decimal(value), row.ranges.all(), sex=sex, age=age, laboratory=laboratory)
    return str(found.flag)


def test_a_value_means_what_the_range_of_sex_age_and_laboratory_says_at_each_threshold():
    for item, value, about, expected in [
        ("glucose", "3.90", {}, "N"),
        ("glucose", "3.89", {}, "L"),
        ("glucose", "2.81", {}, "L"),
        ("glucose", "2.80", {}, "LL"),
        ("glucose", "6.10", {}, "N"),
        ("glucose", "6.11", {}, "H"),
        ("glucose", "16.69", {}, "H"),
        ("glucose", "16.70", {}, "HH"),
        ("systolic", "179", {}, "H"),
        ("systolic", "180", {}, "HH"),
        ("haemoglobin", "120", {}, "N"),
        ("haemoglobin", "120", {"sex": "male"}, "L"),
        ("creatinine", "100", {"sex": "male", "age": 59}, "H"),
        ("creatinine", "100", {"sex": "male", "age": 60}, "N"),
        ("creatinine", "100", {"sex": "male", "age": None}, ""),
        ("creatinine", "100", {"sex": "unknown"}, ""),
        ("creatinine", "529", {"sex": "unknown"}, ""),
        ("creatinine", "530", {"sex": "unknown"}, "HH"),
        ("height", "160", {}, ""),
        ("sight_left", "0.49", {}, "L"),
    ]:
        assert meaning(item, value, **about) == expected, (item, value, about)
    limits = Limits(low=Decimal("4"), high=Decimal("5.8"))
    draft = propose_range(
        package=package_in_use(), item="glucose", laboratory="LAB1", limits=limits, by=UserFactory(), at=now()
    )
    assert [meaning("glucose", "6.0", package=draft, laboratory=each) for each in ("LAB1", "LAB2")] == ["H", "N"]
    assert [meaning("glucose", each, package=draft, laboratory="LAB1") for each in ("2.80", "16.70")] == ["LL", "HH"]
    limits = Limits(low=Decimal("120"), high=Decimal("160"))
    draft = propose_range(
        package=draft, item="haemoglobin", laboratory="LAB1", limits=limits, by=draft.proposed_by, at=now()
    )
    assert meaning("haemoglobin", "60", package=draft, laboratory="LAB1") == "LL"


def test_the_range_of_the_day_is_copied_on_the_result_and_age_is_that_of_the_day():
    there = checkup_place()
    # Sixty-six on the day of the list, and the day after.
    order = there.listed(sex="male")
    there.send(there.reading(order, "creatinine", 100), there.reading(order, "smoking", "yes"))
    row = counting(order, "creatinine")
    assert (row.flag, row.low, row.high, row.unit) == ("N", 57, 111, "umol/L")
    assert counting(order, "smoking").flag == "A"
    order.refresh_from_db()
    assert order.arrived_at is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckupResult.objects.filter(pk=row.pk).update(value=1)


def test_a_reading_that_cannot_be_is_refused_visibly_and_stops_no_other():
    there = checkup_place()
    order, stranger = there.listed(), checkup_place().listed()
    gone = there.listed("赵春梅")
    withdraw_consent(consent=Consent.objects.get(person=gone.resident), by=there.nurse, at=there.noon)
    revoked = there.listed("李梅")
    revoke_order(order=revoked, reason="在外地", by=there.nurse, at=there.noon)
    used = there.reading(order, "pulse", 70)
    sent = there.send(
        used,
        there.reading(stranger, "pulse", 70),
        there.reading(order, "nothing", 70),
        there.reading(order, "glucose", 126),
        there.reading(order, "glucose", 7, unit="mg/dL"),
        there.reading(order, "smoking", "maybe"),
        there.reading(order, "smoking", 3),
        there.reading(order, "glucose", 7, absent_because="refused"),
        there.reading(order, "glucose", 7, made_at=there.noon - DAYS),
        there.reading(gone, "pulse", 70),
        there.reading(revoked, "pulse", 70),
        replace(there.reading(order, "weight", 60), op_id=used.op_id),
        replace(used, value=Decimal(71)),
        there.reading(order, "weight", 60),
    )
    assert codes(sent) == [
        *("accepted", "checkup_not_found", "reading_refused", "value_not_possible", "reading_refused"),
        *("reading_refused", "reading_refused", "reading_refused", "reading_refused", "consent_missing"),
        *("wrong_state", "op_id_used", "op_id_used", "accepted"),
    ]
    assert CheckupResult.objects.count() == 2


def test_sixty_people_and_two_tablets_of_which_one_sends_twice_leave_one_result_of_each_item():
    there = checkup_place(per_slot=20)
    station = there.ready.station
    people = Person.objects.bulk_create(
        Person(full_name=f"村民{number:02}", home_station=station, birth_precision="day", **ELDER)
        for number in range(60)
    )
    known = Consent.objects.get(person=there.elder("张桂兰"))
    for person in people:
        known.pk, known.person, known.given_by = None, person, person
        known._state.adding = True
        known.save()
    assert roster_eligible(day=there.day, by=there.nurse, at=there.before).listed == 60
    rows = list(orders().filter(day=there.day))
    tablets = [
        [
            there.reading(row, item, value, device=name, made_at=there.noon + number * MINUTE)
            for row in rows
            for item, value in (("systolic", 130 + number), ("glucose", 17 if row is rows[0] else 5))
        ]
        for number, name in enumerate(("A", "B"))
    ]
    first, second = tablets
    with CaptureQueriesContext(connection) as asked:
        there.send(*second, at=there.noon + DAYS / 4)
    assert len(asked) < 45
    assert set(codes(there.send(*second))) == {"known"}
    there.send(*first, at=there.noon + DAYS / 4)
    current = CheckupResult.objects.filter(is_current=True)
    assert (CheckupOrder.objects.count(), current.count(), CheckupResult.objects.count()) == (60, 120, 240)
    assert set(current.values_list("device", flat=True)) == {"B"}
    task = CareTask.objects.open().get()
    assert (task.order, task.due_date) == (rows[0], there.day.local_date)


def test_readings_in_any_order_leave_the_same_state_and_a_value_goes_before_a_reason():
    there = checkup_place()
    order = there.listed()
    for number, sent in enumerate(itertools.permutations(range(3))):
        item = ("pulse", "breathing", "weight", "height", "waist", "temperature")[number]
        value = {"temperature": (36, 37), "height": (150, 160)}.get(item, (60, 61))
        readings = [
            there.reading(order, item, value[0]),
            there.reading(order, item, value[1], made_at=there.noon + MINUTE),
            there.reading(order, item, absent_because="refused", made_at=there.noon + 2 * MINUTE),
        ]
        for each in sent:
            there.send(readings[each], at=there.noon + DAYS / 4)
        assert counting(order, item).value == value[1]
    assert CheckupResult.objects.filter(order=order).count() == 18


def test_a_critical_result_is_a_task_of_the_day_and_a_message_without_a_value_and_ends_when_corrected():
    there = checkup_place()
    order = there.listed()
    at = there.noon
    there.send(there.reading(order, "glucose", "16.69"))
    assert not CareTask.objects.exists()
    there.send(there.reading(order, "glucose", "16.70", made_at=at + MINUTE), at=at + MINUTE)
    there.send(there.reading(order, "pulse", 140))
    task, other = CareTask.objects.open().order_by("result__item__position")[::-1]
    assert {task.due_date, other.due_date} == {day_in(there.clinic.zone, at)}
    told = Notice.objects.filter(template="checkup_urgent")
    assert set(told.values_list("user", flat=True)) == {there.nurse.pk, there.doctor.pk}
    assert {str(each.params) for each in told} == {"{}"}
    there.send(there.reading(order, "glucose", "6", made_at=at + 2 * MINUTE), at=at + 2 * MINUTE)
    task.refresh_from_db()
    assert task.status == "cancelled"
    with pytest.raises(WrongState):
        complete_task(task=task, outcome="seen", by=there.nurse, at=at)
    done = complete_task(task=other, outcome="hospital", by=there.nurse, at=at)
    assert (done.status, [row.new for row in changes_of(done)]) == ("completed", ["requested", "hospital"])


def test_an_urgent_result_is_asked_for_each_morning_and_on_the_third_day_at_the_county():
    there = checkup_place()
    above = nurse_of(hospital_of(there.ready).hospital, role="doctor")
    there.send(there.reading(there.listed(), "glucose", 18))
    day, zone = there.day.local_date, there.clinic.zone
    seen = []
    for days in (0, 1, 2, 3):
        for _twice in range(2):
            chase_tasks(zone=zone, on_date=day + days * DAYS, at=there.noon + days * DAYS)
        own = Notice.objects.filter(template="checkup_urgent", user=there.nurse.pk).count()
        seen.append((own, Notice.objects.filter(template="checkup_urgent_at", user=above.pk).count()))
    assert seen == [(1, 0), (2, 0), (3, 0), (4, 1)]


def test_reports_that_wait_are_asked_for_on_the_tenth_and_fourteenth_day():
    there = checkup_place()
    there.send(there.reading(there.listed(), "pulse", 70))
    there.listed("没来的")
    told = []
    for days in (9, 10, 11, 13, 14, 15):
        on_date, at = there.day.local_date + days * DAYS, there.noon + days * DAYS
        told.append([chase_reports(zone=there.clinic.zone, on_date=on_date, at=at) for _twice in range(2)])
    assert told == [[0, 0], [1, 1], [0, 0], [0, 0], [1, 1], [0, 0]]
    notices = Notice.objects.filter(template="checkup_reports_due")
    assert (notices.count(), {each.params["count"] for each in notices}) == (4, {"1"})
    assert chase_reports(zone="Asia/Tokyo", on_date=there.day.local_date + 10 * DAYS, at=there.noon) == 0


def test_a_file_is_recorded_whole_or_not_at_all_with_a_reason_for_each_line_and_twice_is_once():
    there = checkup_place()
    order = there.listed()
    head = "serial,item,value,unit,note\n"
    about = {"day": there.day, "within": orders().open_to(there.nurse, "health.record_checkup_result")}
    about |= {"by": there.nurse, "at": there.noon}
    wrong = f"{head}{order.serial},glucose,6.6,mmol/L,\n{order.serial},glucose,abc,,\n000000-0001,pulse,70,,\n"
    with pytest.raises(FileFaulty) as refused:
        record_result_file(content=wrong, **about)
    assert all(words in str(refused.value) for words in ("第3行", "第4行"))
    unseen = [
        f"{head}{order.serial}{cells}\n" for cells in ("\x00,pulse,70,,", ",pulse,70,,\u200b", ',pulse,70,,"a\nb"')
    ]
    for broken in (*unseen, "a,b\n", f"{head}{order.serial},glucose,6.666,mmol/L,\n", f"{head}{order.serial},x,1,,\n"):
        with pytest.raises(FileFaulty):
            record_result_file(content=broken, **about)
    assert not CheckupResult.objects.exists()
    right = f"\ufeff{head}{order.serial},glucose,6.6,mmol/L,溶血\n{order.serial},urine_protein,trace,,\n\n"
    made = record_result_file(content=right, **about)
    again = record_result_file(content=right, **about)
    assert [(each.accepted, each.known) for each in (made, again)] == [(2, 0), (0, 2)]
    assert (counting(order, "glucose").flag, counting(order, "urine_protein").flag) == ("H", "A")


def test_after_the_end_another_value_needs_a_reason_amends_the_report_and_both_stay_readable():
    there = checkup_place()
    report = there.released(glucose=6)
    order = report.order
    about = {"made_at": there.noon + MINUTE}
    late = there.noon + MINUTE
    assert codes(there.send(there.reading(order, "glucose", 9, **about), at=late)) == ["reason_missing"]
    assert codes(there.send(there.reading(order, "glucose", 6, **about), at=late)) == ["accepted"]
    # The same value from a second tablet says nothing new.
    assert CheckupReport.objects.get(order=order).status == "final"
    newest = {"reason": "化验室更正", "made_at": late + MINUTE}
    assert codes(there.send(there.reading(order, "glucose", 9, **newest), at=late + MINUTE)) == ["accepted"]
    report = CheckupReport.objects.get(order=order)
    assert (report.status, report.released_at, report.told_at) == ("amended", None, None)
    values = CheckupResult.objects.filter(order=order, item__code="glucose").values_list("value", flat=True)
    assert sorted(values) == [6, 6, 9]
