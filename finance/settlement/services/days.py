"""A county's day: opened in order, settled in the night after it, held by a finding, closed."""

import datetime as dt

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import instant_of
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.jobs.services import enqueue
from core.language.reasons import written
from core.notices.services import notify
from finance.settlement.machine import DAY_CLOSE
from finance.settlement.models import DayClose
from finance.settlement.queries.findings import county_code, stopping_findings
from finance.settlement.queries.listed import left_open
from finance.settlement.services.maturing import is_matured, plan_chunks
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.places.models import Division
from stations.two_persons import require_two_persons

DAY = dt.timedelta(days=1)


class DayNotOver(Refused):
    """A day is settled when it is over."""

    code = "day_not_over"
    message = _("This day is not over yet.")


def open_days(*, county: Division, upto: dt.date, zone: str) -> list[DayClose]:
    """The days of a county that wait to be settled until this one, oldest first; held ones are left to themselves.

    Days that a system that was down has missed are opened in order, so that nothing matures between two of them.
    """
    with transaction.atomic():
        _in_turn(county)
        last = DayClose.objects.filter(county=county).order_by("-business_date").first()
        date = last.business_date + DAY if last else upto
        while date <= upto:
            last = _open(county, date, zone, from_at=last.to_at if last else None)
            date += DAY
    waiting = DayClose.objects.filter(county=county, business_date__lte=upto)
    unfinished = waiting.filter(status__in=[DayClose.Status.OPEN, DayClose.Status.CLOSING])
    return list(unfinished.select_related("county").order_by("business_date"))


@refuses(WrongState, DayNotOver)
@transaction.atomic
def begin_close(*, close: DayClose, at: dt.datetime) -> DayClose:
    """Start to settle a day, or go on with it: note what is still open, and plan the chunks."""
    close = lock(close)
    DAY_CLOSE.check("begin_close", close.status)
    if at < close.to_at:
        raise DayNotOver
    before, close.status = close.status, DayClose.Status.CLOSING
    close.listed = left_open(close.county, close.business_date)
    close.stopped_by = []
    close.save(update_fields=["status", "listed", "stopped_by", "updated_at"])
    if before != close.status:
        record_change(close, old=before, new=close.status, at=at)
    plan_chunks(close)
    return close


@refuses(WrongState)
@transaction.atomic
def finish_close(*, close: DayClose, at: dt.datetime) -> DayClose:
    """Close a day that is settled, or hold it where the auditor has found something about the county or the book."""
    close = lock(close)
    if close.status in (DayClose.Status.CLOSED, DayClose.Status.HELD) or not is_matured(close):
        return close  # another worker was faster, or still has a chunk in hand
    DAY_CLOSE.check("finish_close", close.status)
    close.stopped_by = stopping_findings(close.county)
    if close.stopped_by:
        close.status = DayClose.Status.HELD
        close.save(update_fields=["status", "stopped_by", "updated_at"])
        record_change(close, old=DayClose.Status.CLOSING, new=close.status, at=at, reason=", ".join(close.stopped_by))
        _tell_finance(close, at)
        return close
    _close(close, at)
    record_change(close, old=DayClose.Status.CLOSING, new=close.status, at=at)
    return close


@refuses(WrongState, SamePerson)
@transaction.atomic
def close_book_day(*, close: DayClose, reason: str, by: User, at: dt.datetime) -> DayClose:
    """Close a held day all the same: one person asks with a reason, another closes it."""
    close = lock(close)
    DAY_CLOSE.check("close_book_day", close.status)
    if close.asked_by_id is None:
        return _ask(close, written(reason), by, at)
    require_two_persons(by, close.asked_by_id)
    close.closed_by = by
    _close(close, at)
    record_change(close, old=DayClose.Status.HELD, new=close.status, at=at, actor=by.pk, reason=close.reason)
    enqueue(
        "settlement.close_statements",
        dedupe_key=f"statements:{close.business_date}:{close.county.code}",
        run_at=at,
        payload={"county": close.county.code},
    )
    return close


def _ask(close: DayClose, reason: str, by: User, at: dt.datetime) -> DayClose:
    close.asked_by, close.asked_at, close.reason = by, at, reason
    close.save(update_fields=["asked_by", "asked_at", "reason", "updated_at"])
    return close


def _open(county: Division, date: dt.date, zone: str, *, from_at: dt.datetime | None) -> DayClose:
    return DayClose.objects.create(
        county=county, business_date=date, from_at=from_at, to_at=instant_of(zone, date + DAY, dt.time())
    )


def _close(close: DayClose, at: dt.datetime) -> None:
    close.status, close.closed_at = DayClose.Status.CLOSED, at
    close.save(update_fields=["status", "closed_at", "closed_by", "updated_at"])


def _in_turn(county: Division) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3))", [f"days of {county.pk}"])


def _tell_finance(close: DayClose, at: dt.datetime) -> None:
    for user in people_in_role(Role.FINANCE_OFFICER, at=at):
        notify(
            template="day_held",
            params={"county": close.county.short_name, "date": close.business_date},
            language=user.language,
            user=user,
            dedupe_key=f"day_held:{county_code(close.county)}:{close.business_date}:{user.pk}",
            at=at,
        )
