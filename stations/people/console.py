"""What residents show outside their pages: finding one, and who read protected data."""

import datetime as dt
from urllib.parse import urlencode

from django.db.models import Func, IntegerField, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.language import formatting
from core.web.console import MOST, Console, Figure, Finder, Hit, Measured, MenuEntry
from stations.accounts.models import User
from stations.people.models import AccessRead, AccessSeal, AccessSealCheck
from stations.people.queries import QueryTooShort, find_people, scope_of
from stations.people.queries.rows import Found
from stations.people.services import log_search

FIND, READS = "stations.find_person", "stations.read_access_read"
DAYS = 30
#: The log is sealed every hour, and its seals are checked once a day.
CHECK_LATE_AFTER = dt.timedelta(hours=30)


def _reads_of_the_last_days() -> str:
    """Of the administration's list: those that the figure counts."""
    return urlencode({"at__gte": (timezone.now() - dt.timedelta(days=DAYS)).isoformat()})


def _reads(*, user: User, at: dt.datetime) -> Measured:
    """How often and by how many, and whether the log is as it was written: one statement, also of an empty log."""
    rows = AccessRead.objects.filter(at__gte=at - dt.timedelta(days=DAYS)).order_by()
    last = AccessSealCheck.objects.order_by("-at")
    reads, people, wrong, checked_at, sealed_hour = User.objects.filter(pk=user.pk).values_list(
        Subquery(rows.values(n=_counted("pk"))),
        Subquery(rows.values(n=_counted("user", template="%(function)s(DISTINCT %(expressions)s)"))),
        Subquery(last.values("wrong_count")[:1]),
        Subquery(last.values("at")[:1]),
        Subquery(AccessSeal.objects.order_by("-hour").values("hour")[:1]),
    )[0]
    if wrong:
        changed = ngettext(
            "the log of %(n)s hour was changed: see the checks of the access log",
            "the log of %(n)s hours was changed: see the checks of the access log",
            wrong,
        )
        return Measured(reads, changed % {"n": wrong}, "bad")
    known_until = min((each for each in (checked_at, sealed_hour) if each is not None), default=at)
    if at - known_until > CHECK_LATE_AFTER:
        late = gettext("whether the log was changed has not been checked since %(when)s")
        return Measured(reads, late % {"when": formatting.moment(timezone.localtime(known_until))}, "bad")
    return Measured(reads, gettext("in %(days)s days, by %(people)s people") % {"days": DAYS, "people": people})


def _counted(column: str, **form: str) -> Func:
    """A count in a subquery, which an aggregate would group."""
    return Func(column, function="COUNT", output_field=IntegerField(), **form)


def find_residents(*, user: User, text: str, at: dt.datetime) -> list[Hit]:
    """The residents of the reader's station or region whom this text finds, masked; the search is recorded."""
    reach = scope_of(user, scope="station")
    try:
        rows = find_people(text=text, reach=reach, limit=MOST)
    except QueryTooShort:
        return []
    log_search(user=user, reach=reach, at=at)
    return [_hit(row) for row in rows]


def _hit(row: Found) -> Hit:
    born = gettext("born %(year)s") % {"year": row.birth_year} if row.birth_year else ""
    parts = (row.village, born, row.phone_short, row.house_number)
    return Hit(
        title=row.name_masked,
        href=reverse("people:person", args=[row.id]),
        detail=" · ".join(str(part) for part in parts if part),
        status="info" if row.is_deceased else "",
        words=gettext("deceased") if row.is_deceased else "",
    )


CONSOLE = Console(
    menu=[MenuEntry("people", _("Find a resident"), "people:find", FIND)],
    finders=[Finder("residents", _("Residents"), "person", FIND, find_residents)],
    figures=[
        Figure(
            *("people.reads", _("Reads of protected data"), READS, "admin:stations_accessread_changelist", _reads),
            query=_reads_of_the_last_days,
        )
    ],
)
