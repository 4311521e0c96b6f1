"""How days and times are written for people, in Chinese and in English."""

import datetime as dt

from django.utils.translation import get_language
from django.utils.translation import gettext as _

WEEKDAYS = {
    "zh": ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def in_chinese() -> bool:
    """Whether the reader reads Chinese."""
    return (get_language() or "").startswith("zh")


def day(date: dt.date) -> str:
    """`11月25日 周三` or `Wed 25 Nov`."""
    if in_chinese():
        return f"{date.month}月{date.day}日 {WEEKDAYS['zh'][date.weekday()]}"
    return f"{WEEKDAYS['en'][date.weekday()]} {date.day} {MONTHS[date.month - 1][:3]}"


def short_day(date: dt.date) -> str:
    """`11月25日` or `25 Nov`: under charts, where the weekday says nothing."""
    return f"{date.month}月{date.day}日" if in_chinese() else f"{date.day} {MONTHS[date.month - 1][:3]}"


def full_day(date: dt.date) -> str:
    """`2026年11月25日` or `25 Nov 2026`."""
    if in_chinese():
        return f"{date.year}年{date.month}月{date.day}日"
    return f"{date.day} {MONTHS[date.month - 1][:3]} {date.year}"


def span(first: dt.date, last: dt.date) -> str:
    """`2026年11月16日至22日` or `16–22 Nov 2026`: what both days share is said once."""
    if in_chinese():
        shared = len(f"{first.year}年{first.month}月") if first.month == last.month else len(f"{first.year}年")
        return f"{full_day(first)}至{full_day(last)[shared if first.year == last.year else 0 :]}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{full_day(last)}"
    begin = short_day(first) if first.year == last.year else full_day(first)
    return f"{begin} – {full_day(last)}"


def month(date: dt.date) -> str:
    """`2026年10月` or `October 2026`."""
    return f"{date.year}年{date.month}月" if in_chinese() else f"{MONTHS[date.month - 1]} {date.year}"


def period(text: str) -> str:
    """`2026-10` as a month; what a company calls its periods otherwise, as it is."""
    try:
        return month(dt.date.fromisoformat(f"{text}-01"))
    except ValueError:
        return text


def clock(local: dt.datetime | dt.time) -> str:
    """`8:02`, `14:30`."""
    return f"{local.hour}:{local.minute:02}"


def moment(local: dt.datetime) -> str:
    """`11月25日 周三 14:30` or `Wed 25 Nov, 14:30`; the instant is already in the reader's zone."""
    return f"{day(local)} {clock(local)}" if in_chinese() else f"{day(local)}, {clock(local)}"


def near(local: dt.datetime, today: dt.datetime) -> str:
    """`today 8:40`, `yesterday 16:05`, `tomorrow 9:30`; other days as a moment."""
    days = (local.date() - today.date()).days
    words = {-1: _("yesterday %(time)s"), 0: _("today %(time)s"), 1: _("tomorrow %(time)s")}
    return words[days] % {"time": clock(local)} if days in words else moment(local)
