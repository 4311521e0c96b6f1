"""The official calendar of working days."""

from pathlib import Path

from django.db import transaction

from core.errors import refuses
from stations.places.changes import days_in
from stations.places.files import BadLines
from stations.places.models import BusinessDay
from stations.places.services.importing import BadFile


@refuses(BadFile)
@transaction.atomic
def import_business_days(*, path: Path, country: str, source: str) -> tuple[int, int]:
    """Load days that differ from the week: holidays, and weekends on which people work. How many are new and changed.

    Raises `BadFile` (the first faulty lines; nothing is written).
    """
    bad = BadLines()
    wanted = [
        BusinessDay(country=country, date=date, is_working=working, name=name, source=source, official=True)
        for _line, date, working, name in days_in(path, bad)
    ]
    if bad.count:
        raise BadFile(bad)
    known = {
        day.date: (day.is_working, day.name, day.official)
        for day in BusinessDay.objects.filter(country=country, date__in=[day.date for day in wanted])
    }
    new = sum(1 for day in wanted if day.date not in known)
    changed = [day for day in wanted if known.get(day.date) not in (None, (day.is_working, day.name, True))]
    BusinessDay.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["country", "date"],
        update_fields=["is_working", "name", "source", "official", "updated_at"],
    )
    return new, len(changed)
