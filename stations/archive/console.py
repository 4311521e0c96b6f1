"""What the archive shows outside its page: residents whom nobody has seen for years."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from stations.accounts.models import User
from stations.archive.models import ArchiveProposal

ARCHIVE, LIST = "stations.archive_person", "archive:proposals"


def _proposed(*, user: User, at: dt.datetime) -> QuerySet[ArchiveProposal]:
    return ArchiveProposal.objects.open_to(user, ARCHIVE).filter(status=ArchiveProposal.Status.PROPOSED)


CONSOLE = Console(
    menu=[MenuEntry("people", _("Not seen for years"), LIST, ARCHIVE, needs=("archive.decide",))],
    needs=[
        Need(
            "archive.decide",
            _("Old records to archive"),
            "people",
            ARCHIVE,
            LIST,
            _proposed,
            "proposed_at",
            wait_days=30,
            bad_days=90,
        ),
    ],
)
