"""The register of people: who is written down, the number of a document, corrections, cards."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from core.history import changes_of
from core.resident_ids import NumberInText, is_resident_id
from stations.people import services
from stations.people.identity import InvalidIdNumber, unseal
from stations.people.models import NameKey, Person, ResidentCard
from stations.people.phones import InvalidPhone
from stations.people.queries import age_on
from stations.people.services.consents import PersonGone
from stations.people.services.registration import (
    BornInFuture,
    IdAlreadyRegistered,
    NameMissing,
    PersonMayExist,
    VillageElsewhere,
)
from tests.factories.people import resident
from tests.factories.register import TODAY, at_once
from tests.factories.stations import StationFactory, division_below, helper_of, partner_of

NOW = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)
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


@pytest.mark.parametrize(
    "typed",
    ["11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", "110105 1949‑1231 002X"],
)
def test_full_width_digits_blanks_and_dashes_make_no_other_document(station, helper, typed):
    person = register(station, helper, id_number=ID_NUMBER)
    assert unseal(person) == ID_NUMBER
    with pytest.raises(IdAlreadyRegistered):
        register(station, helper, "李四", id_number=typed)


@pytest.mark.parametrize("number", [ID_NUMBER, "王秀英 １１０１０５ 19491231 002X", "13800005678", "E１２３４５６７８"])
@pytest.mark.parametrize("field", ["full_name", "preferred_name"])
def test_a_number_is_no_name(station, helper, field, number):
    person = register(station, helper)
    with pytest.raises(NumberInText) as refused:
        services.edit_person(person=person, by=helper, at=NOW, **{field: f"王 {number}"})
    assert refused.value.field == field
    with pytest.raises(NumberInText):
        register(station, helper, **{"full_name": "李四", field: f"王 {number}"})
    assert Person.objects.count() == 1


@pytest.mark.parametrize("words", [f"证件 {ID_NUMBER}", "改为１１０１０５１９４９１２３１００２Ｘ。"])
def test_a_residents_number_is_no_reason(station, helper, partner, words):
    person = register(station, helper, phone="13800005678")
    with pytest.raises(NumberInText):
        services.edit_person(person=person, by=helper, at=NOW, sex="female", reason=words)
    with pytest.raises(NumberInText):
        services.reveal_person(
            person=person, field="phone", reason="other", note=words, user=partner, post=partner.posts.get(), at=NOW
        )


@pytest.mark.parametrize("number", ["1380000", "１３８００００"])
@pytest.mark.parametrize("field", ["full_name", "preferred_name"])
def test_the_database_refuses_a_number_for_a_name(station, helper, field, number):
    person = register(station, helper)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(**{field: number})


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
    person = services.edit_person(
        person=person, by=helper, at=NOW, id_number="110101195103080016", reason="typed wrong"
    )
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


def test_the_same_number_typed_again_can_still_be_read(station, helper):
    person = register(station, helper, id_number=ID_NUMBER)
    services.edit_person(person=person, by=helper, at=NOW, id_kind="resident_id", id_number=f" {ID_NUMBER} ")
    assert unseal(Person.objects.get(pk=person.pk)) == ID_NUMBER
    services.edit_person(person=person, by=helper, at=NOW, id_number=ID_NUMBER, sex="female")
    assert unseal(Person.objects.get(pk=person.pk)) == ID_NUMBER


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


# Ages


def test_age_is_counted_in_whole_years():
    assert age_on(None, TODAY) is None
    assert age_on(dt.date(2012, 2, 29), dt.date(2026, 2, 28)) == 13
    assert age_on(dt.date(2012, 2, 29), dt.date(2026, 3, 1)) == 14


# Races


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
