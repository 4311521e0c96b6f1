"""What waits for people: calls that a station has not made, and numbers that lie behind the end of a licence."""

import datetime as dt

from django.db import transaction
from django.db.models import Count, Max, Q
from django.db.models.functions import Coalesce

from core.days import day_in
from core.errors import refuses
from core.notices.services import decent_hour, notify
from health.appointments.models import Appointment
from health.appointments.queries import to_call
from health.hospitals.models import Doctor, HospitalStaff
from stations.accounts.models import Post, Role, User
from stations.accounts.queries import people_in_role
from stations.network.models import Station

#: So long after the hospital cancelled the station is asked to call, and the county to ask the station.
STATION_AFTER, COUNTY_AFTER = dt.timedelta(hours=2), dt.timedelta(hours=4)
CALLS = "/health/appointments/calls/"


@refuses()
@transaction.atomic
def chase_calls(*, at: dt.datetime) -> int:
    """Ask for calls that are late; how many stations are asked.

    By day at the station, once a day, and again once the calls of another cancellation are late. The county's managers
    read the station and a number: they see no registration.
    """
    is_later = Q(since__lte=at - COUNTY_AFTER)
    late = (
        to_call(Appointment.objects.all(), at=at)
        .alias(since=Coalesce("booking__cancelled_for__created_at", "booking__updated_at"))
        .filter(since__lte=at - STATION_AFTER)
        .order_by()
        .values("booking__station")
        .annotate(count=Count("pk"), last=Max("since"))
        .annotate(later=Count("pk", filter=is_later), last_later=Max("since", filter=is_later))
    )
    rows = {row["booking__station"]: row for row in late}
    stations = [each for each in Station.objects.filter(pk__in=rows) if decent_hour(each.zone, at) == at]
    for station in stations:
        row = rows[station.pk]
        _tell(station, Role.PARTNER, "calls_late", {"count": row["count"]}, since=row["last"], at=at, link=CALLS)
        if row["later"]:
            told = {"station": station.name, "count": row["later"]}
            _tell(station, Role.COUNTY_MANAGER, "calls_late_at", told, since=row["last_later"], at=at)
    return len(stations)


@refuses()
@transaction.atomic
def tell_of_licence(*, doctor: Doctor, until_date: dt.date, count: int, on_date: dt.date, at: dt.datetime) -> int:
    """Tell doctors and nurses of the hospital, once a day, how many numbers lie behind a licence; how many are told.

    They have the licence prolonged, or record that the doctor is away: then residents hear of it and fees come back.
    """
    hospital = doctor.department.hospital
    staff = HospitalStaff.objects.at_work(at).filter(hospital=hospital).values("user")
    posts = Post.objects.live(at).filter(role__in=(Role.DOCTOR, Role.NURSE)).values("user")
    users = User.objects.filter(pk__in=staff, is_active=True).filter(pk__in=posts).order_by("pk")
    for user in users:
        notify(
            template="licence_ending",
            params={"doctor": doctor.name, "date": until_date.isoformat(), "count": count},
            language=user.language,
            user=user,
            link=f"/health/doctors/{doctor.pk}/",
            dedupe_key=f"licence:{doctor.pk}:{until_date}:{on_date}:{user.pk}",
            at=at,
        )
    return len(users)


def _tell(
    station: Station,
    role: Role,
    template: str,
    params: dict[str, str | int],
    *,
    since: dt.datetime,
    at: dt.datetime,
    link: str = "",
) -> None:
    for user in people_in_role(role, at=at, station=station):
        notify(
            template=template,
            params=params,
            language=user.language,
            user=user,
            link=link,
            dedupe_key=f"{template}:{station.pk}:{day_in(station.zone, at)}:{since.timestamp()}:{user.pk}",
            at=at,
        )
