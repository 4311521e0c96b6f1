"""A child is seen online with a guardian at the counter, who agrees that day by the code on the phone."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in, instant_of, months_later
from health.consultations.refusals import GuardianCodeNeeded, TooYoungOnline
from health.consultations.services import accept_case, claim_case
from stations.people.queries import text_of_the_day
from stations.people.services import record_consent
from stations.people.services.codes import send_consent_code
from stations.people.services.consents import ConsentMissing
from tests.factories.consultations import online
from tests.factories.health import patient
from tests.factories.people import guardian_of, resident
from tests.factories.records import signed_in
from tests.factories.register import code_sent

pytestmark = pytest.mark.django_db
YEAR = dt.timedelta(days=366)
DAY = dt.timedelta(days=1)


def child_of(there, guardian, *, years):
    child = patient(there.ready, "陈小雨", birth_date=now().date() - years * YEAR, agrees=False)
    guardian_of(child, guardian)
    return child


def agrees(there, child, guardian, *, manner, at, purposes=("health_record", "share_with_hospital")):
    """The guardian agrees for the child to these purposes."""
    for number, purpose in enumerate(purposes):
        when = at + number * dt.timedelta(minutes=2)
        text = text_of_the_day(purpose=purpose, language="zh-hans", day=when.date())
        code = ""
        if manner == "code":
            send_consent_code(person=guardian, agrees_to=purpose, child=child, by=there.ready.partner, at=when)
            code = code_sent(guardian, "consent")
        record_consent(
            person=child,
            text=text,
            manner=manner,
            code=code,
            guardian=guardian,
            station=there.ready.station,
            by=there.ready.partner,
            at=when,
        )


def test_a_child_is_seen_online_once_a_guardian_has_agreed_that_day_by_code_and_the_clinic_reads_who(client):
    there = online()
    grandmother = resident("王桂英", there.ready.station, phone="13805160077", birth_date=dt.date(1960, 1, 1))
    child, small = child_of(there, grandmother, years=8), child_of(there, grandmother, years=5)
    with pytest.raises(TooYoungOnline):
        there.asked(small)
    with pytest.raises(ConsentMissing):
        there.asked(child)
    agrees(there, child, grandmother, manner="code", at=now() - DAY)
    with pytest.raises(GuardianCodeNeeded):
        there.asked(child)
    client.force_login(there.ready.partner)
    page = reverse("consultations:new") + f"?person={child.pk}&clinic={there.clinic.pk}"
    assert reverse("people:consent", args=[child.pk, "health_record"]) in client.get(page).content.decode()
    agrees(there, child, grandmother, manner="code", at=now())
    asked = there.asked(child)
    case = claim_case(consultation=accept_case(consultation=asked, by=there.nurse, at=now()), by=there.doctor, at=now())
    shown = signed_in(client, there.doctor).get(reverse("consultations:case", args=[case.pk])).content.decode()
    assert "王桂英" in shown


def test_of_who_is_old_enough_to_come_alone_no_guardian_of_another_day_is_shown(client):
    there = online()
    grandmother = resident("王桂英", there.ready.station, phone="13805160077", birth_date=dt.date(1960, 1, 1))
    fourteen_since = now().date() - 2 * DAY
    child = patient(there.ready, "陈小雨", birth_date=months_later(fourteen_since, -12 * 14), agrees=False)
    guardian_of(child, grandmother)
    agrees(there, child, grandmother, manner="code", at=now() - 4 * DAY)
    shown = signed_in(client, there.doctor).get(reverse("consultations:case", args=[there.taken(child).pk]))
    assert "王桂英" not in shown.content.decode()


def test_the_day_on_which_a_guardian_agrees_is_that_of_the_station():
    there = online()
    grandmother = resident("王桂英", there.ready.station, phone="13805160077", birth_date=dt.date(1960, 1, 1))
    child = child_of(there, grandmother, years=8)
    there.clinic.zone = "America/New_York"
    there.clinic.save()
    noon = instant_of(there.ready.station.zone, day_in(there.ready.station.zone, now()), dt.time(10)) - DAY
    agrees(there, child, grandmother, manner="code", at=noon)
    assert there.asked(child, at=noon + dt.timedelta(minutes=5)).status == "requested"
