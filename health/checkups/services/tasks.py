"""Somebody has called or seen a resident with a critical result."""

import datetime as dt

from django.db import transaction

from core.database.db import lock
from core.errors import WrongState, refuses
from core.history import record_change
from health.checkups.machine import TASK
from health.checkups.models import CareTask
from stations.accounts.models import User


@refuses(WrongState)
@transaction.atomic
def complete_task(*, task: CareTask, outcome: str, by: User, at: dt.datetime) -> CareTask:
    """Say what was done about a critical result."""
    task = lock(task)
    TASK.check("complete_task", task.status)
    task.status, task.outcome, task.completed_by, task.completed_at = CareTask.Status.COMPLETED, outcome, by, at
    task.save(update_fields=["status", "outcome", "completed_by", "completed_at", "updated_at"])
    record_change(task, old=CareTask.Status.REQUESTED, new=outcome, at=at, actor=by.pk)
    return task
