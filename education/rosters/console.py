"""What rosters show outside their pages: files to take in, and what has to be matched."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from education.rosters.models import READ, Roster, RosterRecord
from stations.accounts.models import User

APPLY, MATCH = "education.apply_roster", "education.match_roster"
LIST, UNDECIDED = "rosters:rosters", "rosters:undecided"


def _to_apply(*, user: User, at: dt.datetime) -> QuerySet[Roster]:
    return Roster.objects.open_to(user, APPLY).filter(status=Roster.Status.CHECKED)


def _to_match(*, user: User, at: dt.datetime) -> QuerySet[RosterRecord]:
    return RosterRecord.objects.open_to(user, MATCH).undecided()


CONSOLE = Console(
    menu=[
        MenuEntry("learning", _("Rosters of schools"), LIST, READ, needs=("rosters.apply",)),
        MenuEntry("learning", _("Pupils and classes to match"), UNDECIDED, READ, needs=("rosters.match",)),
    ],
    needs=[
        Need(
            *("rosters.apply", _("Rosters to take in"), "school", APPLY, LIST, _to_apply, "made_at"),
            query="state=checked",
            wait_days=1,
            bad_days=5,
        ),
        Need(
            *("rosters.match", _("Pupils and classes to match"), "people", MATCH, UNDECIDED, _to_match, "created_at"),
            wait_days=3,
            bad_days=14,
        ),
    ],
)
