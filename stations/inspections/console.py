"""What inspections show outside their pages: visits that are due, inspections whose day has come."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from stations.accounts.models import User
from stations.inspections.models import Inspection, SupportVisit

PLAN, INSPECT, VISIT = "stations.plan_inspection", "stations.make_inspection", "stations.make_support_visit"
LIST, VISITS = "inspections:inspections", "inspections:visits"


def _visits(*, user: User, at: dt.datetime) -> QuerySet[SupportVisit]:
    return SupportVisit.objects.open_to(user, VISIT).filter(status=SupportVisit.Status.DUE)


def _inspections(*, user: User, at: dt.datetime) -> QuerySet[Inspection]:
    planned = Inspection.objects.open_to(user, INSPECT).filter(status=Inspection.Status.PLANNED)
    return planned.filter(planned_date__lte=timezone.localdate(at))


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("stations", _("Inspections and visits"), LIST, PLAN),
            needs=("inspections.visits", "inspections.planned"),
        )
    ],
    needs=[
        Need(
            "inspections.visits",
            _("Visits to make"),
            "van",
            VISIT,
            VISITS,
            _visits,
            "opened_at",
            place="station__name",
            wait_days=4,
            bad_days=7,
        ),
        Need(
            "inspections.planned",
            _("Inspections to make"),
            "calendar",
            INSPECT,
            LIST,
            _inspections,
            "planned_date",
            place="station__name",
        ),
    ],
)
