"""A station's published hours."""

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refuses
from core.language.reasons import needs_words
from core.web.ranges import ends_after
from stations.accounts.models import User
from stations.network.models import OpeningException, OpeningHours, Station


class HoursOverlap(Refused):
    """Intervals of one weekday overlap, or one ends before it begins."""

    code = "hours_overlap"
    status = 422
    message = _("Opening hours of one day must not overlap, and each must close after it opens.")


@refuses(HoursOverlap)
@transaction.atomic
def set_hours(
    *,
    station: Station,
    week: Mapping[int, Sequence[tuple[dt.time, dt.time]]],
    from_date: dt.date,
    actor: User,
) -> list[OpeningHours]:
    """The hours of a week from a date on: weekday (1 Monday to 7 Sunday) -> intervals `[opens, closes)`, local.

    Earlier hours end on that date, later ones are replaced. Raises `HoursOverlap`.
    """
    for intervals in week.values():
        _refuse_overlap(intervals)
    station = lock(station)
    OpeningHours.objects.filter(station=station, from_date__gte=from_date).delete()
    OpeningHours.objects.filter(ends_after(from_date), station=station).update(to_date=from_date)
    return OpeningHours.objects.bulk_create(
        OpeningHours(station=station, weekday=weekday, opens=opens, closes=closes, from_date=from_date, set_by=actor)
        for weekday, intervals in week.items()
        for opens, closes in intervals
    )


@refuses(HoursOverlap)
@needs_words("reason")
@transaction.atomic
def set_exception(
    *,
    station: Station,
    date: dt.date,
    opens: dt.time | None,
    closes: dt.time | None,
    reason: str,
    actor: User,
) -> OpeningException:
    """Other hours on one date, or closed when both times are empty; beats the week. Raises `HoursOverlap`."""
    if opens or closes:
        _refuse_overlap([(opens, closes)])
    station = lock(station)
    exception, _made = OpeningException.objects.update_or_create(
        station=station, date=date, defaults={"opens": opens, "closes": closes, "reason": reason, "set_by": actor}
    )
    return exception


def _refuse_overlap(intervals: Sequence[tuple[dt.time | None, dt.time | None]]) -> None:
    whole = [(opens, closes) for opens, closes in intervals if opens is not None and closes is not None]
    if len(whole) < len(intervals) or any(closes <= opens for opens, closes in whole):
        raise HoursOverlap
    ordered = sorted(whole)
    if any(later[0] < earlier[1] for earlier, later in itertools.pairwise(ordered)):
        raise HoursOverlap
