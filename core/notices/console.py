"""What operators see of messages: those that did not reach anybody."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.notices.models import Notice
from core.web.console import Console, Figure, Measured

READ, LIST = "core.read_notice", "admin:core_notice_changelist"


#: Messages that reached nobody, and for how long the home speaks of them.
LOST = (Notice.State.FAILED, Notice.State.MISSED)
DAY = dt.timedelta(days=1)


def _lost_of_a_day() -> str:
    """Of the administration's list: those that the figure counts."""
    return urlencode({"state__in": ",".join(LOST), "created_at__gte": (timezone.now() - DAY).isoformat()})


def _failed(*, user: Any, at: dt.datetime) -> Measured:
    day = Notice.objects.filter(created_at__gte=at - DAY)
    found = day.aggregate(every=Count("pk"), failed=Count("pk", filter=Q(state__in=LOST)))
    words = gettext("of %(count)s in 24 hours") % {"count": f"{found['every']:,}"}
    return Measured(found["failed"], words, "wait" if found["failed"] else "")


CONSOLE = Console(figures=[Figure("notices.failed", _("Messages not delivered"), READ, LIST, _failed, _lost_of_a_day)])
