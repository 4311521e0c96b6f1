"""How days and times are written for people: names by CLDR (Babel), their order by the catalogues."""

import datetime as dt
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton
from django.utils.translation import get_language, pgettext, to_locale
from django.utils.translation import gettext as _

#: Where the day stands before the month, which plain `en` (the United States) does not do.
TERRITORIES = {"en": "en_GB"}
#: So many days in one form and language a process remembers: Babel takes longer to write one than a page for its row.
REMEMBERED = 4096


def in_chinese() -> bool:
    """Whether the reader reads Chinese: chooses between two columns of a row, such as `name` and `name_zh`."""
    return (get_language() or "").startswith("zh")


def reader_locale() -> Locale:
    """The locale of the reader's language."""
    name = to_locale(get_language() or "en")
    return _locale_called(TERRITORIES.get(name, name))


def day(date: dt.date) -> str:
    """`11月25日 周三` or `Wed 25 Nov`."""
    words = {"weekday": _named(_day_of(date), "EEE", reader_locale()), "day": short_day(date)}
    return pgettext("day", "%(weekday)s %(day)s") % words


def weekday(date: dt.date) -> str:
    """`星期日` or `Sunday`."""
    return _named(_day_of(date), "EEEE", reader_locale())


def short_day(date: dt.date) -> str:
    """`11月25日` or `25 Nov`: under charts, where the weekday says nothing."""
    return _written(_day_of(date), "MMMd", reader_locale())


def full_day(date: dt.date) -> str:
    """`2026年11月25日` or `25 Nov 2026`."""
    return _written(_day_of(date), "yMMMd", reader_locale())


def span(first: dt.date, last: dt.date) -> str:
    """`2026年11月16日至22日` or `16–22 Nov 2026`: what both days share is said once."""
    return format_interval(first, last, "yMMMd", locale=reader_locale()).replace("\N{THIN SPACE}", " ")


def month(date: dt.date) -> str:
    """`2026年10月` or `October 2026`."""
    return _written(_day_of(date), "yMMMM", reader_locale())


def short_month(date: dt.date) -> str:
    """`10月` or `Oct`: under charts, where the year says nothing."""
    return _written(_day_of(date), "MMM", reader_locale())


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
    return pgettext("moment", "%(day)s, %(time)s") % {"day": day(local), "time": clock(local)}


def near(local: dt.datetime, local_now: dt.datetime) -> str:
    """`today 8:40`, `yesterday 16:05`, `tomorrow 9:30`; other days as a moment."""
    days = (local.date() - local_now.date()).days
    words = {-1: _("yesterday %(time)s"), 0: _("today %(time)s"), 1: _("tomorrow %(time)s")}
    return words[days] % {"time": clock(local)} if days in words else moment(local)


@cache
def _locale_called(name: str) -> Locale:
    return Locale.parse(name)


def _day_of(date: dt.date) -> dt.date:
    """The day alone, as Babel reads it: other hours of it are remembered as the same day."""
    return dt.date(date.year, date.month, date.day)


@lru_cache(maxsize=REMEMBERED)
def _named(date: dt.date, pattern: str, locale: Locale) -> str:
    return format_date(date, pattern, locale=locale)


@lru_cache(maxsize=REMEMBERED)
def _written(date: dt.date, skeleton: str, locale: Locale) -> str:
    return format_skeleton(skeleton, date, locale=locale)
