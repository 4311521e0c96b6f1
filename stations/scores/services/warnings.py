"""Early warnings: opened by a sign, told to partner and county at once, ended by a visit."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from core.database.db import lock
from core.days import day_in
from core.history import record_change
from core.jobs.services import enqueue
from core.notices.services import notify
from core.notices.templates import in_each_language
from stations.accounts.models import Post, Role
from stations.inspections.services import open_visit
from stations.network.models import Station
from stations.scores.models import EarlyWarning
from stations.scores.queries import LIMITS, signs_of, silent_since, silent_stations


@transaction.atomic
def open_warnings(*, stations: Iterable[Station], at: dt.datetime) -> list[EarlyWarning]:
    """Look for signs that a station needs help; a new one opens a visit and is told to partner and county at once.

    One open warning of a kind per station: what stands is not opened again.
    """
    opened = []
    for station, kind, figures in signs_of(list(stations), at=at):
        if not EarlyWarning.objects.standing().filter(station=station, kind=kind).exists():
            opened.append(open_warning(station=station, kind=kind, figures=figures, at=at))
    return opened


#: A station's job of an hour that passed a day ago says nothing new.
SILENT_JOB_WITHIN = dt.timedelta(hours=24)


@transaction.atomic
def plan_silent_warnings(*, at: dt.datetime) -> None:
    """A job for every working station that is silent for three days and of which nothing stands yet.

    Once per station and local day, whichever hour noticed it first.
    """
    for station in silent_stations(at):
        enqueue(
            "scores.warn_silent_station",
            dedupe_key=f"silent:{station.code}:{day_in(station.zone, at)}",
            payload={"station": station.pk},
            run_at=at,
            use_by=at + SILENT_JOB_WITHIN,
        )


@transaction.atomic
def warn_silent_station(*, station: Station, at: dt.datetime) -> EarlyWarning | None:
    """Warn of a station that is still silent; nothing when it was heard of meanwhile, or a warning stands."""
    station = lock(station)
    since = silent_since(station)
    stands = EarlyWarning.objects.standing().filter(station=station, kind=EarlyWarning.Kind.SILENT).exists()
    if stands or since is None or (at - since).days < LIMITS["silent_days"]:
        return None
    return open_warning(station=station, kind=EarlyWarning.Kind.SILENT, figures={"days": (at - since).days}, at=at)


@transaction.atomic
def open_warning(*, station: Station, kind: str, figures: dict[str, Any], at: dt.datetime) -> EarlyWarning:
    """A station needs help for this reason: a visit is due within seven days."""
    visit = open_visit(station=station, reason=kind, at=at)
    warning = EarlyWarning.objects.create(station=station, kind=kind, opened_at=at, figures=figures, visit=visit)
    record_change(warning, old="", new="open", at=at, reason=kind)
    _tell(warning, at)
    return warning


@transaction.atomic
def close_warning(*, warning: EarlyWarning, at: dt.datetime) -> None:
    """Its visit was made: should the sign still stand tomorrow, it opens a new one."""
    if EarlyWarning.objects.standing().filter(pk=warning.pk).update(closed_at=at):
        record_change(warning, old="open", new="closed", at=at)


def _tell(warning: EarlyWarning, at: dt.datetime) -> None:
    """Partner and county read it at the same moment, with the same words."""
    station = warning.station
    posts = Post.objects.live(at).select_related("user")
    people = [
        *posts.filter(role=Role.PARTNER, station=station),
        *posts.filter(role=Role.COUNTY_MANAGER, division=station.county_id),
    ]
    for post in people:
        notify(
            template="early_warning",
            params={"station": station.name, "warning": in_each_language(warning.get_kind_display)},
            language=post.user.language,
            user=post.user_id,
            dedupe_key=f"early_warning:{warning.pk}:{post.user_id}",
            at=at,
        )
