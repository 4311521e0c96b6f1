"""Questions about subsidies: which programme gives something for a parcel, and what programmes have given."""

import datetime as dt

from django.db.models import Count, F, Q, QuerySet

from core.web.ranges import holds_on
from orders.subsidies.models import SubsidyProgramme, SubsidyProgrammeQuerySet
from stations.network.models import Station

#: Of a programme so little is left that the county has to know: a tenth.
LOW = 10


def programme_at(station: Station, *, on: dt.date) -> SubsidyProgramme | None:
    """The programme of a station's county on a day, in its currency."""
    rows = SubsidyProgramme.objects.filter(holds_on(on), division=station.county_id, currency=station.currency)
    return rows.first()


def programmes() -> SubsidyProgrammeQuerySet:
    """With how many parcels brought something, and how many came when the budget was used up; the newest first."""
    rows: SubsidyProgrammeQuerySet = SubsidyProgramme.objects.select_related("division").annotate(
        funded=Count("parcels", filter=Q(parcels__amount_minor__gt=0)),
        unfunded=Count("parcels", filter=Q(parcels__amount_minor=0)),
    )
    return rows.order_by("-from_date", "-pk")


def running_low(rows: QuerySet[SubsidyProgramme], *, on: dt.date) -> QuerySet[SubsidyProgramme]:
    """Those that run on a day and of which less than a tenth is left."""
    return rows.filter(holds_on(on), used_minor__gt=F("budget_minor") - F("budget_minor") / LOW)
