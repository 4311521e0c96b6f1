"""What follows from results: who has them has come, a critical one is urgent, report and visit are corrected."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from core.database.db import lock_all
from core.days import day_in
from core.history import record_changes
from core.notices.services import notify
from health.checkups.models import CareTask, CheckupOrder, CheckupReport, CheckupResult
from health.checkups.services.visits import correct_visits
from health.hospitals.models import Hospital, HospitalStaff
from stations.accounts.models import Role, User

_T, _R = CareTask.Status, CheckupReport.Status


def follow_results(
    *,
    orders: Sequence[CheckupOrder],
    counting: Sequence[CheckupResult],
    beaten: Sequence[CheckupResult],
    by: User,
    at: dt.datetime,
) -> None:
    """`counting` are new and count; `beaten` counted until now. The same few statements for any number."""
    touched = {row.order_id for row in counting}
    came = [each.pk for each in orders if each.pk in touched and each.arrived_at is None]
    CheckupOrder.objects.filter(pk__in=came).update(arrived_at=at, arrived_by=by, updated_at=at)
    _withdraw_tasks(beaten, at=at)
    _ask_for_help(counting, at=at)
    changed = _said_anew(counting, beaten)
    _amend_reports(changed, by=by, at=at)
    correct_visits(orders=orders, changed=changed, by=by, at=at)


def _ask_for_help(counting: Sequence[CheckupResult], *, at: dt.datetime) -> None:
    """A task for the same day for each critical result, and a message to those of the clinic who are at work."""
    rows = [row for row in counting if row.flag in CheckupResult.CRITICAL]
    tasks = [
        CareTask(
            clinic=row.order.campaign.clinic,
            order=row.order,
            result=row,
            due_date=day_in(row.order.campaign.clinic.zone, at),
        )
        for row in rows
    ]
    CareTask.objects.bulk_create(tasks)
    record_changes(tasks, old="", new=_T.REQUESTED, at=at)
    for clinic in {task.clinic for task in tasks}:
        newest = max(str(task.pk) for task in tasks if task.clinic_id == clinic.pk)
        tell_staff(clinic, "checkup_urgent", link="/health/urgent-results/", key=f"urgent:{newest}", at=at)


def _withdraw_tasks(beaten: Sequence[CheckupResult], *, at: dt.datetime) -> None:
    """A result that counts no more is urgent no more."""
    tasks = lock_all(CareTask.objects.open().filter(result__in=[row.pk for row in beaten]))
    CareTask.objects.filter(pk__in=[each.pk for each in tasks]).update(status=_T.CANCELLED, updated_at=at)
    record_changes(tasks, old=_T.REQUESTED, new=_T.CANCELLED, at=at)


def _said_anew(counting: Sequence[CheckupResult], beaten: Sequence[CheckupResult]) -> set[UUID]:
    """The check-ups of which a result counts that says something else than the one before."""
    before = {(row.order_id, row.item_id): _said(row) for row in beaten}
    return {row.order_id for row in counting if before.get((row.order_id, row.item_id)) != _said(row)}


def _said(row: CheckupResult) -> tuple[Decimal | None, str, str, str]:
    return row.value, row.choice, row.absent_because, row.flag


def _amend_reports(orders: Iterable[UUID], *, by: User, at: dt.datetime) -> None:
    """A released report that says something else now: a doctor releases it anew, and the resident is told anew."""
    found = CheckupReport.objects.filter(order__in=orders, status__in=[_R.FINAL, _R.AMENDED], released_at__isnull=False)
    reports = lock_all(found)
    CheckupReport.objects.filter(pk__in=[each.pk for each in reports]).update(
        status=_R.AMENDED, released_at=None, released_by=None, told_at=None, told_by=None, told_how="", updated_at=at
    )
    for old in (_R.FINAL, _R.AMENDED):
        record_changes([each for each in reports if each.status == old], old=old, new=_R.AMENDED, at=at, actor=by.pk)


def tell_staff(
    clinic: Hospital,
    template: str,
    *,
    link: str,
    key: str,
    at: dt.datetime,
    roles: Sequence[str] = (Role.DOCTOR, Role.NURSE),
    **params: str,
) -> None:
    """Everybody with these roles who works at a clinic reads it in the console; no value or name is in it."""
    staff = HospitalStaff.objects.at_work(at).filter(hospital=clinic, user__posts__role__in=roles, user__is_active=True)
    users = User.objects.filter(pk__in=staff.values("user"))
    for user in users.order_by("pk"):
        notify(
            template=template,
            params=dict(params),
            language=user.language,
            user=user,
            link=link,
            dedupe_key=f"checkup:{key}:{user.pk}",
            at=at,
        )
