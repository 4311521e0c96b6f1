"""What floats show outside their pages: top-ups that wait, transfers to accept, and floats that run low."""

import datetime as dt

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.days import earliest_day
from core.web.console import MOST_ON_BOARD, Board, Console, Figure, Hit, Measured, MenuEntry, Need
from finance.floats.display import lasted, level_kind
from finance.floats.models import FloatForecast, FloatTopUp, FloatTransfer
from stations.accounts.models import User
from stations.accounts.queries import own_logins

READ, ASK, MATCH = "finance.read_float", "finance.request_topup", "finance.match_topup"
CREDIT, TAKE, ACCEPT = "finance.credit_topup", "finance.take_topup_cash", "finance.accept_float"
_S, _VIA = FloatTopUp.Status, FloatTopUp.Via


def _to_match(*, user: User, at: dt.datetime) -> QuerySet[FloatTopUp]:
    return FloatTopUp.objects.open_to(user, MATCH).filter(status=_S.REQUESTED, via=_VIA.BANK)


def _to_count(*, user: User, at: dt.datetime) -> QuerySet[FloatTopUp]:
    return FloatTopUp.objects.open_to(user, TAKE).filter(status=_S.REQUESTED, via=_VIA.CASH)


def _to_credit(*, user: User, at: dt.datetime) -> QuerySet[FloatTopUp]:
    seen = FloatTopUp.objects.open_to(user, CREDIT).filter(status=_S.FUNDS_SEEN)
    return seen.exclude(Q(requested_by__in=own_logins(user)) | Q(matched_by__in=own_logins(user)))


def _to_accept(*, user: User, at: dt.datetime) -> QuerySet[FloatTransfer]:
    sent = FloatTransfer.objects.open_to(user, ACCEPT).filter(status=FloatTransfer.Status.SENT, expires_at__gt=at)
    return sent.filter(receiver=user)


def latest_low(user: User, verb: str, at: dt.datetime) -> QuerySet[FloatForecast]:
    """The newest forecast of each station, where it says that the float will not last; of the last two days."""
    since = earliest_day(at - dt.timedelta(days=2))
    recent = FloatForecast.objects.filter(station=OuterRef("station"), date__gte=since)
    newest = FloatForecast.objects.open_to(user, verb).filter(
        date__gte=since, date=Subquery(recent.order_by("-date").values("date")[:1])
    )
    return newest.exclude(level=FloatForecast.Level.OK)


def _low(*, user: User, at: dt.datetime) -> QuerySet[FloatForecast]:
    return latest_low(user, ASK, at)


def _low_now(*, user: User, at: dt.datetime) -> Measured:
    low = latest_low(user, READ, at).aggregate(
        all=Count("pk"), critical=Count("pk", filter=Q(level=FloatForecast.Level.CRITICAL))
    )
    words = gettext("%(count)s of them very low") % {"count": low["critical"]} if low["critical"] else ""
    return Measured(low["all"], words, "bad" if low["critical"] else "")


def _shortest(*, user: User, at: dt.datetime) -> list[Hit]:
    """The stations whose float is over first."""
    rows = latest_low(user, READ, at).select_related("station").order_by("days_of_cover", "pk")
    return [
        Hit(
            title=row.station.name,
            href=reverse("floats:station", args=[row.station.code]),
            detail=lasted(row),
            amount=row.available,
            status=level_kind(row),
            words=row.get_level_display(),
        )
        for row in rows[:MOST_ON_BOARD]
    ]


CONSOLE = Console(
    menu=[
        MenuEntry("money", _("Float"), "floats:float", ASK, needs=("floats.accept", "floats.low")),
        MenuEntry(
            *("money", _("Top-ups"), "floats:topups", (MATCH, CREDIT)),
            needs=("floats.match", "floats.count", "floats.credit"),
        ),
        MenuEntry(
            *("money", _("Floats"), "floats:stations"),
            ("finance.read_bank_day", TAKE, "stations.switch_service"),
        ),
    ],
    needs=[
        Need(
            "floats.match",
            _("Top-ups to match"),
            "wallet",
            MATCH,
            "floats:topups",
            _to_match,
            "requested_at",
            place="station__name",
        ),
        Need(
            "floats.count",
            _("Cash top-ups to count"),
            "coins",
            TAKE,
            "floats:topups",
            _to_count,
            "requested_at",
            place="station__name",
        ),
        Need(
            "floats.credit",
            _("Top-ups to credit"),
            "wallet",
            CREDIT,
            "floats:topups",
            _to_credit,
            "requested_at",
            place="station__name",
        ),
        Need(
            "floats.accept",
            _("Float to accept"),
            "wallet",
            ACCEPT,
            "floats:float",
            _to_accept,
            "sent_at",
            place="from_station__name",
        ),
        Need("floats.low", _("Float runs low"), "wallet", ASK, "floats:float", _low, "made_at", place="station__name"),
    ],
    figures=[
        Figure("floats.low", _("Floats low"), READ, "floats:stations", _low_now, query="state=short"),
    ],
    boards=[
        Board("floats.short", _("Stations short of float"), READ, "floats:stations", _shortest, query="state=short")
    ],
)
