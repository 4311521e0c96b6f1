"""What packages show outside their pages: drafts to offer."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from education.packages.models import READ, ContentPackage
from stations.accounts.models import User
from stations.accounts.queries import own_logins

EDIT, PACKAGES = "education.edit_package", "packages:packages"


def _to_offer(*, user: User, at: dt.datetime) -> QuerySet[ContentPackage]:
    """Own drafts."""
    drafts = ContentPackage.objects.open_to(user, EDIT).filter(status=ContentPackage.Status.DRAFT)
    return drafts.filter(author__in=own_logins(user))


CONSOLE = Console(
    menu=[MenuEntry("learning", _("Content packages"), PACKAGES, READ, needs=("packages.drafts",))],
    needs=[
        Need(
            *("packages.drafts", _("Content packages of yours to offer"), "edit", EDIT, PACKAGES),
            *(_to_offer, "added_at"),
            query="state=draft",
            wait_days=14,
            bad_days=60,
        ),
    ],
)
