"""Lines that wait for a reason: a return under way, a claim, a check."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from finance.fees.models import CommissionLine, LineHold, PayableLine


@transaction.atomic
def hold_lines(*, event_id: str, reason: str, at: dt.datetime) -> int:
    """Let the lines of an event wait that are not anybody's yet (`eligible_at` is to come); how many now wait anew.

    What waits already waits on; what is somebody's stays theirs. Whatever corrects a line that waits, before or after,
    waits with it (`maturing`).
    """
    wanted = {"event_id": str(event_id), "eligible_at__gt": at}
    holds = [
        *(LineHold(commission_line=line) for line in CommissionLine.objects.filter(**wanted).order_by("pk")),
        *(LineHold(payable_line=line) for line in PayableLine.objects.filter(**wanted).order_by("pk")),
    ]
    for hold in holds:
        hold.reason, hold.held_at = reason, at
    before = _open_holds(event_id).count()
    LineHold.objects.bulk_create(holds, ignore_conflicts=True)
    return _open_holds(event_id).count() - before


@transaction.atomic
def release_lines(*, event_id: str, at: dt.datetime) -> int:
    """Let the lines of an event go: each matures on the later of its `eligible_at` and now. How many waited."""
    return _open_holds(event_id).update(released_at=at)


def _open_holds(event_id: str) -> QuerySet[LineHold]:
    lines = CommissionLine.objects.filter(event_id=str(event_id)).values("pk")
    payables = PayableLine.objects.filter(event_id=str(event_id)).values("pk")
    return LineHold.objects.filter(released_at=None, commission_line__in=lines) | LineHold.objects.filter(
        released_at=None, payable_line__in=payables
    )
