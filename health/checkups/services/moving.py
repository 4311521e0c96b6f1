"""A check-up day is held on another date: the list stays, everybody on it is told, who would be too young leaves it."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.days import clock_in, day_in, months_later
from core.errors import Refused, refused_by, refuses
from core.history import record_change
from core.notices.services import Notification, notify_all
from health.checkups.models import Campaign, CheckupDay, CheckupOrder, CheckupReport, CheckupResult
from health.checkups.services.arriving import revoke_too_young
from health.checkups.services.campaigns import DayOutsideCampaign
from scheduling.calendars.services import move_session
from stations.accounts.models import User

_S = CheckupOrder.Status


class DayBegun(Refused):
    """Somebody was received, or something found: the day was held."""

    code = "checkup_day_begun"
    message = _("This check-up day has begun already.")


@refuses(DayBegun, DayOutsideCampaign, *refused_by(move_session))
@transaction.atomic
def move_checkup_day(*, day: CheckupDay, to_date: dt.date, by: User, at: dt.datetime) -> CheckupDay:
    """Hold a day on another date of its campaign, at the same hours; half-hours, places and bar codes stay.

    Residents on the list get a message; who would not be old enough is taken from it, and who cannot come is taken
    from it by the clinic. The team is at one place at a time (`resource_taken`). To its own date nothing changes.
    """
    campaign = lock(day.campaign)
    day = lock(day)
    if to_date == day.local_date:
        return day
    _refuse_begun(day, at=at)
    today = day_in(campaign.clinic.zone, at)
    if not campaign.from_date <= to_date <= campaign.to_date or to_date <= today:
        raise DayOutsideCampaign(field="to_date", first=campaign.from_date, last=campaign.to_date)
    session = move_session(session=day.session, to_date=to_date, by=by, at=at)
    before, day.session, day.local_date = day.local_date, session, to_date
    day.save(update_fields=["local_date", "updated_at"])
    listed = CheckupOrder.objects.filter(day=day, status=_S.ACTIVE)
    too_young = lock_all(listed.filter(resident__birth_date__gt=months_later(to_date, -12 * campaign.package.min_age)))
    revoke_too_young(orders=too_young, by=by, at=at)
    Campaign.objects.filter(pk=campaign.pk).update(ordered=F("ordered") - len(too_young))
    due = to_date + dt.timedelta(days=campaign.package.report_days)
    CheckupReport.objects.filter(order__day=day).update(due_date=due, updated_at=at)
    record_change(day, old=str(before), new=str(to_date), at=at, actor=by.pk)
    _tell(day, at=at)
    return day


def _refuse_begun(day: CheckupDay, *, at: dt.datetime) -> None:
    found = CheckupResult.objects.filter(order=OuterRef("pk"))
    orders = CheckupOrder.objects.filter(day=day)
    is_used = orders.exclude(arrived_at=None).exists() or orders.filter(Exists(found)).exists()
    if is_used or at >= day.session.starts_at:
        raise DayBegun


def _tell(day: CheckupDay, *, at: dt.datetime) -> None:
    """Each resident hears the new date and the own half-hour: never that it is a check-up."""
    clinic, zone = day.campaign.clinic, day.campaign.clinic.zone
    rows = CheckupOrder.objects.filter(day=day, status=_S.ACTIVE).select_related("resident", "slot").order_by("pk")
    notify_all(
        notifications=[
            Notification(
                template="checkup_day_moved",
                params={
                    "place": clinic.place_in(row.resident.language),
                    "date": day.local_date.isoformat(),
                    "time": f"{clock_in(zone, row.slot.starts_at):%H:%M}",
                },
                language=row.resident.language,
                dedupe_key=f"checkup-day-moved:{row.pk}:{day.local_date}",
                phone=str(row.resident.phone),
                use_by=row.slot.starts_at,
                zone=zone,
            )
            for row in rows
            if row.resident.phone
        ],
        at=at,
    )
