"""Countries in which a system may stand: each has a book of its own, its money and its clock.

What is sold there, and for how many minor units, is the same everywhere: 186.40 yuan, 18,640 yen, 18.640 dinars.
"""

import contextlib
import datetime as dt
import itertools
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import override_settings

from core import countries
from core.days import day_in, instant_of
from core.money import Money, units

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@dataclass(frozen=True)
class Land:
    """One of them, and how the mobile numbers of its two operators begin."""

    country: str
    currency: str
    zone: str
    dialled: str
    prefixes: tuple[str, str]
    digits: str

    def __str__(self) -> str:
        return self.country

    def money(self, minor: int) -> Money:
        """So many of its smallest units."""
        return Money(minor, self.currency)

    def whole(self, count: int) -> int:
        """The minor units of so many whole ones."""
        return units(count, self.currency).minor

    def day_of(self, at: dt.datetime) -> dt.date:
        """The date on the wall."""
        return day_in(self.zone, at)

    def instant_of(self, date: dt.date, clock: dt.time) -> dt.datetime:
        """When the wall shows it."""
        return instant_of(self.zone, date, clock)

    def phone(self, operator: int, number: int) -> str:
        """One of the numbers of an operator."""
        return f"+{self.dialled}{self.prefixes[operator]}{self.digits}{number}"

    def begins_at(self, now: dt.datetime) -> dt.datetime:
        """The next morning of a Monday; where clocks are changed, that of the day at whose end they are."""
        today = self.day_of(now)
        monday = today + (7 - today.weekday()) * DAY
        return self.instant_of(_day_of_change(ZoneInfo(self.zone), after=monday) or monday, dt.time(8))

    @contextlib.contextmanager
    def at_home(self) -> Iterator[None]:
        """Inside, the installation is one of this country, and it is known what is usual there."""
        named = {"ECOMNET_COUNTRY": self.country, "ECOMNET_CURRENCY": self.currency, "ECOMNET_ZONE": self.zone}
        with override_settings(**named), self._known():
            yield

    @contextlib.contextmanager
    def _known(self) -> Iterator[None]:
        """A country without a file of its own has China's amounts, in as many of its smallest units."""
        if self.country in countries.known_countries():
            yield
            return
        shipped = settings.BASE_DIR / countries.FOLDER
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            shutil.copytree(shipped, folder, dirs_exist_ok=True)
            written = re.sub(r'"(\d+\.\d\d)"', self._in_own_money, (shipped / "CN.json").read_text())
            own = json.loads(written) | {"country": self.country, "currency": self.currency, "zone": self.zone}
            (Path(folder) / f"{self.country}.json").write_text(json.dumps(own | {"calendars": {}}))
            patch.setattr(countries, "FOLDER", Path(folder))
            _forget_countries()
            yield
        _forget_countries()

    def _in_own_money(self, yuan: re.Match[str]) -> str:
        return f'"{Money(int(yuan[1].replace(".", "")), self.currency)}"'


def _forget_countries() -> None:
    countries.country_of.cache_clear()
    countries.usual_in.cache_clear()


def _day_of_change(zone: ZoneInfo, *, after: dt.date) -> dt.date | None:
    """The date before the first change of clocks after this day; nothing where a year has none."""
    hours = [dt.datetime.combine(after + DAY, dt.time(), tzinfo=dt.UTC) + number * HOUR for number in range(366 * 24)]
    for before, at in itertools.pairwise(hours):
        if before.astimezone(zone).utcoffset() != at.astimezone(zone).utcoffset():
            return before.astimezone(zone).date()
    return None


CHINA = Land("CN", "CNY", "Asia/Shanghai", "86", ("138", "130"), "0516000")
#: No decimals.
JAPAN = Land("JP", "JPY", "Asia/Tokyo", "81", ("90", "80"), "5160000")
#: Three decimals.
KUWAIT = Land("KW", "KWD", "Asia/Kuwait", "965", ("5", "6"), "051600")
#: Two whose clocks are changed at midnight, so that one day ends twice and another begins at one: far in the south,
#: with no decimals, and in the north, where the other change comes next.
CHILE = Land("CL", "CLP", "America/Santiago", "56", ("96", "98"), "051600")
LEBANON = Land("LB", "LBP", "Asia/Beirut", "961", ("70", "71"), "51600")
LANDS = (CHINA, JAPAN, KUWAIT, CHILE, LEBANON)
