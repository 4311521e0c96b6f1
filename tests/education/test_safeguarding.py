"""Children are protected: consents of guardians, checks of adults on their day, concerns that stay, recorded reads."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in
from core.errors import SamePerson
from core.files.services import may_see
from core.models import Notice, StatusChange
from education.hooks import CONSENT_ENDED
from education.models import ChildFile, Concern, ConcernNote
from education.safeguarding import services
from education.safeguarding.queries import agreed_on, is_child, last_day_of
from stations.models import AccessRead, Guardianship, Person
from stations.people.queries import text_of_the_day
from stations.people.services import end_guardianship, record_consent, record_death, withdraw_consent
from stations.people.services.consents import GuardianRequired
from stations.people.services.registration import PersonGone
from tests.factories.education import agreed, child_of, vetted
from tests.factories.people import guardian_of, resident, second_login_of
from tests.factories.refunds import photo_by
from tests.factories.stations import (
    PostFactory,
    StationFactory,
    UserFactory,
    api_client,
    county,
    county_clerk_of,
    county_manager_of,
    division_below,
    helper_of,
    partner_of,
)
from tests.hooks import replace
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "k" * 16}


@pytest.fixture
def station():
    return StationFactory()


def today(place):
    return day_in(place.zone, now())


def raised(child, *, by=None, urgency="today", at=None, **about):
    return services.raise_concern(
        child=child,
        category="neglect",
        urgency=urgency,
        text="几天没吃晚饭",
        by=by or UserFactory(),
        at=at or now(),
        **about,
    )


def test_a_person_without_a_birth_date_counts_as_a_child_and_majority_is_that_of_the_country(station):
    day = today(station)
    assert is_child(resident("赵六", station), day)
    born = day.replace(year=day.year - 19, day=1)
    nineteen = resident("赵七", station, birth_date=born, birth_precision="day")
    assert not is_child(nineteen, day)
    kuwait = division_below(division_below(None, "province", country="KW"), "village")
    abroad = StationFactory(village=kuwait, currency="KWD", zone="Asia/Kuwait")
    assert abroad.county.country == "KW"
    assert is_child(resident("Ali Hassan", abroad, birth_date=born, birth_precision="day"), day)


def test_a_consent_of_a_guardian_holds_twelve_months_and_its_last_day_counts(station):
    child = child_of(station, age=15)
    given = now() - dt.timedelta(days=300)
    consent = agreed(child, at=given)
    last = last_day_of(consent)
    assert (last.year, last.month) == (day_in(station.zone, given).year + 1, day_in(station.zone, given).month)
    ask = {"child": child, "purpose": "education_record"}
    assert services.require_consent(**ask, on_date=last) == consent
    with pytest.raises(services.ConsentMissing) as refusal:
        services.require_consent(**ask, on_date=last + dt.timedelta(days=1))
    assert (refusal.value.code, refusal.value.status) == ("child_consent_missing", 403)
    with pytest.raises(services.ConsentMissing):
        services.require_consent(child=child, purpose="parent_calls", on_date=today(station))


def test_of_two_guardians_the_consent_of_the_one_whose_bond_has_ended_holds_no_more_until_the_other_agrees(station):
    child, day = child_of(station), today(station)
    bond = Guardianship.objects.get(child=child)
    agreed(child)
    father = resident("王建国", station, birth_date=dt.date(1985, 3, 8), birth_precision="day")
    guardian_of(child, father, kind="parent")
    asked = {"child": child, "purpose": "education_record", "on_date": day}
    assert services.require_consent(**asked).given_by == bond.guardian
    end_guardianship(guardianship=bond, to_date=day, by=helper_of(station), at=now())
    with pytest.raises(services.ConsentMissing):
        services.require_consent(**asked)
    assert agreed_on([child.pk], "education_record", day) == set()
    agreed(child)
    assert services.require_consent(**asked).given_by == father


def test_a_boy_of_fifteen_cannot_agree_for_himself_and_an_adult_needs_nobody(station):
    alone = child_of(station, age=15, guardian=False)
    text = text_of_the_day(purpose="school_supplies", language="zh-hans", day=today(station))
    with pytest.raises(GuardianRequired):
        record_consent(person=alone, text=text, manner="signature", station=station, by=partner_of(station), at=now())
    adult = resident("赵六", station, birth_date=dt.date(1980, 1, 1), birth_precision="day")
    assert services.require_consent(child=adult, purpose="parent_calls", on_date=today(station)) is None


def test_nothing_is_agreed_for_somebody_who_has_died(station):
    adult = resident("赵六", station, birth_date=dt.date(1980, 1, 1), birth_precision="day")
    for dead in (agreed(child_of(station)).person, adult):
        record_death(person=dead, died_date=today(station), by=helper_of(station), at=now())
        dead.refresh_from_db()
        with pytest.raises(PersonGone):
            services.require_consent(child=dead, purpose="education_record", on_date=today(station))


def test_both_checks_of_an_adult_are_valid_on_each_day_and_the_days_that_are_not_are_named(station):
    tutor = resident("赵六", station, birth_date=dt.date(1980, 1, 1), birth_precision="day")
    until = today(station) + dt.timedelta(days=10)
    vetted(tutor, until=until, kinds=("identity",))
    with pytest.raises(services.VettingExpired):
        services.require_vetting(person=tutor, on_dates=[until])
    vetted(tutor, until=until + dt.timedelta(days=90), kinds=("police_record",))
    services.require_vetting(person=tutor, on_dates=[until - dt.timedelta(days=3), until])
    with pytest.raises(services.VettingExpired) as refusal:
        services.require_vetting(person=tutor, on_dates=[until, until + dt.timedelta(days=1)])
    assert refusal.value.params["dates"] == (until + dt.timedelta(days=1)).isoformat()
    assert services.warn_of_ending(at=now()) == 1
    services.warn_of_ending(at=now())
    assert (
        Notice.objects.filter(template="vetting_ends").count()
        == Notice.objects.filter(template="vetting_ends").values("dedupe_key").distinct().count()
    )


def test_nobody_checks_a_document_of_their_own_or_one_that_they_recorded(station):
    record = resident("赵六", station)
    manager = PostFactory(role="county_manager", division=station.county, user=UserFactory(person=record)).user
    values = {"kind": "identity", "issued_date": dt.date(2026, 1, 1), "valid_to_date": dt.date(2030, 1, 1), "at": now()}
    own = services.record_vetting(person=record, by=UserFactory(), **values)
    recorded = services.record_vetting(person=resident("钱七", station), by=manager, **values)
    for vetting in (own, recorded):
        with pytest.raises(SamePerson):
            services.confirm_vetting(vetting=vetting, by=manager, at=now())


def test_the_person_reported_never_sees_the_concern_under_any_login_and_the_region_above_handles_it(station):
    child = child_of(station)
    manager = county_manager_of(station.county)
    province = station.county.parent.parent
    above = PostFactory(role="county_manager", division=province).user
    concern = raised(child, about_user=manager)
    second = second_login_of(manager)
    PostFactory(role="county_manager", division=station.county, user=second)
    plain = raised(child)
    assert concern.handling == station.county.parent
    for reader, seen in ((second, {plain.pk}), (above, {plain.pk, concern.pk})):
        rows = api_client(reader).get("/api/v1/concern-reports/").json()["results"]
        assert {row["id"] for row in rows} == {str(pk) for pk in seen}
    assert api_client(second).get(f"/api/v1/concern-reports/{concern.pk}/").status_code == 404
    assert not Notice.objects.filter(user__in=[manager.pk, second.pk], link__contains=str(concern.pk)).exists()
    with pytest.raises(SamePerson):
        services.acknowledge_concern(concern=concern, by=second, at=now())
    assert services.acknowledge_concern(concern=concern, by=above, at=now()).status == "acknowledged"


def test_nobody_rewrites_or_deletes_a_concern_or_its_notes(station):
    concern = raised(child_of(station))
    manager = county_manager_of(station.county)
    services.acknowledge_concern(concern=concern, by=manager, at=now())
    services.note_concern(concern=concern, text="已联系奶奶", by=manager, at=now())
    attempts = (
        lambda: Concern.objects.filter(pk=concern.pk).update(text="没事"),
        lambda: Concern.objects.filter(pk=concern.pk).update(about_user=manager),
        lambda: Concern.objects.filter(pk=concern.pk).delete(),
        lambda: ConcernNote.objects.update(text="没事"),
        lambda: ConcernNote.objects.all().delete(),
    )
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    closed = services.close_concern(concern=concern, outcome="姑姑接回家住", by=manager, at=now())
    with pytest.raises(DatabaseError), transaction.atomic():
        Concern.objects.filter(pk=closed.pk).update(outcome="没事")


def test_what_nobody_takes_on_within_its_hour_calls_the_region_above_once(station):
    above = PostFactory(role="county_manager", division=station.county.parent).user
    at = now()
    concern = raised(child_of(station), urgency="now", at=at)
    hour = dt.timedelta(hours=1)
    assert services.escalate_overdue(at=at + hour - dt.timedelta(seconds=1)) == 0
    assert [services.escalate_overdue(at=at + hour) for _ in range(2)] == [1, 0]
    concern.refresh_from_db()
    assert concern.escalated_at == at + hour
    assert Notice.objects.filter(user=above.pk, template="concern_overdue").count() == 1


def test_anyone_who_signed_in_reports_in_one_form_and_the_same_key_reports_once(station, client):
    child, anyone = child_of(station), UserFactory()
    body = {"child": str(child.pk), "category": "abuse", "urgency": "now", "text": "手臂上有伤"}
    answers = [api_client(anyone).post("/api/v1/concerns/", body, "json", headers=KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert set(answers[0].json()) == {"id", "status", "acknowledge_due_at"}
    client.force_login(anyone)
    page = client.get(reverse("safeguarding:report", args=[child.pk]))
    assert child.full_name not in page.content.decode()
    form = {"key": "k" * 20, "text": "总是一个人", "urgency": "normal", "category": "welfare", "about_user": ""}
    done = client.post(reverse("safeguarding:report", args=[child.pk]), form)
    assert (done.status_code, Concern.objects.count()) == (303, 2)


def test_a_childs_file_is_read_by_those_who_look_after_it_alone_and_each_reading_is_recorded(station):
    child = child_of(station)
    path = f"/api/v1/children/{child.pk}/file/"
    readers = {
        helper_of(station): 200,
        partner_of(station): 200,
        county_manager_of(station.county): 200,
        partner_of(StationFactory(county=station.county)): 403,
        county_clerk_of(station.county): 403,
        PostFactory(role="auditor").user: 403,
        PostFactory(role="finance_officer").user: 404,
        PostFactory(role="credit_officer").user: 404,
        partner_of(StationFactory(county=county())): 404,
        county_manager_of(county()): 404,
    }
    assert {reader: api_client(reader).get(path).status_code for reader in readers} == readers
    reads = AccessRead.objects.filter(person=child, what="child_file").values_list("user", flat=True)
    assert sorted(reads) == sorted(user.pk for user, status in readers.items() if status == 200)


def test_a_file_needs_the_consent_and_is_reviewed_after_ninety_days(station):
    child, partner = child_of(station), partner_of(station)
    values = {"left_behind": "both_parents", "parents_place": "苏州", "school": "上塘小学", "grade": 4}
    path = f"/api/v1/children/{child.pk}/file/"
    refused = api_client(partner).post(path, values, "json", headers=KEY)
    assert (refused.status_code, refused.json()["code"]) == (403, "child_consent_missing")
    agreed(child)
    made = api_client(partner).post(path, values, "json", headers={"Idempotency-Key": "m" * 16}).json()
    assert made["next_review_date"] == (today(station) + dt.timedelta(days=90)).isoformat()
    assert ChildFile.objects.get(child=child).grade == 4
    adult = resident("赵六", station, birth_date=dt.date(1980, 1, 1), birth_precision="day")
    with pytest.raises(services.NotAChild):
        services.record_child_file(child=adult, **values, by=partner, at=now())


def test_guardian_and_partner_are_reminded_thirty_and_seven_days_before_a_consent_ends(station):
    child = child_of(station)
    guardian = Person.objects.get(wardships__child=child)
    Person.objects.filter(pk=guardian.pk).update(phone="+8613812345678")
    consent = agreed(child)
    partner = partner_of(station)
    noon = dt.datetime.combine(last_day_of(consent), dt.time(4), tzinfo=dt.UTC)

    def reminded(days):
        return services.remind_of_consents(zone=station.zone, at=noon - dt.timedelta(days=days))

    assert {days: reminded(days) for days in (31, 30, 8, 7, 0)} == {31: 0, 30: 1, 8: 0, 7: 1, 0: 0}
    assert Notice.objects.filter(user=partner.pk, template="child_consent_ends").count() == 2
    assert Notice.objects.filter(template="child_consent_ends_guardian").count() == 2


def test_a_reminder_that_was_missed_is_sent_once_on_the_next_run_and_none_of_a_consent_that_holds_no_more(station):
    late, bereft, dead = (agreed(child_of(station)) for _each in range(3))
    partner_of(station)
    Person.objects.filter(pk=bereft.given_by_id).update(died_date=today(station), residence="deceased")
    Person.objects.filter(pk=dead.person_id).update(died_date=today(station), residence="deceased")
    noon = dt.datetime.combine(last_day_of(late), dt.time(4), tzinfo=dt.UTC)

    def reminded(days):
        return services.remind_of_consents(zone=station.zone, at=noon - dt.timedelta(days=days))

    assert {days: reminded(days) for days in (28, 27, 5, 4, -1)} == {28: 1, 27: 0, 5: 1, 4: 0, -1: 0}
    assert services.remind_of_consents(zone="Asia/Kuwait", at=noon) == 0


def test_the_adult_who_is_present_works_here_or_is_a_guardian_and_is_of_age(station):
    child, at = child_of(station), now()
    guardian = Person.objects.get(wardships__child=child)
    worker = resident("赵六", station, birth_date=dt.date(1980, 1, 1), birth_precision="day")
    ask = {"station": station, "children": [child], "at": at}
    with pytest.raises(services.AdultNeeded):
        services.require_adult_present(adult=worker, **ask)
    partner_of(station, UserFactory(person=worker))
    for adult in (worker, guardian):
        services.require_adult_present(adult=adult, **ask)
    with pytest.raises(services.AdultNeeded):
        services.require_adult_present(adult=child, **ask)


@pytest.fixture
def ended(monkeypatch):
    """What a slice was told to end, as (child, purpose), with one thing ended each time."""
    told = []

    def end(*, child, purpose, by, at):
        told.append((child, purpose))
        return 1

    replace(monkeypatch, CONSENT_ENDED, end)
    return told


def test_a_consent_is_withdrawn_with_what_rests_on_it_and_with_its_reason(station, ended):
    child, partner, manager = child_of(station), partner_of(station), county_manager_of(station.county)
    consent = agreed(child)
    path, body = (
        f"/api/v1/children/{child.pk}/consents/withdraw/",
        {"purpose": "education_record", "reason": "奶奶不同意"},
    )
    statuses = {
        user: api_client(user).post(path, body, "json", headers=KEY).status_code
        for user in (partner, county_manager_of(county()), manager)
    }
    assert list(statuses.values()) == [403, 404, 200]
    consent.refresh_from_db()
    assert (consent.withdrawn_by, ended) == (consent.given_by, [(child, "education_record")])
    assert StatusChange.objects.get(object_id=str(consent.pk), new="withdrawn").reason == "奶奶不同意"
    told = Notice.objects.get(user=partner.pk, template="child_consent_withdrawn")
    assert child.full_name not in str(told.params)
    with pytest.raises(services.ConsentMissing):
        services.require_consent(child=child, purpose="education_record", on_date=today(station))
    again = api_client(manager).post(path, body, "json", headers={"Idempotency-Key": "n" * 16})
    assert (again.status_code, again.json()["code"]) == (409, "consent_missing")


def test_a_consent_withdrawn_at_the_counter_ends_what_rests_on_it_unless_it_was_given_anew(station, ended):
    child, partner = child_of(station), partner_of(station)
    withdraw_consent(consent=agreed(child, at=now() - dt.timedelta(days=1)), by=partner, at=now())
    run_jobs()
    assert ended == [(child, "education_record")]
    del ended[:]
    withdraw_consent(consent=agreed(child), by=partner, at=now())
    agreed(child)
    run_jobs()
    assert ended == []


def test_a_guardian_renews_a_consent_to_the_same_text_and_nothing_that_rests_on_it_ends(station, ended):
    child = child_of(station)
    old = agreed(child, at=now() - dt.timedelta(days=300))
    new = agreed(child)
    assert agreed(child) == new
    assert new.pk != old.pk
    assert last_day_of(new) > last_day_of(old)
    run_jobs()
    assert ended == []


def test_where_the_manager_above_is_the_one_reported_the_next_above_is_called_and_nobody_else(station):
    child, county_ = child_of(station), station.county
    reported = PostFactory(role="county_manager", division=county_.parent).user
    above = PostFactory(role="county_manager", division=county_.parent.parent).user
    concern = raised(child, about_user=reported)
    services.escalate_overdue(at=concern.acknowledge_due_at)
    told = Notice.objects.filter(link__contains=str(concern.pk)).values_list("user", "template")
    assert sorted(told) == [(above.pk, "concern_overdue"), (above.pk, "concern_raised")]


def test_a_report_about_somebody_whom_we_do_not_find_is_refused_and_not_taken_as_one_about_nobody(station):
    body = {"child": str(child_of(station).pk), "category": "abuse", "urgency": "now", "text": "手臂上有伤"}
    unknown = ({"about_user": "no-such-login"}, {"about_person": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0b02"})
    caller = api_client(UserFactory())
    answers = [
        caller.post("/api/v1/concerns/", body | about, "json", headers={"Idempotency-Key": f"{number}" * 16})
        for number, about in enumerate(unknown)
    ]
    assert [answer.status_code for answer in answers] == [422, 400]
    assert not Concern.objects.exists()


def test_who_looks_after_a_child_is_a_guardian_and_nobody_else(station):
    child, partner = child_of(station), partner_of(station)
    agreed(child)
    guardian = Person.objects.get(wardships__child=child)
    path = f"/api/v1/children/{child.pk}/file/"
    carers = {child.pk: 422, resident("赵六", station).pk: 422, guardian.pk: 200}
    statuses = {
        carer: api_client(partner)
        .post(path, {"left_behind": "no", "carer": str(carer)}, "json", headers={"Idempotency-Key": str(carer)[:20]})
        .status_code
        for carer in carers
    }
    assert statuses == carers


def test_whoever_checks_a_document_sees_it_and_the_region_beside_does_not(station):
    clerk = county_clerk_of(station.county)
    photo = photo_by(clerk)
    services.record_vetting(
        person=resident("赵六", station),
        kind="identity",
        issued_date=dt.date(2026, 1, 1),
        valid_to_date=dt.date(2030, 1, 1),
        document=photo,
        by=clerk,
        at=now(),
    )
    readers = {
        county_manager_of(station.county): True,
        county_manager_of(county()): False,
        partner_of(station): False,
    }
    assert {reader: may_see(reader, photo) for reader in readers} == readers
