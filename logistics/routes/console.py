"""What runs show outside their pages: the menu, what waits for drivers and the county, and how far the vans are."""

import datetime as dt

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.web.console import Console, Figure, Measured, MenuEntry, Need
from logistics.routes.models import RouteRun
from logistics.routes.queries import late_stops
from stations.accounts.models import User
from stations.accounts.queries import own_logins

READ, DRIVE, PLAN, RECONCILE = (
    "logistics.read_run",
    "logistics.drive_run",
    "logistics.plan_run",
    "logistics.reconcile_run",
)
LIST = "routes:runs"
_S = RouteRun.Status


def _mine(*, user: User, at: dt.datetime) -> QuerySet[RouteRun]:
    """Those that the reader drives."""
    return RouteRun.objects.filter(driver=user, status__in=RouteRun.RUNNING, departs_at__lt=at + dt.timedelta(hours=12))


def _late(*, user: User, at: dt.datetime) -> QuerySet[RouteRun]:
    return RouteRun.objects.open_to(user, PLAN).filter(pk__in=late_stops(at).values("run"))


def _without_driver(*, user: User, at: dt.datetime) -> QuerySet[RouteRun]:
    return RouteRun.objects.open_to(user, PLAN).filter(driver=None, status=_S.PLANNED)


def _to_reconcile(*, user: User, at: dt.datetime) -> QuerySet[RouteRun]:
    """Those that another person has driven."""
    return RouteRun.objects.open_to(user, RECONCILE).filter(status=_S.FINISHED).exclude(driver__in=own_logins(user))


def _today(*, user: User, at: dt.datetime) -> Measured:
    """How many vans are on their way, and how many runs of the last and next hours are back."""
    rows = RouteRun.objects.open_to(user, READ).exclude(status=_S.CANCELLED)
    near = Q(departs_at__gt=at - dt.timedelta(hours=12), departs_at__lt=at + dt.timedelta(hours=12))
    counts = rows.filter(near | Q(status=_S.DEPARTED)).aggregate(
        all=Count("pk", filter=near),
        out=Count("pk", filter=Q(status=_S.DEPARTED)),
        back=Count("pk", filter=near & Q(status__in=[_S.FINISHED, _S.RECONCILED])),
    )
    detail = _("%(back)s of %(all)s runs are back") % counts if counts["all"] else ""
    return Measured(counts["out"], detail=detail)


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("parcels", gettext_lazy("Van and bus runs"), LIST, READ),
            needs=("runs.mine", "runs.late", "runs.reconcile", "runs.driver"),
        ),
    ],
    needs=[
        Need("runs.mine", gettext_lazy("Runs that you drive"), "van", DRIVE, LIST, _mine, "departs_at"),
        Need(
            "runs.late",
            gettext_lazy("Vans that are late"),
            "alert",
            PLAN,
            LIST,
            _late,
            "departs_at",
            place="start__name",
        ),
        Need(
            "runs.driver",
            gettext_lazy("Runs without a driver"),
            "van",
            PLAN,
            LIST,
            _without_driver,
            "departs_at",
            place="start__name",
        ),
        Need(
            "runs.reconcile",
            gettext_lazy("Runs to reconcile"),
            "van",
            RECONCILE,
            LIST,
            _to_reconcile,
            "finished_at",
            place="start__name",
        ),
    ],
    figures=[Figure("runs.today", gettext_lazy("Vans on their way"), READ, LIST, _today, query="state=way")],
)
