"""What every arrow of an application does, and whom it tells."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from core.history import record_change
from core.notices.services import notify
from finance.loans.models import Loan, LoanApplication
from stations.accounts.models import User


def move(
    application: LoanApplication,
    status: str,
    *,
    at: dt.datetime,
    by: User | None = None,
    reason: str = "",
    before: str | None = None,
) -> LoanApplication:
    """Store an application in its new state, with a trace."""
    old, application.status = application.status if before is None else before, status
    application.save()
    record_change(application, old=old, new=status, at=at, actor=by.pk if by else None, reason=reason[:200])
    return application


def tell(
    users: Iterable[Any],
    template: str,
    application: LoanApplication,
    *,
    at: dt.datetime,
    turn: str = "",
    loan: Loan | None = None,
) -> None:
    """A message in the console of each of these people; who pays loans out opens the loan, not its application."""
    link = f"/finance/loans/running/{loan.pk}/" if loan else f"/finance/loans/applications/{application.pk}/"
    for user in users:
        notify(
            template=template,
            params={"number": application.number, "station": application.station.name},
            language=user.language,
            user=user,
            link=link,
            dedupe_key=f"{template}:{application.pk}:{turn}:{user.pk}",
            at=at,
        )


def tell_borrower(application: LoanApplication, template: str, *, at: dt.datetime) -> None:
    """A message to the borrower's phone, where there is one; the station explains it."""
    person = application.person
    if not person.phone:
        return
    notify(
        template=template,
        params={"number": application.number[-4:], "station": application.station.name},
        language=person.language,
        phone=str(person.phone),
        dedupe_key=f"{template}:{application.pk}:{application.times_reconsidered}",
        at=at,
        zone=application.station.zone,
    )
