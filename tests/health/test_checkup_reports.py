"""Reports: released by a doctor, explained, printed in plain words; and the check-up as a follow-up visit."""

import pytest
from django.urls import reverse

from core.errors import SamePerson, WrongState
from core.models import Notice
from health.checkups.models import CheckupReport
from health.checkups.services import ReportNotReleased, finish_order, release_report, tell_resident
from health.chronic.models import Enrolment, FollowUpVisit
from health.chronic.services import confirm_enrolment, enrol_resident, finish_enrolment
from health.records.models import HealthRecord
from health.records.queries import contents_of
from tests.factories.checkups import DAYS, ELDER, checkup_place, package_in_use
from tests.factories.records import signed_in
from tests.factories.stations import UserFactory

pytestmark = pytest.mark.django_db


def test_a_doctor_releases_a_report_then_it_is_explained_once_and_corrected_it_is_released_anew():
    there = checkup_place()
    order = there.listed(phone="13805160001")
    with pytest.raises(WrongState):
        release_report(report=order.report, by=there.doctor, at=there.noon)
    report = there.completed(order).report
    with pytest.raises(SamePerson):
        release_report(report=report, by=UserFactory(person=order.resident), at=there.noon)
    with pytest.raises(ReportNotReleased):
        tell_resident(report=report, how="phone", by=there.nurse, at=there.noon)
    report = release_report(report=report, summary="没有要马上去医院的", by=there.doctor, at=there.noon)
    with pytest.raises(WrongState):
        release_report(report=report, by=there.doctor, at=there.noon)
    for _press in range(2):
        told = tell_resident(report=report, how="in_person", by=there.nurse, at=there.noon)
    assert (told.status, told.told_by, told.told_how) == ("final", there.nurse, "in_person")
    message = Notice.objects.get(template="checkup_report_ready")
    assert set(message.params) == {"place"}
    later = there.noon + DAYS / 24
    # Of two that were made at one instant the ids decide.
    there.send(there.reading(order, "glucose", 9, reason="化验室更正", made_at=later), at=later)
    amended = CheckupReport.objects.get(pk=report.pk)
    assert (amended.status, amended.told_at) == ("amended", None)
    amended = release_report(report=amended, by=there.doctor, at=later)
    assert (amended.status, amended.released_by) == ("amended", there.doctor)
    assert Notice.objects.filter(template="checkup_report_ready").count() == 2


def test_the_paper_says_in_plain_words_what_is_to_be_done_and_nothing_before_it_is_released(client):
    there = checkup_place()
    order = there.completed(glucose="6.6", hba1c="6.8", bmi=25)
    browser = signed_in(client, there.doctor)
    page = reverse("checkups:paper", args=[order.pk])
    before = browser.get(page).content.decode()
    assert "6.6" not in before
    release_report(report=order.report, by=there.doctor, at=there.noon)
    after = browser.get(page).content.decode()
    assert "6.6 mmol/L" in after
    assert "3.9–6.1" in after
    # Two results with one advice: it is said once.
    assert after.count("到卫生室再测一次；偏高就少吃甜的。") == 1


def test_advice_about_a_value_that_may_be_too_low_tells_nobody_to_eat_less_without_saying_of_which_end_it_speaks():
    items = package_in_use().items.filter(ranges__low__isnull=False, ranges__high__isnull=False).distinct()
    both = {item.code: item.advice_zh for item in items}
    assert {code for code, advice in both.items() if "少吃" in advice and "偏" not in advice} == set()
    assert "偏高就少吃甜的" in both["glucose"]


def test_pressure_and_fasting_glucose_count_once_as_a_visit_of_the_clinic_that_cares_for_the_resident():
    there = checkup_place()
    person, number = there.resident(**ELDER)
    about = {"clinic": there.clinic, "id_number": number, "by": there.nurse, "at": there.before}
    enrolment = enrol_resident(**about, programme="hypertension", manner="signature")
    confirm_enrolment(enrolment=enrolment, by=there.doctor, at=there.before)
    other = there.listed("赵春梅")
    order = there.order_of(person)
    there.fill(order, systolic=152, diastolic=92)
    for _press in range(2):
        done = finish_order(order=order, by=there.nurse, at=there.noon)
    visit = FollowUpVisit.objects.get()
    assert (done.visit, visit.local_date, visit.observations.count()) == (visit, there.day.local_date, 2)
    assert Enrolment.objects.get().last_result == "uncontrolled_first"
    assert there.completed(other).visit is None


def test_a_value_that_is_corrected_reaches_the_visit_which_is_judged_anew_and_says_so(client):
    there = checkup_place()
    person, number = there.resident(**ELDER)
    about = {"clinic": there.clinic, "id_number": number, "by": there.nurse, "at": there.before}
    enrolment = enrol_resident(**about, programme="hypertension", manner="signature")
    confirm_enrolment(enrolment=enrolment, by=there.doctor, at=there.before)
    there.listed("赵春梅")
    order = there.order_of(person)
    there.fill(order, systolic=190, diastolic=82)
    finish_order(order=order, by=there.nurse, at=there.noon)
    enrolment.refresh_from_db()
    assert (enrolment.last_result, enrolment.referrals.get().status) == ("emergency", "active")
    later = there.noon + DAYS / 24
    for _sent in range(2):
        right = there.reading(order, "systolic", 130, reason="看错了血压计", made_at=later)
        there.send(right, at=later)
    enrolment.refresh_from_db()
    assert (enrolment.last_result, enrolment.is_at_risk) == ("controlled", False)
    assert enrolment.referrals.get().status == "revoked"
    visit = FollowUpVisit.objects.get()
    assert [row.result for row in visit.judgements.order_by("pk")] == ["emergency", "controlled"]
    pressures = visit.observations.filter(code="85354-9").order_by("pk")
    assert list(pressures.values_list("systolic", "corrects__systolic")) == [(190, None), (130, 190)]
    page = signed_in(client, there.doctor).get(reverse("chronic:enrolment", args=[enrolment.pk])).content.decode()
    assert "130/82" in page
    assert "190/82 mmHg" in page
    record = contents_of(HealthRecord.objects.get(resident=person), there.doctor, at=later)
    assert [(row.systolic, row.value) for row in record.observations if row.systolic] == [(130, None)]


def test_a_correction_for_somebody_whose_care_has_ended_is_kept_and_judges_nothing():
    there = checkup_place()
    person, number = there.resident(**ELDER)
    about = {"clinic": there.clinic, "id_number": number, "by": there.nurse, "at": there.before}
    enrolment = enrol_resident(**about, programme="hypertension", manner="signature")
    confirm_enrolment(enrolment=enrolment, by=there.doctor, at=there.before)
    there.listed("赵春梅")
    order = there.order_of(person)
    there.fill(order, systolic=190, diastolic=92)
    finish_order(order=order, by=there.nurse, at=there.noon)
    finish_enrolment(enrolment=enrolment, ending="moved", by=there.doctor, at=there.noon)
    later = there.noon + DAYS / 24
    there.send(there.reading(order, "systolic", 130, reason="看错了血压计", made_at=later), at=later)
    visit = FollowUpVisit.objects.get()
    assert visit.observations.standing().get(code="85354-9").systolic == 130
    assert visit.judgements.get().result == "emergency"


def test_a_checkup_of_somebody_whose_care_began_later_or_who_said_nothing_of_medicines_is_no_visit():
    there = checkup_place()
    person, number = there.resident(**ELDER)
    order = there.listed("赵春梅")
    about = {"clinic": there.clinic, "id_number": number, "by": there.nurse}
    enrolment = enrol_resident(**about, programme="hypertension", manner="signature", at=there.before)
    confirm_enrolment(enrolment=enrolment, by=there.doctor, at=there.noon + DAYS)
    there.completed(order)
    later = there.listed("张桂兰二")
    assert there.completed(later).visit is None
    first = there.order_of(person) if person else later
    assert there.completed(first).visit is None
    assert not FollowUpVisit.objects.exists()
