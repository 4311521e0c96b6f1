"""What settlement shows outside its pages: days that are held, and until when the books are closed."""

import datetime as dt

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.language import formatting
from core.web.console import Console, Figure, Measured, MenuEntry, Need
from finance.settlement.models import DayClose
from stations.accounts.models import User
from stations.accounts.queries import own_logins

READ, CLOSE, LIST = "finance.read_book_day", "finance.close_book_day", "settlement:closes"
_S = DayClose.Status


def _held(*, user: User, at: dt.datetime) -> QuerySet[DayClose]:
    return DayClose.objects.open_to(user, CLOSE).filter(status=_S.HELD).exclude(asked_by__in=own_logins(user))


def _closed_through(*, user: User, at: dt.datetime) -> Measured:
    days = DayClose.objects.open_to(user, READ).aggregate(
        last=Max("business_date", filter=Q(status=_S.CLOSED)),
        held=Count("pk", filter=Q(status=_S.HELD)),
        first_held=Min("business_date", filter=Q(status=_S.HELD)),
    )
    if days["last"] is None:
        return Measured("–", gettext("no day is closed yet"))
    if not days["held"]:
        return Measured(formatting.short_day(days["last"]), gettext("no day is held"))
    words = ngettext("%(count)s day held since %(day)s", "%(count)s days held since %(day)s", days["held"])
    return Measured(
        formatting.short_day(min(days["last"], days["first_held"] - dt.timedelta(days=1))),
        words % {"count": days["held"], "day": formatting.short_day(days["first_held"])},
        "wait",
    )


CONSOLE = Console(
    menu=[MenuEntry("money", _("Closes"), LIST, READ, needs=("settlement.held",))],
    needs=[
        Need("settlement.held", _("Days held"), "calendar", CLOSE, LIST, _held, "business_date", place="county__name")
    ],
    figures=[Figure("settlement.closed", _("Books closed through"), READ, LIST, _closed_through)],
)
