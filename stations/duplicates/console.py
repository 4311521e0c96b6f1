"""What duplicates show outside their pages: merges that wait for a second person."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from stations.accounts.models import User
from stations.accounts.queries import own_logins
from stations.duplicates.models import PersonMerge

MERGE, LIST = "stations.merge_persons", "duplicates:duplicates"


def _proposed(*, user: User, at: dt.datetime) -> QuerySet[PersonMerge]:
    proposed = PersonMerge.objects.open_to(user, MERGE).filter(status=PersonMerge.Status.PROPOSED)
    return proposed.exclude(proposed_by__in=own_logins(user))


CONSOLE = Console(
    menu=[MenuEntry("people", _("Records of one person"), LIST, MERGE, needs=("duplicates.approve",))],
    needs=[
        Need(
            "duplicates.approve",
            _("Merged records to approve"),
            "people",
            MERGE,
            LIST,
            _proposed,
            "proposed_at",
            place="kept__home_station__name",
        ),
    ],
)
