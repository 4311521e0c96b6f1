"""Words for days and amounts, as a counter writes them in both languages."""

import datetime as dt

import pytest
from django.utils import formats, timezone, translation
from django.utils.functional import lazystr

from core.errors import Refused
from core.language import formatting
from core.money import Money
from core.templatetags import written

AT = dt.datetime(2026, 11, 25, 6, 30, tzinfo=dt.UTC)


def yuan(text):
    return Money(round(float(text) * 100), "CNY")


@pytest.fixture(autouse=True)
def _in_china():
    with timezone.override("Asia/Shanghai"):
        yield


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "11月25日 周三 14:30"), ("en", "Wed 25 Nov, 14:30")])
def test_a_moment_is_written_in_the_zone_of_the_station(language, words):
    with translation.override(language):
        assert written.when(AT) == f'<time datetime="2026-11-25T14:30:00+08:00">{words}</time>'


@pytest.mark.parametrize(
    ("name", "chinese", "english"),
    [
        ("day", "11月25日 周三", "Wed 25 Nov"),
        ("full_day", "2026年11月25日", "25 Nov 2026"),
        ("month", "2026年11月", "November 2026"),
        ("clock", "14:30", "14:30"),
    ],
)
def test_days_and_clocks_in_both_languages(name, chinese, english):
    for language, words in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            assert f">{words}<" in getattr(written, name)(AT)


@pytest.mark.parametrize(
    ("hours", "chinese", "english"),
    [
        (0, "今天 14:30", "today 14:30"),
        (-24, "昨天 14:30", "yesterday 14:30"),
        (10, "明天 0:30", "tomorrow 0:30"),
        (-48, "11月23日 周一 14:30", "Mon 23 Nov, 14:30"),
    ],
)
def test_near_days_are_called_by_their_names(hours, chinese, english):
    today = timezone.localtime(AT)
    for language, words in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            assert formatting.near(today + dt.timedelta(hours=hours), today) == words


@pytest.mark.parametrize(
    ("value", "with_sign", "without"),
    [
        (Money(18640, "CNY"), "¥186.40", "186.40"),
        (Money(-1200, "CNY"), "-¥12.00", "-12.00"),
        (Money(131360, "CNY"), "¥1,313.60", "1,313.60"),
        (Money(0, "CNY"), "¥0.00", "0.00"),
        (Money(123456789012, "CNY"), "¥1,234,567,890.12", "1,234,567,890.12"),
    ],
)
def test_amounts_carry_the_sign_before_the_currency_in_both_languages(value, with_sign, without):
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert (written.money(value), written.amount(value)) == (with_sign, without)


def test_a_currency_without_decimals_has_none_and_a_foreign_one_is_named():
    with translation.override("en"):
        assert formatting.amount(Money(1200, "JPY")) == "1,200"
        assert formatting.money(Money(1234, "KWD")) == "KWD 1.234"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("100.00", "壹佰元整"),
        ("186.40", "壹佰捌拾陆元肆角整"),
        ("1005.07", "壹仟零伍元零柒分"),
        ("0", "零元整"),
        ("0.07", "柒分"),
        ("0.70", "柒角整"),
        ("0.75", "柒角伍分"),
        ("10", "壹拾元整"),
        ("10.50", "壹拾元零伍角整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "壹拾万零柒仟元零伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("10000", "壹万元整"),
        ("10001", "壹万零壹元整"),
        ("10010", "壹万零壹拾元整"),
        ("11000", "壹万壹仟元整"),
        ("1000000", "壹佰万元整"),
        ("100000001", "壹亿零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("120034005", "壹亿贰仟零叁万肆仟零伍元整"),
        ("-12.00", "负壹拾贰元整"),
    ],
)
def test_capitals_follow_the_rules_for_vouchers(amount, words):
    assert formatting.capitals(yuan(amount)) == words


@pytest.mark.parametrize("currency", ["JPY", "KWD", "USD"])
def test_capitals_are_for_yuan_only(currency):
    assert formatting.capitals(Money(100, currency)) == ""


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "合伙人、帮手"), ("en", "合伙人, 帮手")])
def test_several_things_in_one_breath(language, words):
    with translation.override(language):
        assert formatting.listed(["合伙人", "帮手"]) == words


def test_names_are_marked_with_their_language_and_direction():
    assert written.named("张桂兰") == '<bdi lang="zh-Hans">张桂兰</bdi>'
    assert written.named("Anna <b>") == "<bdi>Anna &lt;b&gt;</bdi>"


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "2026年11月25日 14:30"), ("en", "25 Nov 2026, 14:30")])
def test_the_framework_writes_moments_as_we_do(language, words):
    with translation.override(language):
        assert formats.date_format(timezone.localtime(AT), "DATETIME_FORMAT") == words


class TooSoon(Refused):
    code = "too_soon"
    message = lazystr("Not before %(date)s.")


def test_a_refusal_writes_its_day_for_people_and_for_programs():
    refusal = TooSoon(date=dt.date(2026, 11, 25))
    with translation.override("en"):
        assert str(refusal) == "Not before 25 Nov 2026."
        problem = refusal.problem()
    assert (problem["detail"], problem["params"]) == ("Not before 25 Nov 2026.", {"date": "2026-11-25"})
    with translation.override("zh-hans"):
        assert "2026年11月25日" in str(refusal)


@pytest.mark.parametrize(
    ("first", "last", "chinese", "english"),
    [
        ("2026-11-16", "2026-11-22", "2026年11月16日至22日", "16–22 Nov 2026"),
        ("2026-10-26", "2026-11-01", "2026年10月26日至11月1日", "26 Oct – 1 Nov 2026"),
        ("2026-12-28", "2027-01-03", "2026年12月28日至2027年1月3日", "28 Dec 2026 – 3 Jan 2027"),
        ("2025-11-16", "2026-11-22", "2025年11月16日至2026年11月22日", "16 Nov 2025 – 22 Nov 2026"),
        ("2026-09-05", "2026-09-05", "2026年9月5日", "5 Sept 2026"),
    ],
)
def test_a_span_says_once_what_both_days_share(first, last, chinese, english):
    for language, words in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            assert formatting.span(dt.date.fromisoformat(first), dt.date.fromisoformat(last)) == words
