"""A station joins a broadcast that another station of the county has opened."""

import datetime as dt
from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import requires
from core.forms import Option
from core.language import formatting
from core.web.page_actions import form_page, page_of
from education.courses import services
from education.courses.forms import JoinForm
from education.courses.models import ClassRun
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.network.models import Station
from stations.people.masking import mask_name
from stations.requests import SignedInRequest

OPEN = "education.open_class"


@requires(OPEN)
def join_broadcast(request: SignedInRequest) -> HttpResponse:
    """Open a room of the own station in a broadcast of the county."""
    station = counter_of(request.user, OPEN)
    offered = ClassRun.objects.to_join(station, at=now())
    if request.method == "POST":
        # What is sent may name any: the same press may have come before.
        offered = ClassRun.objects.filter(mode=ClassRun.Mode.BROADCAST, station__county=station.county_id)
    rows = offered.select_related("course", "teacher").order_by("starts_date", "pk")
    return form_page(
        request,
        operation="education.join_broadcast",
        form=JoinForm(request.POST or None, broadcasts=[(str(row.pk), _choice(row)) for row in rows]),
        service=partial(_join, station=station),
        then=page_of("courses:class"),
        template="education/courses/join_broadcast.html",
        page=lambda: {"has_broadcasts": bool(rows)},
        done=_("The room is open. Enrol learners from their pages."),
    )


def _choice(run: ClassRun) -> Option:
    return Option(run.course.title, mask_name(run.teacher.full_name), formatting.full_day(run.starts_date))


def _join(*, broadcast: str, seats: int, station: Station, by: User, at: dt.datetime) -> ClassRun:
    run = get_object_or_404(ClassRun, pk=broadcast)
    return services.join_broadcast(run=run, station=station, seats=seats, by=by, at=at)
