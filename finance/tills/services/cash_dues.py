"""The clock of cash in drawers: due after three days or at 60 % of the ceiling, and told to more people each day."""

import datetime as dt

from django.db import transaction

from core.notices.services import notify
from finance.tills.models import CashDue, CashDueNotice
from finance.tills.queries import CashAge, cash_ages
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.models import Station

DUE_AFTER = dt.timedelta(days=3)
FULL_BP = 6_000
#: Who is told, so many days after the cash became due.
TOLD_AFTER = {Role.PARTNER: 0, Role.COUNTY_CLERK: 1, Role.COUNTY_MANAGER: 3, Role.FINANCE_OFFICER: 7}


@transaction.atomic
def age_cash(*, county: str, date: dt.date, at: dt.datetime) -> None:
    """Look at every drawer of a county (its code) on a date: note what is due and tell whoever is to be told by now."""
    stations = Station.objects.filter(county__code=county).exclude(status=Station.Status.CLOSED)
    stands = {due.station_id: due for due in CashDue.objects.standing().filter(station__county__code=county)}
    for age in cash_ages(stations, on=date):
        due = _stand(stands.get(age.station.pk), age, date)
        if due is not None:
            _tell(due, age, date=date, at=at)


def due_since(age: CashAge, date: dt.date) -> dt.date | None:
    """Since when this drawer's cash is due, as seen on a date: by its age, else today where it is too much."""
    by_age = age.oldest_date + DUE_AFTER if age.held.minor > 0 else None
    if by_age is not None and by_age <= date:
        return by_age
    return date if age.full_bp >= FULL_BP else None


def _stand(due: CashDue | None, age: CashAge, date: dt.date) -> CashDue | None:
    """The clock that runs for this drawer; one that had older notes is over once they were brought."""
    since = due_since(age, date)
    if due is not None and (since is None or age.oldest_date > due.oldest_date):
        due.cleared_date = date
        due.save(update_fields=["cleared_date", "updated_at"])
        due = None
    if since is None:
        return None
    if due is None:
        due = CashDue(station=age.station, currency=age.held.currency, oldest_date=age.oldest_date, due_date=since)
    due.held_minor = age.held.minor
    due.save()
    return due


def _tell(due: CashDue, age: CashAge, *, date: dt.date, at: dt.datetime) -> None:
    told = set(due.notices.values_list("role", flat=True))
    for role, days in TOLD_AFTER.items():
        if role not in told and date >= due.due_date + dt.timedelta(days=days):
            CashDueNotice.objects.create(due=due, role=role, told_date=date)
            for user in people_in_role(role, at=at, station=age.station):
                _notice(due, age, user, at)


def _notice(due: CashDue, age: CashAge, user: User, at: dt.datetime) -> None:
    is_partner = age.station.pk in {post.station_id for post in user.posts.live(at)}
    notify(
        template="cash_is_due",
        params={
            "station": age.station.name,
            "amount": age.held.display(user.language),
            "date": due.oldest_date,
        },
        language=user.language,
        user=user,
        link="/finance/tills/" if is_partner else "/county/cash/",
        dedupe_key=f"cash_is_due:{due.pk}:{user.pk}",
        at=at,
        zone=age.station.zone,
    )
