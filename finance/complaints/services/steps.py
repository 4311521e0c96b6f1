"""What every arrow of a complaint does, and whom it tells."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from core.history import record_change
from core.notices.services import notify
from finance.complaints.models import Complaint
from stations.accounts.models import User


def move(complaint: Complaint, status: str, *, at: dt.datetime, by: User | None = None, reason: str = "") -> Complaint:
    """Store a complaint in its new state, with a trace."""
    before, complaint.status = complaint.status, status
    complaint.save()
    record_change(complaint, old=before, new=status, at=at, actor=by.pk if by else None, reason=reason[:200])
    return complaint


def tell(users: Iterable[Any], template: str, complaint: Complaint, *, at: dt.datetime, turn: str = "") -> None:
    """A message in the console of each of these people, once for each turn of the complaint."""
    for user in users:
        notify(
            template=template,
            params={"number": complaint.number, "station": complaint.station.name},
            language=user.language,
            user=user,
            link=f"/finance/complaints/{complaint.pk}/",
            dedupe_key=f"{template}:{complaint.pk}:{complaint.times_reopened}{turn}:{user.pk}",
            at=at,
        )
