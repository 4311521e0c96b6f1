"""Residents are found by hanzi, initials, pinyin and the end of their phone, in one order."""

import contextlib
import datetime as dt
from random import Random

import pytest

from core.crypto import blind_index
from stations.people.models import NameKey
from stations.people.names import name_keys
from stations.people.queries import QueryTooShort, find_people, finding, nearest_people, scope_of
from stations.people.services import edit_person, mark_served, register_person
from stations.people.services.registration import surname_readings
from tests.factories.people import household_of, resident
from tests.factories.stations import StationFactory, county_manager_of, helper_of, partner_of

NOW = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def station(db):
    return StationFactory()


@pytest.fixture
def helper(station):
    return helper_of(station)


def found(user, text, *, scope="station"):
    return [row.id for row in find_people(text=text, reach=scope_of(user, scope=scope))]


def names(user, text, *, scope="station"):
    return [row.name_masked for row in find_people(text=text, reach=scope_of(user, scope=scope))]


def test_scenario_5_initials_pinyin_and_phone_tail(station, helper):
    xiuying = resident("王秀英", station, phone="13800005678")
    xiaoyan = resident("王小燕", station)
    xiaoyong = resident("吴晓勇", station)
    assert set(found(helper, "wx")) == {xiuying.pk, xiaoyan.pk, xiaoyong.pk}
    assert found(helper, "wxya") == []
    assert found(helper, "wangxiaoy") == [xiaoyan.pk]
    assert found(helper, "5678") == [xiuying.pk]
    with pytest.raises(QueryTooShort):
        found(helper, "567")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("O'Brien", "O'Brien"),
        ("O’Brien", "o'bri"),
        ("Mary O'Brien", "obrien"),
        ("J.R. Smith", "J.R. Smith"),
        ("J.R. Smith", "jr smith"),
        ("J.R. Smith", "jrs"),
        ("Đorđe Marković", "Đorđe"),
        ("Đorđe Marković", "dorde markovic"),
        ("Øystein Sæther", "Øystein"),
        ("Øystein Sæther", "oystein saether"),
        ("Łukasz Þórsson", "lukasz thorsson"),
        ("Anne-Marie Smith-Jones", "Smith-Jones"),
        ("Anne-Marie Smith-Jones", "annemarie"),
        ("王秀英", "wxy"),
        ("王秀英", "wangxiuying"),
        ("单雄信", "sxx"),
        ("单雄信", "dxx"),
        ("欧阳娜娜", "oynn"),
        ("欧阳娜娜", "欧阳"),
        ("阿依古丽·买买提", "aygl"),
        ("阿依古丽·买买提", "mmt"),
        ("阿依古丽·买买提", "买买提"),
        ("Maria Lopez", "ml"),
        ("Maria Lopez", "maria"),
        ("Maria Lopez", "lopez"),
        ("单小红", "sxh"),
        ("单小红", "shanxiaohong"),
        ("单小红", "小红"),
        ("单小红", "单"),
        ("单小红", "Ｓｈàn xiao HÓNG"),
        ("吕丽", "lvli"),
        ("吕丽", "luli"),
        ("吕丽", "lüli"),
        ("覃勇", "qy"),
        ("覃勇", "ty"),
        ("乐嘉", "yj"),
        ("尉迟恭", "ycg"),
        ("万俟丹", "mqd"),
    ],
)
def test_a_name_is_found_by_what_people_type(station, helper, name, typed):
    person = resident(name, station)
    resident("赵不同", station)
    assert found(helper, typed) == [person.pk]


@pytest.mark.parametrize("typed", ["", "w", "1", "567", " ", "·", "%", "_", "w%"])
def test_too_little_is_refused(station, helper, typed):
    with pytest.raises(QueryTooShort):
        found(helper, typed)


@pytest.mark.parametrize("typed", ["王", "wa", "5678"])
def test_just_enough_finds(station, helper, typed):
    person = resident("王秀英", station, phone="13800005678")
    assert found(helper, typed) == [person.pk]


@pytest.mark.parametrize("typed", ["%%", "__", "\\\\", "wang%", "王%", "王_英", "' OR 1=1 --", "王';--"])
def test_signs_of_the_database_find_nobody_and_break_nothing(station, helper, typed):
    resident("王秀英", station)
    with contextlib.suppress(QueryTooShort):
        assert found(helper, typed) == []


def test_exact_before_prefix_before_substring(station, helper):
    inside = resident("李秀英", station)
    begins = resident("秀英子", station)
    exact = resident("秀英", station)
    assert found(helper, "秀英") == [exact.pk, begins.pk, inside.pk]


def test_own_station_comes_before_the_county_and_the_county_only_when_asked(station, helper):
    neighbour = StationFactory(county=station.county)
    there = resident("王秀英", neighbour)
    here = resident("王秀英", station)
    mark_served(person=there, at=NOW)
    assert found(helper, "王秀英") == [here.pk]
    assert found(helper, "王秀英", scope="county") == [here.pk, there.pk]


def test_most_recently_served_first_then_name_then_id(station, helper):
    first = resident("王芳", station)
    second = resident("王芳", station)
    third = resident("王安", station)
    assert found(helper, "王") == [third.pk, first.pk, second.pk]
    mark_served(person=second, at=NOW)
    assert found(helper, "王") == [second.pk, third.pk, first.pk]
    assert found(helper, "wf") == [second.pk, first.pk]


def test_another_county_is_never_searched(station, helper):
    elsewhere = StationFactory()
    resident("王秀英", elsewhere, phone="13800005678")
    for text in ("王秀英", "wxy", "5678", "13800005678"):
        assert found(helper, text, scope="county") == []


def test_a_partner_of_one_county_who_manages_another_finds_in_both(station):
    elsewhere = StationFactory()
    user = partner_of(station)
    county_manager_of(elsewhere.county, user)
    here, there = resident("王秀英", station), resident("王秀英", elsewhere)
    assert found(user, "wxy") == [here.pk, there.pk]


def test_nobody_without_a_post_finds_anybody(station, helper):
    resident("王秀英", station)
    helper.posts.update(to_at=helper.posts.get().from_at + dt.timedelta(days=1))
    helper.__dict__.pop("live_posts", None)
    assert found(helper, "wxy") == []
    assert found(helper, "wxy", scope="county") == []


def test_at_most_twenty_rows(station, helper):
    for number in range(22):
        resident(f"王{chr(0x4E00 + number)}", station)
    assert len(found(helper, "王")) == 20


def test_people_who_look_alike_say_whose_household_they_are_of(station, helper):
    first, second, other = resident("张桂兰", station), resident("张秋兰", station), resident("张秀龙", station)
    household_of(first, house_number="12")
    household_of(second, house_number="47")
    rows = {row.id: row for row in find_people(text="张", reach=scope_of(helper, scope="station"))}
    assert (rows[first.pk].head_masked, rows[first.pk].house_number) == ("张*兰", "12")
    assert (rows[second.pk].head_masked, rows[second.pk].house_number) == ("张*兰", "47")
    assert not rows[other.pk].looks_alike
    assert rows[other.pk].house_number == ""


def test_one_hanzi_is_the_beginning_of_a_name_and_two_may_stand_inside(station, helper):
    person = resident("王秀英", station)
    assert found(helper, "秀") == []
    assert found(helper, "秀英") == [person.pk]


@pytest.mark.parametrize("text", ["王", "秀英", "王秀", "wx", "w秀", "wang", "xiu", "xy", "wxy", "wangxiuying"])
@pytest.mark.parametrize("scope", ["station", "county"])
def test_a_text_that_many_share_gives_the_same_rows_as_sorting_all_of_them(station, helper, monkeypatch, text, scope):
    neighbour = StationFactory(county=station.county)
    chance = Random(5)
    for number in range(60):
        name = "".join(chance.choice("王秀英小") for _ in range(chance.randint(2, 3)))
        person = resident(name, chance.choice([station, neighbour]), by=helper)
        if chance.random() < 0.5:
            mark_served(person=person, at=NOW + dt.timedelta(hours=number % 7))
    monkeypatch.setattr(finding, "NARROW", 1_000)
    sorted_all = found(helper, text, scope=scope)
    monkeypatch.setattr(finding, "NARROW", 0)
    assert found(helper, text, scope=scope) == sorted_all
    assert sorted_all == by_hand(text, own=station, counties=scope == "county")


def by_hand(text, *, own, counties):
    """The rule in plain Python: the best key of each person, then own station, service, name, id."""
    best = {}
    for key in NameKey.objects.filter(**({} if counties else {"station": own})):
        is_name = key.kind == "name"
        if not key.key.startswith(text) or is_name != (not text.isascii()):
            continue
        rank = 0 if (key.name if is_name else key.key) == text else 1
        if is_name and not key.name.startswith(text):
            if len(text) < 2:
                continue
            rank = 2
        age = (NOW + dt.timedelta(days=9) - key.served_at) if key.served_at else dt.timedelta.max
        row = (rank, key.station_id != own.pk, age, key.name, key.person_id)
        best[key.person_id] = min(best.get(key.person_id, row), row)
    return [row[-1] for row in sorted(best.values())[:20]]


def test_who_finds_nobody_is_shown_the_nearest_spellings(station, helper):
    meant = resident("张桂兰", station)
    resident("李大海", station)
    reach = scope_of(helper, scope="station")
    assert found(helper, "zhgl") == []
    assert [row.id for row in nearest_people(text="zhgl", reach=reach)] == [meant.pk]
    assert [row.id for row in nearest_people(text="张贵兰", reach=reach)] == [meant.pk]


def test_an_identity_number_finds_its_holder(station, helper):
    person = resident("王秀英", station, id_number="11010519491231002X")
    assert found(helper, "11010519491231002x") == [person.pk]
    assert found(helper, "110105194912310021") == []


def test_one_statement_finds_and_one_shows(station, helper, django_assert_num_queries):
    for name in ("王秀英", "王小燕", "吴晓勇"):
        resident(name, station)
    reach = scope_of(helper, scope="station")
    for text in ("wx", "王"):
        with django_assert_num_queries(2):
            find_people(text=text, reach=reach)


def test_at_most_eight_keys_of_a_kind(station):
    person = resident("单乐行覃解仇任曾翟查", station)
    counts = [NameKey.objects.filter(person=person, kind=kind).count() for kind in ("name", "initials", "pinyin")]
    assert max(counts) <= 8
    assert min(counts) >= 1


def test_a_new_name_replaces_the_keys_of_the_old_one(station, helper):
    person = resident("王秀英", station)
    edit_person(person=person, full_name="单小红", by=helper, at=NOW)
    assert found(helper, "wxy") == []
    assert found(helper, "sxh") == [person.pk]


def test_surname_readings_are_data(station):
    assert name_keys("单雄信", surname_readings(["单"])).initials[0] == "sxx"
    assert name_keys("单雄信", {}).initials == ["dxx"]


def test_the_blind_index_is_of_the_number_alone(station):
    person = resident("王秀英", station, id_number="11010519491231002x")
    assert bytes(person.id_index) == blind_index("11010519491231002X")


def test_registering_needs_no_phone(station, helper):
    person = register_person(station=station, full_name=" 王  秀英 ", by=helper, at=NOW)
    assert person.full_name == "王 秀英"
    assert found(helper, "王秀英") == [person.pk]
