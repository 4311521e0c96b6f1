"""Registering, correcting, households, consents, codes, cards and reveals: the services, with their refusals."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.errors import CodeExpired, CodeLocked, CodeWrong, TooMany
from core.history import changes_of
from core.models import Event, Notice
from core.notices.services import _secrets
from stations.people import services
from stations.people.identity import InvalidIdNumber, is_resident_id, unseal
from stations.people.models import (
    AccessRead,
    Consent,
    ConsentText,
    Household,
    NameKey,
    Person,
    PhoneCode,
    ResidentCard,
    Reveal,
)
from stations.people.phones import InvalidPhone
from stations.people.queries import age_on, text_of_the_day
from stations.people.services.codes import PhoneMissing, use_code
from stations.people.services.consents import ConsentMissing, GuardianRequired, PersonGone, TextOutdated
from stations.people.services.guardians import GuardianTooYoung, OwnGuardian
from stations.people.services.households import HeadLeaves, HouseholdGone, NotMember
from stations.people.services.registration import (
    BornInFuture,
    IdAlreadyRegistered,
    NameMissing,
    PersonMayExist,
    VillageElsewhere,
)
from stations.people.services.reveals import NoLongerShown, NothingToShow, ReasonRequired, value_of
from tests.factories.people import guardian_of, household_of, resident
from tests.factories.stations import (
    StationFactory,
    county_manager_of,
    division_below,
    helper_of,
    partner_of,
)

NOW = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 25)
ID_NUMBER = "11010519491231002X"


@pytest.fixture
def station(db):
    return StationFactory()


@pytest.fixture
def helper(station):
    return helper_of(station)


@pytest.fixture
def partner(station):
    return partner_of(station)


def register(station, helper, full_name="王秀英", **values):
    return services.register_person(station=station, full_name=full_name, by=helper, at=NOW, **values)


def nobody_was_written():
    return not Person.objects.exists() and not NameKey.objects.exists()


# Registering


def test_a_walk_in_needs_a_name_alone(station, helper):
    person = register(station, helper, is_walk_in=True)
    person.refresh_from_db()
    assert (person.home_station, person.village, person.phone, person.id_index) == (
        station,
        station.village,
        "",
        None,
    )
    assert [change.new for change in changes_of(person)] == ["registered"]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"full_name": "  "}, NameMissing),
        ({"full_name": "·"}, NameMissing),
        ({"phone": "12345"}, InvalidPhone),
        ({"phone": "not a phone"}, InvalidPhone),
        ({"id_number": "110105194912310021"}, InvalidIdNumber),
        ({"id_number": "1234"}, InvalidIdNumber),
        ({"id_kind": "passport", "id_number": "护照"}, InvalidIdNumber),
        ({"birth_date": dt.date(2026, 11, 26)}, BornInFuture),
    ],
)
def test_what_cannot_be_is_refused_and_nobody_is_written(station, helper, values, refusal):
    with pytest.raises(refusal):
        register(station, helper, **values)
    assert nobody_was_written()


def test_a_child_born_today_is_registered_today(station, helper):
    late = dt.datetime(2026, 11, 25, 17, 0, tzinfo=dt.UTC)  # already the 26th in China
    person = services.register_person(
        station=station, full_name="王小宝", birth_date=dt.date(2026, 11, 26), by=helper, at=late
    )
    assert person.birth_precision == "day"


def test_a_village_of_another_county_is_refused(station, helper):
    with pytest.raises(VillageElsewhere):
        register(station, helper, village=division_below(None, "village"))
    with pytest.raises(VillageElsewhere):
        register(station, helper, village=station.township)
    assert nobody_was_written()


def test_the_same_document_says_where_and_not_who(station, helper):
    register(station, helper, id_number=ID_NUMBER)
    elsewhere = StationFactory()
    with pytest.raises(IdAlreadyRegistered) as refused:
        register(elsewhere, helper_of(elsewhere), "李四", id_number=ID_NUMBER.lower())
    assert refused.value.params == {"station": str(station)}
    assert "王" not in str(refused.value)
    assert Person.objects.count() == 1


def test_a_likely_twin_is_shown_masked_and_may_be_overruled(station, helper):
    first = register(station, helper, phone="13800005678", birth_date=dt.date(1951, 3, 8))
    neighbour = StationFactory(county=station.county)
    with pytest.raises(PersonMayExist) as refused:
        register(neighbour, helper, phone="13900001234", birth_date=dt.date(1951, 3, 8))
    problem = refused.value.problem()
    assert [row["id"] for row in problem["similar"]] == [str(first.pk)]
    assert problem["similar"][0]["name_masked"] == "王*英"
    assert "王秀英" not in str(problem)
    assert "0005678" not in str(problem)
    assert Person.objects.count() == 1
    assert register(neighbour, helper, birth_date=dt.date(1951, 3, 8), confirmed_new=True) != first


@pytest.mark.parametrize(
    ("values", "is_twin"),
    [
        ({"full_name": "王秀英"}, True),
        ({"full_name": "王秀英", "birth_date": dt.date(1951, 12, 1)}, True),
        ({"full_name": "王秀英", "birth_date": dt.date(1952, 3, 8)}, False),
        ({"full_name": "王秀英", "id_number": ID_NUMBER}, False),
        ({"full_name": "王绣英", "phone": "138 0000 5678"}, True),
        ({"full_name": "王绣英", "phone": "13900001234"}, False),
        ({"full_name": "王大英", "phone": "13800005678"}, False),
    ],
)
def test_who_counts_as_a_likely_twin(station, helper, values, is_twin):
    register(
        station,
        helper,
        phone="13800005678",
        birth_date=dt.date(1951, 3, 8),
        id_number="110101195103080016" if values.get("id_number") else "",
    )
    if is_twin:
        with pytest.raises(PersonMayExist):
            register(station, helper, **values)
    else:
        register(station, helper, **values)
    assert Person.objects.count() == (1 if is_twin else 2)


def test_a_namesake_of_another_county_is_no_twin(station, helper):
    register(station, helper)
    elsewhere = StationFactory()
    register(elsewhere, helper_of(elsewhere))
    assert Person.objects.count() == 2


def test_the_number_is_encrypted_and_comes_back_only_through_the_key(station, helper):
    person = register(station, helper, id_number=ID_NUMBER)
    person.refresh_from_db()
    assert ID_NUMBER.encode() not in bytes(person.id_cipher)
    assert unseal(person) == ID_NUMBER


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("11010519491231002X", True),
        ("11010519491231002x", True),
        ("321324195103080011", True),  # older than its county
        ("321324195103080012", False),
        ("321324195102300016", False),  # 30 February
        ("991324195103080011", False),
        ("32132419510308001", False),
        ("３２１３２４１９５１０３０８００１１", False),
    ],
)
def test_what_is_a_residents_number(number, is_one):
    assert is_resident_id(number) is is_one


def test_identity_numbers_stand_nowhere_in_clear(station, helper, partner):
    person = register(station, helper, id_number=ID_NUMBER, phone="13800005678")
    services.edit_person(person=person, by=helper, at=NOW, id_number="110101195103080016", reason="typed wrong")
    services.reveal_person(
        person=person,
        field="id_number",
        reason="claim",
        note="",
        user=partner,
        post=partner.posts.get(),
        at=NOW,
    )
    assert columns_that_hold(ID_NUMBER) == []
    assert columns_that_hold("110101195103080016") == []


def columns_that_hold(text):
    """Every column of every table in which this text stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT table_name, column_name FROM information_schema.columns
               WHERE table_schema = 'public' AND data_type IN
               ('text', 'character varying', 'jsonb', 'bytea', 'ARRAY', 'numeric', 'bigint')"""
        )
        columns = cursor.fetchall()
        holding = []
        for table, column in columns:
            clear = f'"{column}"::text LIKE %s'
            cursor.execute(
                f'SELECT EXISTS (SELECT FROM "{table}" WHERE {clear} OR {clear})',  # noqa: S608
                [f"%{text}%", f"%{text.encode().hex()}%"],
            )
            if cursor.fetchone()[0]:
                holding.append((table, column))
    return holding


def test_the_scan_for_clear_text_sees_what_it_should(station, helper):
    register(station, helper, phone="13800005678")
    assert ("stations_person", "phone") in columns_that_hold("13800005678")


# Correcting


def test_a_correction_says_which_field_and_why_but_never_the_values(station, helper):
    person = register(station, helper, phone="13800005678")
    services.edit_person(person=person, by=helper, at=NOW, phone="13900001234", sex="female", reason="new phone")
    change = changes_of(person).last()
    assert (change.new, change.reason, change.actor) == ("corrected", "sex, phone — new phone", helper.pk)
    person.refresh_from_db()
    assert (str(person.phone), person.phone_reversed) == ("+8613900001234", "4321000093168")


def test_a_new_phone_is_not_yet_confirmed_and_the_same_one_stays_so(station, helper):
    person = register(station, helper, phone="13800005678")
    Person.objects.filter(pk=person.pk).update(phone_verified_at=NOW)
    same = services.edit_person(person=person, by=helper, at=NOW, phone="138-0000-5678", sex="female")
    assert same.phone_verified_at == NOW
    other = services.edit_person(person=person, by=helper, at=NOW, phone="13900001234")
    assert other.phone_verified_at is None


def test_correcting_nothing_leaves_no_history(station, helper):
    person = register(station, helper)
    services.edit_person(person=person, by=helper, at=NOW, full_name="王秀英")
    assert changes_of(person).count() == 1


def test_another_persons_document_is_refused_in_a_correction(station, helper):
    register(station, helper, id_number=ID_NUMBER)
    other = register(station, helper, "李四")
    with pytest.raises(IdAlreadyRegistered):
        services.edit_person(person=other, by=helper, at=NOW, id_number=ID_NUMBER)
    other.refresh_from_db()
    assert other.id_index is None


# Households


def test_households_are_numbered_in_their_county(station, helper):
    first = household_of(resident("张三", station))
    second = household_of(resident("李四", station))
    elsewhere = household_of(resident("王五"))
    prefix = station.county.code[:6]
    assert (first.number, second.number) == (f"{prefix}-H-0000001", f"{prefix}-H-0000002")
    assert elsewhere.number.endswith("-H-0000001")


def test_moving_ends_the_membership_before_it_and_takes_the_keys_along(station, helper):
    neighbour = StationFactory(county=station.county)
    mother, daughter = resident("张桂兰", station), resident("王小燕", station)
    household_of(daughter)
    new_home = household_of(resident("李大海", neighbour))
    services.move_person(person=daughter, household=new_home, relation="spouse", by=helper, at=NOW)
    daughter.refresh_from_db()
    assert (daughter.household, daughter.home_station, daughter.village) == (new_home, neighbour, neighbour.village)
    assert daughter.memberships.filter(to_date=None).count() == 1
    assert set(daughter.name_keys.values_list("station", flat=True)) == {neighbour.pk}
    assert Event.objects.filter(name="stations.person_moved").count() == 1
    assert mother.household is None


def test_a_head_does_not_leave_others_without_a_head(station, helper):
    head, wife = resident("张三", station), resident("李四", station)
    home = household_of(head)
    services.move_person(person=wife, household=home, relation="spouse", by=helper, at=NOW)
    other = household_of(resident("王五", station))
    head.refresh_from_db()
    with pytest.raises(HeadLeaves):
        services.move_person(person=head, household=other, relation="other", by=helper, at=NOW)
    assert head.memberships.get(to_date=None).household == home
    services.name_head(household=home, person=wife, by=helper, at=NOW)
    services.move_person(person=head, household=other, relation="other", by=helper, at=NOW)
    home.refresh_from_db()
    assert home.head == wife


def test_the_last_one_out_dissolves_the_household(station, helper):
    head = resident("张三", station)
    home, other = household_of(head), household_of(resident("王五", station))
    services.move_person(person=head, household=other, relation="other", by=helper, at=NOW)
    home.refresh_from_db()
    assert (home.head, home.dissolved_date) == (None, TODAY)
    with pytest.raises(HouseholdGone):
        services.move_person(person=head, household=home, relation="head", by=helper, at=NOW)


def test_somebody_who_does_not_live_there_is_no_head(station, helper):
    home = household_of(resident("张三", station))
    with pytest.raises(NotMember):
        services.name_head(household=home, person=resident("李四", station), by=helper, at=NOW)


def test_the_database_refuses_a_head_who_is_no_living_member(station):
    home, stranger = household_of(resident("张三", station)), resident("李四", station)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        Household.objects.filter(pk=home.pk).update(head=stranger)
    with pytest.raises(IntegrityError), transaction.atomic():
        home.memberships.update(to_date=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=home.head_id).update(residence="deceased", died_date=TODAY)


# Guardians and consents


def text(purpose="sms_notice", language="zh-hans"):
    return text_of_the_day(purpose=purpose, language=language, day=TODAY)


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
    person = resident("王秀英", station)
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
    person = resident("王秀英", station)
    assert consent(person, helper, station) == consent(person, helper, station)
    assert Event.objects.filter(name="stations.consent_given").count() == 1


def test_agreeing_to_a_newer_text_ends_the_older_consent(station, helper):
    person = resident("王秀英", station)
    first = consent(person, helper, station)
    ConsentText.objects.create(purpose="sms_notice", version=2, language="zh-hans", body="新", from_date=TODAY)
    second = consent(person, helper, station)
    first.refresh_from_db()
    assert (first.withdrawn_at, second.withdrawn_at) == (NOW, None)


def test_withdrawing_ends_it_once(station, helper):
    person = resident("王秀英", station)
    given = consent(person, helper, station)
    ended = services.withdraw_consent(consent=given, by=helper, at=NOW)
    assert (ended.withdrawn_at, ended.withdrawn_by) == (NOW, person)
    with pytest.raises(ConsentMissing):
        services.withdraw_consent(consent=given, by=helper, at=NOW)
    event = Event.objects.get(name="stations.consent_withdrawn")
    assert event.payload["purpose"] == "sms_notice"
    assert "王" not in str(event.payload)


def test_the_dead_agree_to_nothing(station, helper):
    person = resident("王秀英", station)
    Person.objects.filter(pk=person.pk).update(residence="deceased", died_date=TODAY)
    with pytest.raises(PersonGone):
        consent(person, helper, station)


def test_a_text_in_use_is_never_edited(station, helper):
    unused = text("photo_use")
    ConsentText.objects.filter(pk=unused.pk).update(body="besser")
    used = consent(resident("王秀英", station), helper, station).text_version
    for change in (lambda rows: rows.update(body="anders"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(ConsentText.objects.filter(pk=used.pk))
    used.refresh_from_db()
    assert used.body == text().body


# Codes


def code_sent(person, purpose="confirm_phone"):
    """The six digits as the phone shows them."""
    return _secrets(Notice.objects.filter(template=f"person_{purpose}_code").latest("pk"))["code"]


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_read_aloud_confirms_the_phone(station, helper):
    person = resident("王秀英", station, phone="13800005678")
    services.send_phone_code(person=person, by=helper, at=NOW)
    confirmed = services.confirm_phone(person=person, code=code_sent(person), by=helper, at=NOW)
    assert confirmed.phone_verified_at == NOW
    with pytest.raises(CodeExpired):
        services.confirm_phone(person=person, code=code_sent(person), by=helper, at=NOW)


@pytest.mark.parametrize(("minutes", "is_good"), [(9, True), (10, False), (11, False)])
def test_a_code_lives_ten_minutes(station, helper, minutes, is_good):
    person = resident("王秀英", station, phone="13800005678")
    services.send_phone_code(person=person, by=helper, at=NOW)
    at = NOW + dt.timedelta(minutes=minutes)
    if is_good:
        services.confirm_phone(person=person, code=code_sent(person), by=helper, at=at)
    else:
        with pytest.raises(CodeExpired):
            services.confirm_phone(person=person, code=code_sent(person), by=helper, at=at)
    person.refresh_from_db()
    assert (person.phone_verified_at is not None) is is_good


def test_five_wrong_codes_lock_it(station, helper):
    person = resident("王秀英", station, phone="13800005678")
    services.send_phone_code(person=person, by=helper, at=NOW)
    code = code_sent(person)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(CodeWrong) as refused:
            use_code(person=person, purpose="confirm_phone", code=wrong(code), at=NOW)
        assert refused.value.params == {"tries_left": left}
    with pytest.raises(CodeLocked):
        services.confirm_phone(person=person, code=code, by=helper, at=NOW)
    person.refresh_from_db()
    assert person.phone_verified_at is None


def test_a_code_for_another_phone_is_worthless(station, helper):
    person = resident("王秀英", station, phone="13800005678")
    services.send_phone_code(person=person, by=helper, at=NOW)
    services.edit_person(person=person, by=helper, at=NOW, phone="13900001234")
    with pytest.raises(CodeExpired):
        services.confirm_phone(person=person, code=code_sent(person), by=helper, at=NOW)


def test_no_phone_no_code_and_five_an_hour(station, helper):
    with pytest.raises(PhoneMissing):
        services.send_phone_code(person=resident("李四", station), by=helper, at=NOW)
    person = resident("王秀英", station, phone="13800005678")
    for _ in range(5):
        services.send_phone_code(person=person, by=helper, at=NOW)
    with pytest.raises(TooMany):
        services.send_phone_code(person=person, by=helper, at=NOW)
    assert PhoneCode.objects.count() == 5
    services.send_phone_code(person=person, by=helper, at=NOW + dt.timedelta(hours=1))


def test_a_consent_by_code_uses_the_guardians_phone(station, helper):
    child = resident("王小燕", station, birth_date=dt.date(2015, 1, 1))
    guardian = resident("张桂兰", station, birth_date=dt.date(1951, 3, 8), phone="13800005678")
    guardian_of(child, guardian)
    services.send_consent_code(person=guardian, by=helper, at=NOW)
    code = code_sent(guardian, "consent")
    with pytest.raises(CodeWrong):
        consent(child, helper, station, manner="code", code=wrong(code))
    assert not Consent.objects.exists()
    assert consent(child, helper, station, manner="code", code=code).given_by == guardian


def test_the_code_stands_nowhere_in_clear(station, helper):
    person = resident("王秀英", station, phone="13800005678")
    sent = services.send_phone_code(person=person, by=helper, at=NOW)
    assert code_sent(person) not in sent.code_hash
    assert "code" not in Notice.objects.get(template="person_confirm_phone_code").params


# Cards


def test_a_new_card_ends_the_old_one(station, helper):
    person = resident("王秀英", station)
    first = services.issue_card(person=person, by=helper, at=NOW)
    second = services.issue_card(person=person, by=helper, at=NOW)
    first.refresh_from_db()
    assert first.revoked_at == NOW
    assert first.code != second.code
    services.revoke_card(person=person, by=helper, at=NOW)
    assert not ResidentCard.objects.filter(revoked_at=None).exists()


# Reveals


def reveal(person, partner, *, at=NOW, field="phone", reason="customer_present", note=""):
    return services.reveal_person(
        person=person, field=field, reason=reason, note=note, user=partner, post=partner.posts.get(), at=at
    )


@pytest.mark.parametrize(("reason", "note"), [("", ""), ("because", ""), ("other", ""), ("other", "  ")])
def test_a_look_needs_a_reason(station, partner, reason, note):
    person = resident("王秀英", station, phone="13800005678")
    with pytest.raises(ReasonRequired):
        reveal(person, partner, reason=reason, note=note)
    assert not Reveal.objects.exists()


def test_an_empty_field_is_not_revealed(station, partner):
    with pytest.raises(NothingToShow):
        reveal(resident("王秀英", station), partner)
    assert not Reveal.objects.exists()


@pytest.mark.parametrize(("seconds", "is_shown"), [(0, True), (59, True), (60, False), (61, False)])
def test_a_value_is_shown_for_sixty_seconds(station, partner, seconds, is_shown):
    opened = reveal(resident("王秀英", station, phone="13800005678"), partner)
    at = NOW + dt.timedelta(seconds=seconds)
    if is_shown:
        assert value_of(opened, at=at) == "+8613800005678"
    else:
        with pytest.raises(NoLongerShown):
            value_of(opened, at=at)


def test_scenario_7_the_21st_reveal_of_a_station_day_tells_the_county_once(station, partner):
    manager = county_manager_of(station.county)
    person = resident("王秀英", station, phone="13800005678")
    yesterday = NOW - dt.timedelta(days=1)
    reveal(person, partner, at=yesterday)
    for _ in range(20):
        reveal(person, partner)
    assert not Notice.objects.filter(template="many_reveals").exists()
    reveal(person, partner)
    reveal(person, partner)
    notice = Notice.objects.get(template="many_reveals")
    assert (notice.user, notice.params["count"]) == (manager.pk, 21)
    assert "王秀英" not in str(notice.params)
    assert Reveal.objects.count() == 23


def test_looks_can_be_added_but_never_changed(station, partner, helper):
    reveal(resident("王秀英", station, phone="13800005678"), partner)
    services.log_search(user=helper, at=NOW)
    for model in (Reveal, AccessRead):
        for change in (lambda rows: rows.update(at=NOW), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                change(model.objects.all())
        assert model.objects.count() == 1


def test_age_is_counted_in_whole_years():
    assert age_on(None, TODAY) is None
    assert age_on(dt.date(2012, 2, 29), dt.date(2026, 2, 28)) == 13
    assert age_on(dt.date(2012, 2, 29), dt.date(2026, 3, 1)) == 14


# Races


def at_once(count, work):
    together = Barrier(count)

    def run(number):
        together.wait()
        try:
            return work(number)
        except Exception as error:  # the test looks at what was raised
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.usefixtures("own_database")
def test_two_helpers_registering_the_same_document_at_once_make_one_person():
    station = StationFactory()
    helpers = [helper_of(station), helper_of(station)]

    def work(number):
        return register(station, helpers[number], ["王秀英", "李四"][number], id_number=ID_NUMBER).full_name

    answers = at_once(2, work)
    assert sorted(answer == "IdAlreadyRegistered" for answer in answers) == [False, True]
    assert Person.objects.count() == 1


@pytest.mark.usefixtures("own_database")
def test_two_helpers_registering_the_same_man_at_once_see_each_other():
    station = StationFactory()
    helpers = [helper_of(station), helper_of(station)]
    answers = at_once(2, lambda number: register(station, helpers[number]).full_name)
    assert sorted(answers) == ["PersonMayExist", "王秀英"]
    assert Person.objects.count() == 1


@pytest.mark.usefixtures("own_database")
def test_two_consents_at_once_are_one():
    station = StationFactory()
    helper = helper_of(station)
    person = resident("王秀英", station)
    answers = at_once(4, lambda _: consent(person, helper, station).pk)
    assert len(set(answers)) == 1
    assert Consent.objects.count() == 1


@pytest.mark.usefixtures("own_database")
def test_households_registered_at_once_have_different_numbers():
    station = StationFactory()
    helper = helper_of(station)

    def work(_):
        return services.register_household(station=station, village=station.village, by=helper, at=NOW).number

    assert len(set(at_once(4, work))) == 4


@pytest.mark.usefixtures("own_database")
def test_a_guardians_code_agrees_for_one_child_even_when_two_are_asked_at_once():
    station = StationFactory()
    helper = helper_of(station)
    guardian = resident("张桂兰", station, phone="13800005678", birth_date=dt.date(1960, 1, 1))
    children = [resident(name, station, birth_date=dt.date(2020, 5, 1)) for name in ("张小宝", "张小贝")]
    for child in children:
        guardian_of(child, guardian)
    sent = services.send_consent_code(person=guardian, by=helper, at=NOW)
    code = _secrets(Notice.objects.get(dedupe_key=f"phone-code:{sent.pk}"))["code"]
    used = at_once(2, lambda number: consent(children[number], helper, station, manner="code", code=code))
    assert sorted(str(each) for each in used if isinstance(each, str)) == ["CodeExpired"]
    assert Consent.objects.count() == 1


@pytest.mark.django_db
def test_a_person_who_died_keeps_his_residence_and_his_other_details_can_be_corrected():
    station = StationFactory()
    helper = helper_of(station)
    person = resident("王秀英", station)
    Person.objects.filter(pk=person.pk).update(residence="deceased", died_date=dt.date(2026, 3, 1))
    with pytest.raises(PersonGone):
        services.edit_person(person=person, by=helper, at=NOW, residence="resident")
    person.refresh_from_db()
    assert person.residence == "deceased"
    assert services.edit_person(person=person, by=helper, at=NOW, sex="female").sex == "female"
