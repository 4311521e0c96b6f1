"""When periodic work is due."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Every:
    """A tick of `seconds`, counted from 1970; the job's dedupe key is `<kind>:<tick number>`.

    No new tick is written while an earlier one of the kind waits or runs: sweeps neither pile up nor overlap.
    """

    seconds: int


@dataclass(frozen=True, slots=True)
class Daily:
    """A time on the wall of every zone, each day or on one day of the month.

    `places` is the dotted path of `places(*, zone, date) -> Iterable[str]`: one job for each (a county, a station),
    with the payload `{"place", "zone", "date"}`; without it one for the zone. `key` fills the dedupe key and may name
    these three. `use_within`: later than this after its time it is missed, not done; without it, it is made up for.
    """

    at: dt.time
    places: str = ""
    key: str = ""
    day_of_month: int | None = None
    use_within: dt.timedelta | None = None

    def falls_on(self, date: dt.date) -> bool:
        """Whether the date is one of its days."""
        return self.day_of_month in (None, date.day)
