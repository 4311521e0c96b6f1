"""Health promotion in numbers: events by month, people reached by village, answers. Nobody is named.

People who were reached are told where they are five or more, and where nobody could calculate a smaller number.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext

from core.days import last_months
from core.language import formatting
from core.web.bars import Bars, count_bars
from health.chronic.queries import SMALLEST, hidden_rows, shown_part
from health.promotion.models import AnswerCount, PromotionCampaign, PromotionEvent, Question
from health.promotion.models.questions import READ_FIGURES
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person
from stations.scope import StationScopedQuerySet

MONTHS = 12


class _Stations(StationScopedQuerySet):
    station_path = ""


@dataclass(frozen=True, slots=True)
class VillageNumbers:
    """A station in twelve months. `reached` is None where it is too small to be told, `per_hundred` as well."""

    code: str
    name: str
    events: int
    reached: int | None
    residents: int

    @property
    def per_hundred(self) -> int | None:
        """People reached for each hundred residents, half up; who came twice counts twice."""
        if self.reached is None or not self.residents:
            return None
        return (200 * self.reached + self.residents) // (2 * self.residents)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign is: None where the number is too small to be told."""

    events: int
    reached: int | None
    goal: int

    @property
    def percent(self) -> int | None:
        """Of the goal, rounded down; more than 100 where it was exceeded."""
        return None if self.reached is None else 100 * self.reached // self.goal


@dataclass(frozen=True, slots=True)
class AnswerNumbers:
    """A question: how often it was answered, and how often rightly; None where that is too small to be told."""

    article: str
    question: str
    answers: int | None
    right: int | None


def _recorded(user: User, today: dt.date) -> QuerySet[PromotionEvent]:
    """Events of the last twelve months within reach."""
    since = last_months(today, MONTHS)[0]
    rows = PromotionEvent.objects.standing().filter(local_date__gte=since, local_date__lte=today)
    return rows.filter(station__in=_stations(user).values("pk"))


def _stations(user: User) -> QuerySet[Station]:
    reach = _Stations(Station).scope_of(user, READ_FIGURES)
    return Station.objects.filter(reach, kind="village_station").exclude(status="closed")


def events_by_month(user: User, today: dt.date) -> Bars:
    """How many events stations recorded, by month; one statement."""
    rows = _recorded(user, today).order_by().annotate(month=TruncMonth("local_date"))
    counted = dict(rows.values_list("month").annotate(Count("pk")))
    return count_bars(
        {formatting.month(month): counted.get(month, 0) for month in last_months(today, MONTHS)},
        title=gettext("Health events of the stations"),
        period=gettext("Month"),
        counted=gettext("Events"),
        note=gettext("%(months)s months. Hatched: this month so far.") % {"months": MONTHS},
    )


def villages(user: User, today: dt.date) -> list[VillageNumbers]:
    """Each village station within reach, the most people first; three statements for any number of stations."""
    counted = {
        row["station"]: (row["events"], row["reached"])
        for row in _recorded(user, today)
        .order_by()
        .values("station")
        .annotate(events=Count("pk"), reached=Sum("counted_people"))
    }
    stations = list(_stations(user).order_by("code"))
    living = Person.objects.living().filter(died_date=None, home_station__in=[station.pk for station in stations])
    residents = dict(living.order_by().values_list("home_station").annotate(Count("pk")))
    rows = sorted(stations, key=lambda station: -counted.get(station.pk, (0, 0))[1])
    hidden = hidden_rows([reached for station in rows if (reached := counted.get(station.pk, (0, 0))[1])])
    return [
        VillageNumbers(
            station.code,
            station.name,
            counted.get(station.pk, (0, 0))[0],
            None if index in hidden else counted.get(station.pk, (0, 0))[1],
            residents.get(station.pk, 0),
        )
        for index, station in enumerate(rows)
    ]


def reached_in_all(user: User, today: dt.date) -> int | None:
    """All people reached, small villages included; None where that is too small to be told."""
    whole = _recorded(user, today).aggregate(whole=Sum("counted_people"))["whole"] or 0
    return whole if whole == 0 or whole >= SMALLEST else None


def progress_of(campaign: PromotionCampaign) -> Progress:
    """All stations of its place together; one statement."""
    rows = PromotionEvent.objects.standing().filter(campaign=campaign)
    found = rows.aggregate(events=Count("pk"), reached=Sum("counted_people"))
    reached = found["reached"] or 0
    return Progress(found["events"], reached if reached == 0 or reached >= SMALLEST else None, campaign.goal_people)


def campaign_by_month(campaign: PromotionCampaign, today: dt.date) -> Bars:
    """How many events each month of a campaign has had; one statement."""
    rows = PromotionEvent.objects.standing().filter(campaign=campaign).order_by()
    counted = dict(rows.annotate(month=TruncMonth("local_date")).values_list("month").annotate(Count("pk")))
    last = min(campaign.to_date, max(today, campaign.from_date))
    months = [month for month in last_months(last, MONTHS + 1) if month >= campaign.from_date.replace(day=1)]
    return count_bars(
        {formatting.month(month): counted.get(month, 0) for month in months},
        title=gettext("Events of this campaign"),
        period=gettext("Month"),
        counted=gettext("Events"),
        is_running=campaign.to_date >= today,
    )


def answers(user: User, today: dt.date) -> list[AnswerNumbers]:
    """Each question that was answered in twelve months within reach, the one with most answers first."""
    since = last_months(today, MONTHS)[0]
    rows = AnswerCount.objects.open_to(user, READ_FIGURES).filter(month_date__gte=since, answers__gt=0)
    counted = list(
        rows.values("question").annotate(asked=Sum("answers"), well=Sum("right_answers")).order_by("-asked", "question")
    )
    questions = Question.objects.select_related("article").in_bulk([row["question"] for row in counted])
    return [
        AnswerNumbers(
            questions[row["question"]].article.headline,
            questions[row["question"]].words,
            row["asked"] if row["asked"] >= SMALLEST else None,
            shown_part(row["well"], row["asked"]) if row["asked"] >= SMALLEST else None,
        )
        for row in counted
    ]
