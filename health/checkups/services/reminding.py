"""Ten and fourteen days after a check-up day, reports that nobody has told; every morning, urgent results."""

import datetime as dt

from django.db import transaction
from django.db.models import Count, F, Value

from core.errors import refuses
from health.checkups.models import CareTask
from health.checkups.queries import reports_by_day
from health.checkups.services.effects import tell_staff
from health.hospitals.models import Hospital
from stations.accounts.models import Role

CHASED_AFTER = (dt.timedelta(days=10), dt.timedelta(days=14))
#: From so many days on an urgent result is with the county's hospital, too.
COUNTY_AFTER = dt.timedelta(days=3)


@refuses()
@transaction.atomic
def chase_reports(*, zone: str, on_date: dt.date, at: dt.datetime) -> int:
    """Tell the doctors and nurses of clinics in this zone how many reports of a day wait; how many days have some."""
    found = reports_by_day(on_dates=[on_date - after for after in CHASED_AFTER], zone=zone)
    clinics = Hospital.objects.in_bulk([row["clinic"] for row in found])
    for row in found:
        tell_staff(
            clinics[row["clinic"]],
            "checkup_reports_due",
            link="/health/checkup-reports/",
            key=f"reports:{row['day']}:{on_date}",
            at=at,
            day=row["local_date"].isoformat(),
            count=str(row["count"]),
        )
    return len(found)


@refuses()
@transaction.atomic
def chase_tasks(*, zone: str, on_date: dt.date, at: dt.datetime) -> int:
    """Each morning tell clinics in this zone of urgent results; the county's hospital of those that wait for days."""
    waiting = CareTask.objects.open().filter(clinic__zone=zone, due_date__lt=on_date)
    counted = dict(waiting.values_list("clinic").annotate(count=Count("pk")))
    late = dict(waiting.filter(due_date__lte=on_date - COUNTY_AFTER).values_list("clinic").annotate(count=Count("pk")))
    for clinic in Hospital.objects.filter(pk__in=counted).select_related("division"):
        key = f"urgent:{clinic.pk}:{on_date}"
        tell_staff(clinic, "checkup_urgent", link="/health/urgent-results/", key=key, at=at)
        if clinic.pk in late:
            _tell_county(clinic, key=key, at=at)
    return len(counted)


def _tell_county(clinic: Hospital, *, key: str, at: dt.datetime) -> None:
    hospitals = Hospital.objects.filter(level=Hospital.Level.COUNTY, is_active=True).exclude(pk=clinic.pk)
    above = hospitals.alias(place=Value(clinic.division.path)).filter(place__startswith=F("division__path"))
    for hospital in above.order_by("pk"):
        tell_staff(
            hospital,
            "checkup_urgent_at",
            link="",
            key=f"county:{key}",
            at=at,
            roles=(Role.DOCTOR,),
            place=clinic.name_zh,
        )
