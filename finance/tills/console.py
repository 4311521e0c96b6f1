"""What tills show outside their pages: cash on the road, differences, losses and reports that wait."""

import datetime as dt

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.language import formatting
from core.web.bars import Bars, money_bars
from core.web.console import Console, Figure, Measured, MenuEntry, Need, Trend
from core.web.sums import total_of
from finance.tills.models import CashReport, LossCase, OverShort, Remittance
from stations.accounts.models import User
from stations.accounts.queries import own_logins
from stations.scope import posts_granting

COUNT, READ_ROAD, RECEIVE, MATCH = (
    "finance.count_cash",
    "finance.read_remittance",
    "finance.receive_remittance",
    "finance.match_remittance",
)
EXPLAIN, PROPOSE, CHARGE = "finance.explain_variance", "finance.propose_charge", "finance.charge_variance"
READ_OVER, CLOSE, FILE = "finance.read_over_short", "finance.close_loss", "finance.file_cash_report"
ROAD, DIFFERENCES, COUNTY = "tills:remittances", "tills:differences", "cash:county"
REPORTS = "tills:reports"
WEEKS = 12
_R, _O = Remittance.Status, OverShort.Status


def _to_receive(*, user: User, at: dt.datetime) -> QuerySet[Remittance]:
    """At one's own station what is brought there; over a region what goes to a centre."""
    own = [post.station_id for post in posts_granting(user, RECEIVE) if post.reach == "station"]
    under_way = Remittance.objects.open_to(user, RECEIVE).filter(status=_R.IN_TRANSIT, via=Remittance.Via.CARRIER)
    there = Q(direction=Remittance.Direction.TO_COUNTY) & ~Q(station__in=own)
    return under_way.filter(there | Q(direction=Remittance.Direction.TO_STATION, station__in=own)).exclude(
        given_by__in=own_logins(user)
    )


def _to_match(*, user: User, at: dt.datetime) -> QuerySet[Remittance]:
    return Remittance.objects.open_to(user, MATCH).filter(status=_R.IN_TRANSIT, via=Remittance.Via.BANK_SLIP)


def _to_explain(*, user: User, at: dt.datetime) -> QuerySet[OverShort]:
    return OverShort.objects.open_to(user, EXPLAIN).filter(Q(holder=user) | Q(holder=None), status=_O.OPEN)


def _to_propose(*, user: User, at: dt.datetime) -> QuerySet[OverShort]:
    explained = OverShort.objects.open_to(user, PROPOSE).filter(status=_O.EXPLAINED)
    return explained.exclude(Q(holder__in=own_logins(user)) | Q(asked_by__in=own_logins(user)))


def _to_charge(*, user: User, at: dt.datetime) -> QuerySet[OverShort]:
    proposed = OverShort.objects.open_to(user, CHARGE).filter(status__in=[_O.CHARGE_PROPOSED, _O.DISPUTED])
    return proposed.exclude(Q(holder__in=own_logins(user)) | Q(proposed_by__in=own_logins(user)))


def _losses(*, user: User, at: dt.datetime) -> QuerySet[LossCase]:
    return (
        LossCase.objects.open_to(user, CLOSE)
        .filter(status="open")
        .exclude(Q(reported_by__in=own_logins(user)) | Q(asked_by__in=own_logins(user)))
    )


def _reports(*, user: User, at: dt.datetime) -> QuerySet[CashReport]:
    unfiled = CashReport.objects.open_to(user, FILE).filter(filed_at=None)
    return unfiled.exclude(entered_by__in=own_logins(user))


def _on_the_road(*, user: User, at: dt.datetime) -> Measured:
    total = total_of(Remittance.objects.open_to(user, READ_ROAD).filter(status=_R.IN_TRANSIT))
    return Measured(total.words, ngettext("%(count)s bag", "%(count)s bags", total.count) % {"count": total.count})


def _open_differences(*, user: User, at: dt.datetime) -> Measured:
    unsettled = OverShort.objects.open_to(user, READ_OVER).unsettled()
    found = unsettled.aggregate(count=Count("pk"), oldest=Min("found_at"))
    if not found["count"]:
        return Measured(0, gettext("every till matches the books"), "ok")
    since = formatting.near(timezone.localtime(found["oldest"]), timezone.localtime(at))
    return Measured(found["count"], gettext("oldest %(when)s") % {"when": since})


def _by_week(*, user: User, at: dt.datetime) -> Bars:
    """Cash that arrived at the county, by week."""
    today = timezone.localdate(at)
    monday = today - dt.timedelta(days=today.weekday())
    weeks = [monday - dt.timedelta(weeks=back) for back in reversed(range(WEEKS))]
    arrived = Remittance.objects.open_to(user, READ_ROAD).filter(received_at__date__gte=weeks[0])
    by_week = arrived.order_by().annotate(week=TruncWeek("received_at")).values_list("week", "currency")
    rows = by_week.annotate(bags=Count("pk"), sum=Sum("received_minor"))
    return money_bars(
        [(timezone.localdate(week), currency, bags, minor) for week, currency, bags, minor in rows],
        title=gettext("Cash received by week"),
        period=gettext("Week from"),
        counted=gettext("Bags"),
        labels={week: formatting.short_day(week) for week in weeks},
        note=gettext("%(weeks)s weeks. Hatched: this week so far.") % {"weeks": WEEKS},
    )


CONSOLE = Console(
    menu=[
        MenuEntry("money", _("Till"), "tills:till", COUNT),
        MenuEntry("money", _("Cash in the county"), COUNTY, (MATCH, PROPOSE)),
        MenuEntry("money", _("Cash in transit"), ROAD, (RECEIVE, MATCH), needs=("tills.receive", "tills.match")),
        MenuEntry(
            *("money", _("Cash differences"), DIFFERENCES, READ_OVER),
            needs=("tills.explain", "tills.propose", "tills.charge"),
        ),
        MenuEntry("money", _("Cash reports"), REPORTS, "finance.read_cash_report", needs=("tills.reports",)),
        MenuEntry("money", _("Losses"), "tills:losses", CLOSE, needs=("tills.losses",)),
    ],
    needs=[
        Need(
            "tills.receive", _("Cash to count"), "van", RECEIVE, ROAD, _to_receive, "declared_at", place="station__name"
        ),
        Need(
            "tills.match",
            _("Bank slips to match"),
            "coins",
            MATCH,
            ROAD,
            _to_match,
            "declared_at",
            place="station__name",
        ),
        Need(
            "tills.explain",
            _("Cash differences to explain"),
            "till",
            EXPLAIN,
            DIFFERENCES,
            _to_explain,
            "found_at",
            place="station__name",
        ),
        Need(
            "tills.propose",
            _("Cash differences to decide"),
            "till",
            PROPOSE,
            DIFFERENCES,
            _to_propose,
            "found_at",
            place="station__name",
        ),
        Need(
            "tills.charge",
            _("Cash differences to decide"),
            "till",
            CHARGE,
            DIFFERENCES,
            _to_charge,
            "found_at",
            place="station__name",
        ),
        Need("tills.reports", _("Cash reports to file"), "book", FILE, REPORTS, _reports, "opened_at"),
        Need(
            "tills.losses",
            _("Losses to close"),
            "alert",
            CLOSE,
            "tills:losses",
            _losses,
            "reported_at",
            place="station__name",
        ),
    ],
    figures=[
        Figure("tills.road", _("Cash in transit"), READ_ROAD, ROAD, _on_the_road, query="state=way"),
        Figure("tills.differences", _("Cash differences open"), READ_OVER, DIFFERENCES, _open_differences),
    ],
    trends=[Trend("tills.weeks", READ_ROAD, _by_week)],
)
