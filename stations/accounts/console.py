"""What accounts show outside their pages: emergency posts that nobody has reviewed."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.access import SIGNED_IN
from core.web.console import Console, MenuEntry, Need
from stations.accounts.models import Post, User
from stations.accounts.queries import own_logins

READ, REVIEW, EMERGENCIES = "stations.read_post", "stations.review_break_glass", "accounts:emergencies"


def _to_review(*, user: User, at: dt.datetime) -> QuerySet[Post]:
    posts = Post.objects.open_to(user, REVIEW).filter(is_break_glass=True, reviewed_at=None)
    return posts.exclude(user__in=own_logins(user))


CONSOLE = Console(
    menu=[
        MenuEntry("people", _("Posts"), "accounts:posts", READ),
        MenuEntry("people", _("Emergency posts"), EMERGENCIES, REVIEW, needs=("accounts.review",)),
        MenuEntry("me", _("My account"), "accounts:me", SIGNED_IN),
    ],
    needs=[Need("accounts.review", _("Emergency posts to review"), "lock", REVIEW, EMERGENCIES, _to_review, "from_at")],
)
