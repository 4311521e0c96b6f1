"""Learning in numbers, month by month: lessons, attendance, children without a call, books lent. Nobody is named."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import Count, DateField, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext

from core.days import instant_of, last_months, months_later
from core.language import formatting
from core.web.bars import Bars, count_bars
from education.courses.models import AttendanceRecord, ClassSession, Course
from education.hotlines.queries import SILENT, SMALL, count_words
from education.libraries.models import Loan
from stations.accounts.models import User
from stations.network.models import Station
from stations.scope import StationScopedQuerySet

READ_FIGURES = "education.read_learning_figures"
MONTHS = 12
_P = AttendanceRecord.Presence
#: At the end of each month: who had somebody to call 30 days before and has now, and talked to nobody in between.
SILENT_CHILDREN = """
WITH listed AS (
    SELECT CASE WHEN person.merged_into_id IS NULL THEN person.id ELSE standing_record(person.id) END AS child_id,
           contact.verified_at,
           coalesce(contact.ended_at, 'infinity') AS ended_at
      FROM education_callcontact AS contact
      JOIN stations_person AS person ON person.id = contact.child_id
     WHERE person.home_station_id = ANY(%(stations)s)
), talked AS (
    SELECT CASE WHEN person.merged_into_id IS NULL THEN person.id ELSE standing_record(person.id) END AS child_id,
           call.connected_at
      FROM education_call AS call
      JOIN stations_person AS person ON person.id = call.child_id
     WHERE person.home_station_id = ANY(%(stations)s) AND call.outcome = 'talked'
)
SELECT month.place, count(DISTINCT now_listed.child_id)
  FROM unnest(%(ends)s::timestamptz[]) WITH ORDINALITY AS month (ends_at, place)
  JOIN listed AS now_listed ON now_listed.verified_at <= month.ends_at AND now_listed.ended_at > month.ends_at
 WHERE EXISTS (
           SELECT FROM listed
            WHERE listed.child_id = now_listed.child_id
              AND listed.verified_at <= month.ends_at - %(silent)s::interval
              AND listed.ended_at > month.ends_at - %(silent)s::interval
       )
   AND NOT EXISTS (
           SELECT FROM talked
            WHERE talked.child_id = now_listed.child_id
              AND talked.connected_at > month.ends_at - %(silent)s::interval
              AND talked.connected_at <= month.ends_at
       )
 GROUP BY month.place
"""


@dataclass(frozen=True, slots=True)
class MonthOfLearning:
    """A month. `attendance` is in percent, rounded down, and None where fewer than ten learners were marked."""

    month: dt.date
    lessons: int
    attendance: int | None
    silent: int
    lent: int

    @property
    def name(self) -> str:
        """The month in the language of the reader."""
        return formatting.month(self.month)

    @property
    def attendance_words(self) -> str:
        """The attendance, or a dash where it is not shown."""
        return "–" if self.attendance is None else f"{self.attendance} %"

    @property
    def silent_words(self) -> str:
        """Children without a call, of whom few are not told."""
        return count_words(self.silent)


class _Stations(StationScopedQuerySet):
    station_path = ""


def months_of(user: User, at: dt.datetime) -> list[MonthOfLearning]:
    """The last twelve months at the stations within reach, the running one at the end; five statements."""
    stations = list(
        Station.objects.filter(_Stations(Station).scope_of(user, READ_FIGURES)).values_list("pk", flat=True)
    )
    months = last_months(timezone.localdate(at), MONTHS)
    lessons = _lessons(stations, months[0])
    held = dict(_by_month(lessons, "slot__local_date").annotate(count=Count("pk")).values_list("month", "count"))
    attended = _attendance(lessons)
    silent = _silent_children(stations, months, at)
    lent = _lent(stations, months[0])
    return [
        MonthOfLearning(month, held.get(month, 0), attended.get(month), silent.get(place, 0), lent.get(month, 0))
        for place, month in enumerate(months, start=1)
    ]


def charts_of(months: Sequence[MonthOfLearning]) -> list[Bars]:
    """A chart of each number."""
    note = gettext("%(months)s months. Hatched: this month so far.") % {"months": MONTHS}
    period = gettext("Month")
    return [
        replace(
            count_bars(
                {each.name: each.lessons for each in months},
                title=gettext("Lessons of the Super Classroom that took place"),
                period=period,
                counted=gettext("Lessons"),
                note=note,
            ),
            id="lessons",
        ),
        _attendance_bars(months, period=period, note=note),
        _silent_bars(months, period=period, note=note),
        replace(
            count_bars(
                {each.name: each.lent for each in months},
                title=gettext("Books lent by the libraries"),
                period=period,
                counted=gettext("Books lent"),
                note=note,
            ),
            id="books",
        ),
    ]


def _attendance_bars(months: Sequence[MonthOfLearning], *, period: str, note: str) -> Bars:
    known = [each for each in months if each.attendance is not None]
    lowest = min(known, key=lambda each: each.attendance or 0, default=None)
    has_lessons = any(each.lessons for each in months)
    finding = gettext("Fewer than 10 in each month.") if has_lessons else gettext("Nothing yet.")
    if lowest is not None:
        finding = gettext("Lowest: %(label)s, %(share)s.") % {"label": lowest.name, "share": lowest.attendance_words}
    return Bars(
        title=gettext("Attendance in the Super Classroom"),
        finding=finding,
        labels=[each.name for each in months],
        values=[float(each.attendance or 0) for each in months],
        columns=[gettext("Attendance")],
        rows=[[each.attendance_words] for each in months],
        unit="%",
        note=note,
        is_running=True,
        period=period,
        id="attendance",
    )


def _silent_bars(months: Sequence[MonthOfLearning], *, period: str, note: str) -> Bars:
    """Few children have no bar."""
    drawn = {each.name: each.silent if each.silent >= SMALL else 0 for each in months}
    bars = count_bars(
        drawn,
        title=gettext("Children without a call for 30 days"),
        period=period,
        counted=gettext("Children"),
        note=note,
    )
    finding = bars.finding if any(drawn.values()) else gettext("Fewer than 10 in each month.")
    return replace(bars, finding=finding, rows=[[each.silent_words] for each in months], id="calls")


def _lessons(stations: Sequence[int], since: dt.date) -> QuerySet[ClassSession]:
    rows = ClassSession.objects.filter(run__station__in=stations, slot__local_date__gte=since)
    return rows.filter(status=ClassSession.Status.CLOSED).exclude(run__course__audience__in=Course.TRAININGS)


def _by_month(rows: QuerySet, day: str) -> QuerySet:
    return rows.order_by().annotate(month=TruncMonth(day)).values("month")


def _attendance(lessons: QuerySet[ClassSession]) -> dict[dt.date, int]:
    marks = AttendanceRecord.objects.filter(session__in=lessons.order_by().values("pk"), is_current=True)
    counted = _by_month(marks, "session__slot__local_date").annotate(
        there=Count("pk", filter=Q(presence__in=(_P.PRESENT, _P.LATE))),
        marked=Count("pk"),
        learners=Count("learner", distinct=True),
    )
    return {row["month"]: row["there"] * 100 // row["marked"] for row in counted if row["learners"] >= SMALL}


def _silent_children(stations: Sequence[int], months: Sequence[dt.date], at: dt.datetime) -> dict[int, int]:
    """How many at the end of each month, by its place from one on; of the running month now."""
    zone = timezone.get_current_timezone_name()
    ends = [instant_of(zone, months_later(month, 1), dt.time()) for month in months[:-1]] + [at]
    with connection.cursor() as cursor:
        cursor.execute(SILENT_CHILDREN, {"stations": list(stations), "ends": ends, "silent": f"{SILENT.days} days"})
        return dict(cursor.fetchall())


def _lent(stations: Sequence[int], since: dt.date) -> dict[dt.date, int]:
    first = instant_of(timezone.get_current_timezone_name(), since, dt.time())
    rows = Loan.objects.filter(library__station__in=stations, lent_at__gte=first).order_by()
    by_month = rows.annotate(month=TruncMonth("lent_at", output_field=DateField())).values("month")
    return dict(by_month.annotate(count=Count("pk")).values_list("month", "count"))
