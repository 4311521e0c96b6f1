"""What calls home show outside their pages: calls to make now, children without a call, how many there are."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, Figure, MenuEntry, Need
from education.hotlines.models import READ_BOOTH, READ_CALL, Call, Caller
from education.hotlines.queries import SILENT, silent_children
from stations.accounts.models import User

BOOK, DIAL = "education.book_call", "education.dial_call"
CALLS, CHILDREN, BOOTHS = "hotlines:calls", "hotlines:children", "hotlines:booths"
FIGURES = "learning:figures"
SOON = dt.timedelta(hours=12)


def _to_make(*, user: User, at: dt.datetime) -> QuerySet[Call]:
    rows = Call.objects.open_to(user, DIAL).to_come()
    return rows.filter(booking__slot__ends_at__gt=at, booking__slot__starts_at__lte=at + SOON)


def _silent(*, user: User, at: dt.datetime) -> QuerySet[Caller]:
    return Caller.objects.open_to(user, BOOK).unreached(at - SILENT)


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("children", _("Calls home"), CALLS, READ_CALL),
            needs=("hotlines.calls",),
            service="parent_hotline",
            icon="phone",
        ),
        MenuEntry("children", _("Children who call home"), CHILDREN, READ_CALL, needs=("hotlines.silent",)),
        MenuEntry("children", _("Call booths"), BOOTHS, READ_BOOTH),
    ],
    needs=[
        Need(
            *("hotlines.calls", _("Calls home to make"), "phone", DIAL, CALLS, _to_make, "booking__slot__starts_at"),
            place="booth__station__name",
        ),
        Need(
            *("hotlines.silent", _("Children without a call for 30 days"), "phone", BOOK, CHILDREN),
            *(_silent, "silent_since"),
            place="child__home_station__name",
            query="state=silent",
            wait_days=30,
            bad_days=60,
        ),
    ],
    figures=[
        Figure("hotlines.silent", _("Children without a call for 30 days"), READ_BOOTH, FIGURES, silent_children),
    ],
)
