"""What messages show outside their page: how many are unread."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.access import SIGNED_IN
from core.notices.models import Notice
from core.web.console import Console, MenuEntry, Need
from core.web.shell import UNREAD
from stations.accounts.models import User

PAGE = "inbox:messages"


def _unread(*, user: User, at: dt.datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(user=user.pk, read_at=None)


CONSOLE = Console(
    menu=[MenuEntry("me", _("Messages"), PAGE, SIGNED_IN, needs=(UNREAD,))],
    needs=[Need(UNREAD, _("Unread messages"), "bell", SIGNED_IN, PAGE, _unread, "created_at")],
)
