"""Pages of residents: they work without scripts, are masked where nobody asked, and write once."""

import datetime as dt
import re

import pytest
import time_machine

from core.forms import new_key
from stations.hooks import ACTIONS, BADGES, WAITING, Action, Badge, Waiting
from stations.people import services
from stations.people.models import AccessRead, Consent, ConsentText, Person, PhoneCode, Reveal
from stations.people.queries import text_of_the_day
from tests.factories.people import guardian_of, household_of, resident
from tests.factories.stations import StationFactory, helper_of, partner_of
from tests.hooks import replace

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)
ID_NUMBER = "11010519491231002X"
CANARIES = ("王秀英", "13800005678", ID_NUMBER)


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def signed_in(client, station):
    client.force_login(partner_of(station))
    return client


def woman(station):
    return resident("王秀英", station, phone="13800005678", id_number=ID_NUMBER, birth_date=dt.date(1951, 3, 8))


def words(response):
    return re.sub(r"<[^>]+>", " ", response.content.decode())


def press(client, path, **typed):
    return client.post(path, {"key": new_key(), **typed})


def test_finding_shows_masked_rows_and_keeps_the_text_in_the_address(signed_in, station):
    person = woman(station)
    page = signed_in.get("/people/", {"q": "wxy"})
    assert page.status_code == 200
    assert f"/people/{person.pk}/" in page.content.decode()
    assert "王*英" in words(page)
    for canary in CANARIES:
        assert canary not in page.content.decode()
    assert page["Cache-Control"] == "no-store"


def test_without_scripts_a_posted_name_becomes_an_address_and_a_number_does_not(signed_in, station):
    person = woman(station)
    named = signed_in.post("/people/", {"q": "王秀英"})
    assert (named.status_code, named["Location"]) == (303, "/people/?q=%E7%8E%8B%E7%A7%80%E8%8B%B1")
    for number in ("13800005678", ID_NUMBER):
        page = signed_in.post("/people/", {"q": number})
        assert page.status_code == 200
        assert f"/people/{person.pk}/" in page.content.decode()
        assert number not in page.content.decode()


def test_a_number_in_an_address_is_not_searched_and_leaves_it(signed_in, station):
    woman(station)
    answer = signed_in.get("/people/", {"q": "13800005678"})
    assert (answer.status_code, answer["Location"]) == (303, "/people/")


def test_live_results_say_which_address_shows_the_same(signed_in, station):
    woman(station)
    named = signed_in.post("/people/", {"q": "wxy"}, headers={"HX-Request": "true"})
    assert named["HX-Replace-Url"] == "/people/?q=wxy"
    number = signed_in.post("/people/", {"q": "13800005678"}, headers={"HX-Request": "true"})
    assert number["HX-Replace-Url"] == "/people/"


def test_a_whole_number_is_looked_for_in_the_county_and_logged(signed_in, station):
    there = woman(StationFactory(county=station.county))
    page = signed_in.post("/people/", {"q": "13800005678"})
    assert str(there.pk) in page.content.decode()
    assert AccessRead.objects.get().what == "search_county"


def test_nobody_found_offers_the_nearest_and_registering_with_what_was_typed(signed_in, station):
    meant = resident("张桂兰", station)
    page = signed_in.get("/people/", {"q": "zhgl"})
    assert str(meant.pk) in page.content.decode()
    assert "/people/new/?name=zhgl" in page.content.decode()
    assert "scope=county" in page.content.decode()


def test_too_short_says_what_to_type(signed_in):
    assert "四位" in words(signed_in.get("/people/", {"q": "567"})) or "four" in words(
        signed_in.get("/people/", {"q": "567"})
    )


def test_a_floor_above_adds_badges_waiting_things_and_buttons(signed_in, station, monkeypatch):
    person = woman(station)
    replace(monkeypatch, BADGES, lambda *, people, user, at: {people[0]: Badge("1 张账单")})
    waiting = Waiting("十月电费", "/bills/1/", detail="供电公司")
    replace(monkeypatch, WAITING, lambda *, person, user, at: [waiting])
    buttons = [
        Action("缴费", "bolt", "people:find", "stations.find_person"),
        Action("禁止", "bolt", "people:find", "stations.nobody_holds_this"),
        Action("还没有", "bolt", "no-such-page", "stations.find_person"),
    ]
    replace(monkeypatch, ACTIONS, *buttons)
    assert "1 张账单" in words(signed_in.get("/people/", {"q": "wxy"}))
    page = signed_in.get(f"/people/{person.pk}/")
    assert "十月电费" in words(page)
    assert f"/people/?person={person.pk}" in page.content.decode()
    assert "禁止" not in words(page)
    assert "还没有" not in words(page)


def test_the_name_opens_with_the_person_and_phone_and_number_stay_hidden(signed_in, station):
    person = woman(station)
    page = signed_in.get(f"/people/{person.pk}/").content.decode()
    assert "王秀英" in page
    assert "138****5678" in page
    assert "13800005678" not in page
    assert ID_NUMBER not in page


def test_a_neighbour_of_the_county_stays_masked_and_the_look_is_logged(signed_in, station):
    there = woman(StationFactory(county=station.county))
    for part in ("", "household/", "consents/", "history/"):
        page = signed_in.get(f"/people/{there.pk}/{part}")
        assert page.status_code == 200
        assert "王秀英" not in page.content.decode()
    assert AccessRead.objects.filter(person=there, what="person").count() == 4


def test_a_stranger_sees_nothing_and_it_is_written_down(client, station):
    person = woman(station)
    client.force_login(partner_of(StationFactory()))
    parts = ("", "edit/", "household/", "household/new/", "household/move/", "history/", "phone/", "consents/")
    others = ("consents/sms_notice/", "reveal/phone/")
    for part in (*parts, *others):
        assert client.get(f"/people/{person.pk}/{part}").status_code == 404, part
    assert AccessRead.objects.filter(person=person, what="refused").count() == len(parts) + len(others)
    assert str(person.pk) not in client.get("/people/", {"q": "wxy", "scope": "county"}).content.decode()


def test_who_is_not_signed_in_is_sent_to_the_door(client, station):
    person = woman(station)
    for path in ("/people/", "/people/new/", f"/people/{person.pk}/"):
        assert client.get(path).status_code == 302


def test_registering_goes_on_with_the_person_and_pressing_twice_makes_one(signed_in):
    typed = {"key": new_key(), "full_name": "王秀英", "phone": "", "sex": "female"}
    first, second = signed_in.post("/people/new/", typed), signed_in.post("/people/new/", typed)
    person = Person.objects.get()
    assert first["Location"] == second["Location"] == f"/people/{person.pk}/"
    assert person.is_walk_in


def test_a_likely_twin_is_shown_and_the_second_press_says_it_is_another(signed_in, station):
    twin = woman(station)
    asked = press(signed_in, "/people/new/", full_name="王秀英", phone="13900001234")
    assert asked.status_code == 409
    assert str(twin.pk) in asked.content.decode()
    assert "13900001234" in asked.content.decode()
    assert Person.objects.count() == 1
    assert press(signed_in, "/people/new/", full_name="王秀英", confirmed_new="on").status_code == 303
    assert Person.objects.count() == 2


def test_a_wrong_phone_keeps_what_was_typed(signed_in):
    page = press(signed_in, "/people/new/", full_name="王秀英", phone="12")
    assert page.status_code == 422
    assert "王秀英" in page.content.decode()
    assert not Person.objects.exists()


def test_all_that_is_wrong_with_a_new_resident_is_shown_at_once(signed_in):
    page = press(
        signed_in, "/people/new/", full_name="王秀英", phone="12", birth_date="31 February", id_number="3213240000"
    )
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"phone", "birth_date", "id_number"}
    assert page.content.decode().count('class="errors"') == 1
    assert not Person.objects.exists()


def test_correcting_leaves_the_stored_number_alone(signed_in, station):
    person = woman(station)
    page = signed_in.get(f"/people/{person.pk}/edit/")
    assert ID_NUMBER not in page.content.decode()
    assert "13800005678" not in page.content.decode()
    done = press(
        signed_in,
        f"/people/{person.pk}/edit/",
        full_name="王秀英",
        phone="13900001234",
        sex="female",
        birth_date="1951-03-08",
        residence="resident",
        language="zh-hans",
    )
    assert done.status_code == 303
    before = person.id_index
    person.refresh_from_db()
    assert (str(person.phone), bytes(person.id_index)) == ("+8613900001234", bytes(before))


@pytest.mark.parametrize(("typed", "phone"), [("", "+8613800005678"), ("-", ""), ("13900001234", "+8613900001234")])
def test_an_empty_phone_stays_and_a_dash_takes_it_away(signed_in, station, typed, phone):
    person = woman(station)
    same = {"full_name": "王秀英", "residence": "resident", "language": "zh-hans"}
    assert press(signed_in, f"/people/{person.pk}/edit/", phone=typed, **same).status_code == 303
    person.refresh_from_db()
    assert str(person.phone) == phone


def test_a_reveal_shows_the_value_to_whoever_asked_for_a_minute(signed_in, client, station):
    person = woman(station)
    with time_machine.travel(NOW, tick=False):
        done = press(signed_in, f"/people/{person.pk}/reveal/phone/", reason="customer_present")
        page = signed_in.get(done["Location"])
        assert "+8613800005678" in page.content.decode()
        assert page["Refresh"] == f"60; url=/people/{person.pk}/"
    with time_machine.travel(NOW + dt.timedelta(seconds=60), tick=False):
        assert signed_in.get(done["Location"]).status_code == 302
    client.force_login(partner_of(station))
    with time_machine.travel(NOW, tick=False):
        assert client.get(done["Location"]).status_code == 404
    assert Reveal.objects.count() == 1


def test_a_reveal_for_another_reason_needs_words(signed_in, station):
    person = woman(station)
    assert press(signed_in, f"/people/{person.pk}/reveal/phone/", reason="other").status_code == 422
    assert not Reveal.objects.exists()


def test_a_helper_may_not_reveal(client, station):
    person = woman(station)
    client.force_login(helper_of(station))
    assert client.get(f"/people/{person.pk}/reveal/phone/").status_code == 403
    assert f"/people/{person.pk}/reveal/" not in client.get(f"/people/{person.pk}/").content.decode()


def test_a_consent_is_read_out_given_and_withdrawn(signed_in, station):
    person = woman(station)
    page = signed_in.get(f"/people/{person.pk}/consents/sms_notice/")
    text = text_of_the_day(purpose="sms_notice", language="zh-hans", day=NOW.date())
    assert text.body in page.content.decode()
    assert press(signed_in, f"/people/{person.pk}/consents/sms_notice/", manner="signature").status_code == 303
    given = Consent.objects.get()
    assert press(signed_in, f"/people/consents/{given.pk}/withdraw/").status_code == 303
    given.refresh_from_db()
    assert given.withdrawn_at
    history = words(signed_in.get(f"/people/{person.pk}/history/"))
    assert "sms_notice" not in history


def test_a_child_without_guardian_is_refused_on_the_page(signed_in, station):
    child = resident("王小燕", station, birth_date=dt.date(2020, 1, 1))
    page = press(signed_in, f"/people/{child.pk}/consents/education_record/", manner="signature")
    assert page.status_code == 422
    assert not Consent.objects.exists()


def test_a_phone_is_confirmed_by_the_code_read_aloud(signed_in, station):
    person = woman(station)
    sent = press(signed_in, f"/people/{person.pk}/phone/send/")
    assert sent["Location"] == f"/people/{person.pk}/phone/?sent=1"
    page = press(signed_in, f"/people/{person.pk}/phone/", code="000000")
    assert page.status_code in (303, 422)
    assert "138****5678" in signed_in.get(sent["Location"]).content.decode()


def test_households_are_made_and_joined(signed_in, station):
    head, wife = woman(station), resident("李小红", station)
    assert press(signed_in, f"/people/{head.pk}/household/new/", house_number="12").status_code == 303
    head.refresh_from_db()
    joined = press(signed_in, f"/people/{wife.pk}/household/move/", number=head.household.number, relation="spouse")
    assert joined.status_code == 303
    assert "李小红" in words(signed_in.get(f"/people/{head.pk}/household/"))
    wrong = press(signed_in, f"/people/{wife.pk}/household/move/", number="000000-H-0000001", relation="spouse")
    assert wrong.status_code == 422


def test_look_alikes_say_head_and_house_number(signed_in, station):
    for number, name in enumerate(("张桂兰", "张秋兰"), start=12):
        household_of(resident(name, station), house_number=str(number))
    shown = words(signed_in.get("/people/", {"q": "张"}))
    assert "12" in shown
    assert "13" in shown


def test_pages_ask_the_database_the_same_number_of_times_for_one_row_and_for_many(
    signed_in, station, django_assert_max_num_queries
):
    for number in range(12):
        household_of(resident(f"张{chr(0x6842 + number)}兰", station))
    with django_assert_max_num_queries(11):  # bills and parcels say each what waits, in one statement
        signed_in.get("/people/", {"q": "张"})


def test_no_name_phone_or_number_reaches_the_log(signed_in, station, caplog):
    person = woman(station)
    signed_in.get("/people/", {"q": "王秀英"})
    signed_in.post("/people/", {"q": "13800005678"})
    signed_in.get(f"/people/{person.pk}/")
    services.log_refused_read(user=partner_of(StationFactory()), person_id=person.pk, at=NOW)
    written = "\n".join(record.getMessage() for record in caplog.records if "structlog" not in record.name)
    for canary in CANARIES:
        assert canary not in written


def test_twins_of_the_same_sound_and_phone_are_shown_to_whoever_registers(signed_in, station):
    resident("王秀英", station, phone="13800005678")
    page = press(signed_in, "/people/new/", full_name="王秀瑛", phone="138 0000 5678")
    assert page.status_code == 409
    assert "王*英" in words(page)
    assert Person.objects.count() == 1


def test_a_household_number_that_nobody_has_is_refused_beside_its_field(signed_in, station):
    person = woman(station)
    page = press(signed_in, f"/people/{person.pk}/household/move/", number="321324-H-9999999", relation="other")
    assert page.status_code == 422
    assert "321324-H-9999999" in page.content.decode()
    assert not person.memberships.exists()


def test_a_consent_is_given_to_the_text_that_was_read_and_not_to_a_newer_one(signed_in, station):
    person = woman(station)
    path = f"/people/{person.pk}/consents/sms_notice/"
    shown = re.search(r'name="text" value="(\d+)"', signed_in.get(path).content.decode())[1]
    old = ConsentText.objects.get(pk=shown)
    ConsentText.objects.create(
        purpose=old.purpose, version=old.version + 1, language=old.language, body="新的", from_date=old.from_date
    )
    page = press(signed_in, path, manner="signature", text=shown)
    assert page.status_code == 409
    assert not Consent.objects.exists()
    assert "新的" in words(page)


def test_a_code_to_agree_with_is_sent_from_the_page_to_the_one_who_agrees(signed_in, station):
    child = resident("张小宝", station, phone="13700001111", birth_date=dt.date(2020, 5, 1))
    guardian_of(child, woman(station))
    path = f"/people/{child.pk}/consents/sms_notice/"
    assert press(signed_in, f"{path}code/").status_code == 303
    assert [str(code.phone) for code in PhoneCode.objects.all()] == ["+8613800005678"]


def test_a_consent_that_cannot_be_ended_says_why(signed_in, station):
    child = resident("张小宝", station, birth_date=dt.date(2020, 5, 1))
    papers = guardian_of(child, woman(station))
    path = f"/people/{child.pk}/consents/sms_notice/"
    shown = re.search(r'name="text" value="(\d+)"', signed_in.get(path).content.decode())[1]
    assert press(signed_in, path, manner="signature", text=shown).status_code == 303
    papers.delete()
    page = press(signed_in, f"/people/consents/{Consent.objects.get().pk}/withdraw/")
    assert page.status_code == 303
    assert "14" in words(signed_in.get(page["Location"]))
    assert Consent.objects.get().withdrawn_at is None
