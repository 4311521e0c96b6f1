"""A cash day that is still open half an hour after closing is a thing to be reminded of."""

import datetime as dt

from django.db import transaction

from core.days import instant_of
from core.jobs.services import enqueue
from core.notices.services import notify
from finance.tills.models import CashDay
from stations.network.queries import published_hours

AFTER_CLOSING, USE_WITHIN = dt.timedelta(minutes=30), dt.timedelta(hours=3)


def plan_reminder(day: CashDay, *, at: dt.datetime) -> None:
    """Remind of this day half an hour after the published closing of its date, in the caller's transaction."""
    station = day.station
    hours = published_hours([station], at)[station.pk].on(day.business_date)
    if not hours:
        return
    run_at = instant_of(station.zone, day.business_date, hours[-1][1]) + AFTER_CLOSING
    if run_at <= at:
        return
    enqueue(
        "tills.remind_close",
        dedupe_key=f"closecash:{station.code}:{day.business_date}",
        payload={"day": day.pk},
        run_at=run_at,
        use_by=run_at + USE_WITHIN,
    )


@transaction.atomic
def remind_close(*, cash_day: CashDay, at: dt.datetime) -> None:
    """Tell who holds the till that the day is still open; nothing when it was closed meanwhile."""
    if cash_day.status == CashDay.Status.CLOSED:
        return
    holder = cash_day.custodies.select_related("holder").get(to_at=None).holder
    notify(
        template="till_still_open",
        params={"station": cash_day.station.name},
        language=holder.language,
        user=holder,
        link="/finance/tills/",
        dedupe_key=f"till_still_open:{cash_day.pk}",
        at=at,
        zone=cash_day.station.zone,
    )
