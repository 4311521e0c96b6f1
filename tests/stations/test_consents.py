"""What people agree to: the text of the day, a guardian for a child, withdrawn once."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core.errors import CodeWrong
from core.models import Event, Notice
from core.notices.services import _secrets
from stations.people import services
from stations.people.history import purpose_words
from stations.people.models import Consent, ConsentText, Person
from stations.people.services.consents import (
    BirthDateNeeded,
    ConsentMissing,
    GuardianRequired,
    PersonGone,
    TextOutdated,
)
from stations.people.services.guardians import GuardianTooYoung, OwnGuardian
from tests.factories.accounts import another
from tests.factories.people import guardian_of, resident
from tests.factories.register import TODAY, at_once, code_sent, text
from tests.factories.stations import StationFactory, helper_of

NOW = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)
BORN = dt.date(1951, 3, 8)


@pytest.fixture
def station(db):
    return StationFactory()


@pytest.fixture
def helper(station):
    return helper_of(station)


def consent(person, helper, station, purpose="sms_notice", **values):
    values.setdefault("manner", "signature")
    values.setdefault("text", text(purpose))
    return services.record_consent(person=person, station=station, by=helper, at=NOW, **values)


def test_scenario_8_a_girl_of_13_needs_a_confirmed_guardian(station, helper):
    girl = resident("王小燕", station, birth_date=dt.date(2013, 1, 1))
    grandmother = resident("张桂兰", station, birth_date=dt.date(1951, 3, 8))
    with pytest.raises(GuardianRequired):
        consent(girl, helper, station, "education_record")
    assert not Consent.objects.exists()
    guardian_of(girl, grandmother)
    assert consent(girl, helper, station, "education_record").given_by == grandmother


@pytest.mark.parametrize(
    ("born", "needs_guardian"),
    [(dt.date(2012, 11, 26), True), (dt.date(2012, 11, 25), False), (dt.date(2012, 11, 24), False)],
)
def test_fourteen_on_the_birthday_itself(station, helper, born, needs_guardian):
    child = resident("王小燕", station, birth_date=born)
    if needs_guardian:
        with pytest.raises(GuardianRequired):
            consent(child, helper, station)
    else:
        assert consent(child, helper, station).given_by == child


def test_a_guardianship_that_ended_or_that_nobody_confirmed_does_not_count(station, helper):
    child = resident("王小燕", station, birth_date=dt.date(2015, 1, 1))
    grandmother = resident("张桂兰", station, birth_date=dt.date(1951, 3, 8))
    guardianship = guardian_of(child, grandmother)
    guardianship.confirmed_by = None
    guardianship.save()
    with pytest.raises(GuardianRequired):
        consent(child, helper, station)
    guardianship.confirmed_by = helper
    guardianship.save()
    services.end_guardianship(guardianship=guardianship, to_date=TODAY, by=helper, at=NOW)
    with pytest.raises(GuardianRequired):
        consent(child, helper, station)
    assert not Consent.objects.exists()


def test_who_is_named_as_guardian_must_be_one(station, helper):
    child = resident("王小燕", station, birth_date=dt.date(2015, 1, 1))
    guardian_of(child, resident("张桂兰", station, birth_date=dt.date(1951, 3, 8)))
    with pytest.raises(GuardianRequired):
        consent(child, helper, station, guardian=resident("李四", station, birth_date=dt.date(1960, 1, 1)))


@pytest.mark.parametrize(("born", "is_adult"), [(dt.date(2008, 1, 5), True), (dt.date(2008, 1, 6), False)])
def test_a_guardian_is_eighteen_on_the_first_day(station, born, is_adult):
    child = resident("王小燕", station, birth_date=dt.date(2015, 1, 1))
    guardian = resident("王大勇", station, birth_date=born)
    if is_adult:
        guardian_of(child, guardian)
    else:
        with pytest.raises(GuardianTooYoung):
            guardian_of(child, guardian)
    assert child.guardianships.count() == is_adult


def test_the_database_refuses_a_guardian_who_is_a_child(station, helper):
    child = resident("王小燕", station, birth_date=dt.date(2015, 1, 1))
    other = resident("王小宝", station, birth_date=dt.date(2014, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        child.guardianships.create(guardian=other, kind="other_kin", from_date=TODAY, confirmed_by=helper)


def test_nobody_is_his_own_guardian_and_an_unknown_age_is_no_proof(station):
    child = resident("王小燕", station, birth_date=dt.date(2015, 1, 1))
    with pytest.raises(OwnGuardian):
        guardian_of(child, child)
    with pytest.raises(GuardianTooYoung):
        guardian_of(child, resident("李四", station))


def test_the_text_of_today_is_the_one_that_counts(station, helper):
    person = resident("王秀英", station, birth_date=BORN)
    old = text()
    ConsentText.objects.create(purpose="sms_notice", version=2, language="zh-hans", body="新的说明", from_date=TODAY)
    ConsentText.objects.create(
        purpose="sms_notice", version=3, language="zh-hans", body="明天的说明", from_date=TODAY + dt.timedelta(days=1)
    )
    with pytest.raises(TextOutdated):
        consent(person, helper, station, text=old)
    assert not Consent.objects.exists()
    assert consent(person, helper, station).text_version.version == 2


def test_agreeing_twice_to_the_same_text_is_one_consent(station, helper):
    person = resident("王秀英", station, birth_date=BORN)
    assert consent(person, helper, station) == consent(person, helper, station)
    assert Event.objects.filter(name="stations.consent_given").count() == 1


def test_agreeing_to_a_newer_text_ends_the_older_consent(station, helper):
    person = resident("王秀英", station, birth_date=BORN)
    first = consent(person, helper, station)
    ConsentText.objects.create(purpose="sms_notice", version=2, language="zh-hans", body="新", from_date=TODAY)
    second = consent(person, helper, station)
    first.refresh_from_db()
    assert (first.withdrawn_at, second.withdrawn_at) == (NOW, None)


def test_withdrawing_ends_it_once(station, helper):
    person = resident("王秀英", station, birth_date=BORN)
    given = consent(person, helper, station)
    ended = services.withdraw_consent(consent=given, by=helper, at=NOW)
    assert (ended.withdrawn_at, ended.withdrawn_by) == (NOW, person)
    with pytest.raises(ConsentMissing):
        services.withdraw_consent(consent=given, by=helper, at=NOW)
    event = Event.objects.get(name="stations.consent_withdrawn")
    assert event.payload["purpose"] == "sms_notice"
    assert "王" not in str(event.payload)


def test_the_dead_agree_to_nothing(station, helper):
    person = resident("王秀英", station, birth_date=BORN)
    Person.objects.filter(pk=person.pk).update(residence="deceased", died_date=TODAY)
    with pytest.raises(PersonGone):
        consent(person, helper, station)


def test_a_text_in_use_is_never_edited(station, helper):
    unused = text("photo_use")
    ConsentText.objects.filter(pk=unused.pk).update(body="besser")
    used = consent(resident("王秀英", station, birth_date=BORN), helper, station).text_version
    for change in (lambda rows: rows.update(body="anders"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(ConsentText.objects.filter(pk=used.pk))
    used.refresh_from_db()
    assert used.body == text().body


def test_a_consent_by_code_uses_the_guardians_phone(station, helper):
    child = resident("王小燕", station, birth_date=dt.date(2015, 1, 1))
    guardian = resident("张桂兰", station, birth_date=dt.date(1951, 3, 8), phone="13800005678")
    guardian_of(child, guardian)
    services.send_consent_code(person=guardian, agrees_to="sms_notice", child=child, by=helper, at=NOW)
    code = code_sent(guardian, "consent")
    with pytest.raises(CodeWrong):
        consent(child, helper, station, manner="code", code=another(code))
    assert not Consent.objects.exists()
    assert consent(child, helper, station, manner="code", code=code).given_by == guardian


@pytest.mark.usefixtures("own_database")
def test_two_consents_at_once_are_one():
    station = StationFactory()
    helper = helper_of(station)
    person = resident("王秀英", station, birth_date=BORN)
    answers = at_once(4, lambda _: consent(person, helper, station).pk)
    assert len(set(answers)) == 1
    assert Consent.objects.count() == 1


@pytest.mark.usefixtures("own_database")
def test_a_guardians_code_agrees_once_and_only_for_the_child_that_it_was_sent_for():
    station = StationFactory()
    helper = helper_of(station)
    guardian = resident("张桂兰", station, phone="13800005678", birth_date=dt.date(1960, 1, 1))
    children = [resident(name, station, birth_date=dt.date(2020, 5, 1)) for name in ("张小宝", "张小贝")]
    for child in children:
        guardian_of(child, guardian)
    sent = services.send_consent_code(person=guardian, agrees_to="sms_notice", child=children[0], by=helper, at=NOW)
    code = _secrets(Notice.objects.get(dedupe_key=f"phone-code:{sent.pk}"))["code"]
    used = at_once(2, lambda number: consent(children[number], helper, station, manner="code", code=code))
    assert next(each for each in used if isinstance(each, str)) in {"CodeWrong", "CodeExpired"}
    assert Consent.objects.get().person == children[0]


def test_a_code_for_one_purpose_agrees_to_no_other(station, helper):
    person = resident("王秀英", station, birth_date=BORN, phone="13800005678")
    services.send_consent_code(person=person, agrees_to="sms_notice", by=helper, at=NOW)
    code = code_sent(person, "consent")
    assert str(purpose_words("sms_notice")) in Notice.objects.get(template="person_consent_code").params["what"]
    with pytest.raises(CodeWrong):
        consent(person, helper, station, purpose="health_record", manner="code", code=code)
    assert consent(person, helper, station, purpose="sms_notice", manner="code", code=code).purpose == "sms_notice"


def test_nobody_agrees_before_the_birth_date_is_known(station, helper):
    person = resident("王小燕", station)
    with pytest.raises(BirthDateNeeded):
        consent(person, helper, station)
    guardian_of(person, guardian := resident("张桂兰", station, birth_date=dt.date(1951, 3, 8)))
    assert consent(person, helper, station).given_by == guardian


def test_an_unknown_birth_date_holds_nobody_to_what_they_agreed(station, helper):
    person = resident("王小燕", station, birth_date=dt.date(1990, 1, 1))
    given = consent(person, helper, station)
    services.edit_person(person=person, by=helper, at=NOW, birth_date=None)
    given.person.refresh_from_db()
    assert services.withdraw_consent(consent=given, by=helper, at=NOW).withdrawn_by == person


@pytest.mark.parametrize(
    ("born", "precision", "agrees"),
    [
        (dt.date(2012, 1, 1), "year", False),
        (dt.date(2011, 1, 1), "year", True),
        (dt.date(2012, 11, 1), "month", False),
        (dt.date(2012, 10, 1), "month", True),
    ],
)
def test_a_year_or_month_of_birth_counts_as_its_last_day(station, helper, born, precision, agrees):
    child = resident("王小燕", station, birth_date=born, birth_precision=precision)
    if agrees:
        assert consent(child, helper, station).given_by == child
    else:
        with pytest.raises(GuardianRequired):
            consent(child, helper, station)
