"""Divisions: their parents and codes, what became of them, their short names and how names are romanised."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from stations.models import Division, DivisionSuccession, NameEnding
from stations.places.naming import romanise, shortener
from stations.places.queries import division_today
from tests.factories.stations import DivisionFactory, division_below

NEXT = dt.date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.mark.django_db
def test_a_parent_of_the_same_level_or_of_another_country_is_refused_by_the_database():
    village = division_below(None, "village")
    for parent in (division_below(None, "village"), DivisionFactory(country="VN")):
        with pytest.raises(IntegrityError, match="higher level"), transaction.atomic():
            Division.objects.filter(pk=village.pk).update(parent=parent)


@pytest.mark.django_db
def test_a_code_stands_once_at_a_level_at_any_date():
    village = division_below(None, "village", valid_to=NEXT)
    same = {"code": village.code, "level": "village", "parent": village.parent}
    with pytest.raises(IntegrityError, match="division_stands_once"), transaction.atomic():
        DivisionFactory(**same, valid_from=dt.date(2025, 12, 31))
    assert DivisionFactory(**same, valid_from=NEXT)


@pytest.mark.django_db
def test_what_became_of_a_division_is_followed_to_the_end():
    a, b, c, d, e = (division_below(None, "village") for _ in range(5))
    link = {"effective_date": NEXT, "source": "tests"}
    DivisionSuccession.objects.create(old=a, new=b, kind="recoded", **link)
    DivisionSuccession.objects.create(old=b, new=c, kind="merged", **link)
    assert division_today(a, dt.date(2025, 12, 31)) == [a]
    assert division_today(a, NEXT) == [c]
    DivisionSuccession.objects.create(old=c, new=d, kind="split", **link)
    DivisionSuccession.objects.create(old=c, new=e, kind="split", **link)
    assert division_today(a, NEXT) == [d, e]
    with pytest.raises(IntegrityError, match="succeed itself"), transaction.atomic():
        DivisionSuccession.objects.create(old=d, new=a, kind="recoded", **link)


@pytest.mark.django_db
def test_short_names_follow_the_longest_ending_of_the_country():
    shorten = shortener(NameEnding.objects.filter(country="CN").values_list("ending", "short"))
    official = {
        "沿坑岭头村村委会": "沿坑岭头村",
        "三间房东村村委会": "三间房东村",
        "六铺炕南小街居委会": "六铺炕南小街社区",
        "桑园村村民委员会": "桑园村",
        "城中社区居民委员会": "城中社区",
        "老庄社区居委会": "老庄社区",
        "青阳街道": "青阳街道",
        "村委会": "村委会",
    }
    assert {name: shorten(name) for name in official} == official


@pytest.mark.parametrize(
    ("name", "romanised", "initials"),
    [
        ("沿坑岭头村", "Yankenglingtou Cun", "ykltc"),
        ("泗洪县", "Sihong Xian", "shx"),
        ("123街社区", "123jie Shequ", "123jsq"),
        ("翠湖社区（滨河）", "Cuihushequbinhe", "chsqbh"),
        ("村", "Cun", "c"),
    ],
)
def test_names_are_romanised_with_the_kind_of_place_as_a_word(name, romanised, initials):
    assert romanise(name) == (romanised, initials)
