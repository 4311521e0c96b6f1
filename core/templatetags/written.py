"""How money, times and names are written for people, as filters."""

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.language import formatting
from core.money import Money

register = template.Library()


@register.filter
def money(value: Money | None) -> str:
    """`¥186.40`; minus as `-¥12.00`."""
    return "" if value is None else formatting.money(value)


@register.filter
def amount(value: Money | None) -> str:
    """`1,313.60`: where the currency is said elsewhere."""
    return "" if value is None else formatting.amount(value)


@register.filter
def capitals(value: Money | None) -> str:
    """`壹佰捌拾陆元肆角整`: the amount on a Chinese slip; empty for any other currency."""
    return "" if value is None else formatting.capitals(value)


@register.filter
def when(value: dt.datetime | None) -> SafeString | str:
    """`11月25日 周三 14:30` or `Wed 25 Nov, 14:30`, in the zone of the reader's station."""
    return _time(value, formatting.moment)


@register.filter
def when_words(value: dt.datetime | None) -> str:
    """The same without markup, for use inside a sentence."""
    return "" if value is None else formatting.moment(timezone.localtime(value))


@register.filter
def clock(value: dt.datetime | None) -> SafeString | str:
    """`14:30`, in the zone of the reader's station."""
    return _time(value, formatting.clock)


@register.filter
def clock_words(value: dt.datetime | None) -> str:
    """`14:30` without markup, for use inside a sentence."""
    return "" if value is None else formatting.clock(timezone.localtime(value))


@register.filter
def full_day_words(value: dt.date | dt.datetime | None) -> str:
    """`25 Nov 2026` without markup, for use inside a sentence."""
    if value is None:
        return ""
    return formatting.full_day(timezone.localtime(value) if isinstance(value, dt.datetime) else value)


@register.filter
def day(value: dt.date | dt.datetime | None) -> SafeString | str:
    """`11月25日 周三` or `Wed 25 Nov`."""
    return _time(value, formatting.day)


@register.filter
def full_day(value: dt.date | dt.datetime | None) -> SafeString | str:
    """`2026年11月25日` or `25 Nov 2026`: where the year matters."""
    return _time(value, formatting.full_day)


@register.filter
def ago(value: dt.datetime | None) -> SafeString | str:
    """`today 8:40`, `yesterday 16:05`, then the day and time."""
    return _time(value, lambda local: formatting.near(local, timezone.localtime()))


@register.filter
def month(value: dt.date | None) -> SafeString | str:
    """`2026年10月` or `October 2026`."""
    return _time(value, formatting.month)


def _time(value: Any, words: Any) -> SafeString | str:
    if value is None or value == "":
        return ""
    local = timezone.localtime(value) if isinstance(value, dt.datetime) else value
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), words(local))


@register.filter
def named(name: Any) -> SafeString:
    """A person's or place's name as it is written: never translated, its language and direction marked."""
    lang = ' lang="zh-Hans"' if formatting.is_chinese(str(name)) else ""
    return format_html("<bdi{}>{}</bdi>", SafeString(lang), name)
