"""What packages show outside their pages: drafts to offer, what the county has to approve, what is blocked."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from education.packages.models import READ, READ_RESULT, ContentPackage
from stations.accounts.models import User
from stations.accounts.queries import own_logins

EDIT, PACKAGES = "education.edit_package", "packages:packages"
APPROVE, BLOCK = "education.approve_package", "education.block_package"


def _to_offer(*, user: User, at: dt.datetime) -> QuerySet[ContentPackage]:
    """Own drafts."""
    drafts = ContentPackage.objects.open_to(user, EDIT).filter(status=ContentPackage.Status.DRAFT)
    return drafts.filter(author__in=own_logins(user))


def _to_approve(*, user: User, at: dt.datetime) -> QuerySet[ContentPackage]:
    """Those of others."""
    waiting = ContentPackage.objects.open_to(user, APPROVE).filter(status=ContentPackage.Status.IN_REVIEW)
    return waiting.exclude(author__in=own_logins(user))


def _blocked(*, user: User, at: dt.datetime) -> QuerySet[ContentPackage]:
    """Those that another person has blocked and somebody else has brought: to be opened again, or left so."""
    blocked = ContentPackage.objects.open_to(user, BLOCK).filter(status=ContentPackage.Status.BLOCKED)
    return blocked.exclude(author__in=own_logins(user)).exclude(blocked_by__in=own_logins(user))


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("learning", _("Content packages"), PACKAGES, READ),
            needs=("packages.drafts", "packages.approve", "packages.blocked"),
        ),
        MenuEntry("learning", _("Content packages of learners"), "packages:results", READ_RESULT),
    ],
    needs=[
        Need(
            *("packages.drafts", _("Content packages of yours to offer"), "edit", EDIT, PACKAGES),
            *(_to_offer, "added_at"),
            query="state=draft",
            wait_days=14,
            bad_days=60,
        ),
        Need(
            *("packages.approve", _("Content packages to approve"), "book", APPROVE, PACKAGES),
            *(_to_approve, "offered_at"),
            query="state=in_review",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("packages.blocked", _("Blocked content packages to look at"), "alert", BLOCK, PACKAGES),
            *(_blocked, "blocked_at"),
            query="state=blocked",
            wait_days=3,
            bad_days=14,
        ),
    ],
)
