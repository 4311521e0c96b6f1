"""What operators see of messages: those that did not reach anybody."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.notices.models import Notice
from core.web.console import Console, Figure, Measured

READ, LIST = "core.read_notice", "admin:core_notice_changelist"


def _failed(*, user: Any, at: dt.datetime) -> Measured:
    lost = Q(state__in=[Notice.State.FAILED, Notice.State.MISSED])
    day = Notice.objects.filter(created_at__gte=at - dt.timedelta(days=1))
    found = day.aggregate(every=Count("pk"), failed=Count("pk", filter=lost))
    words = gettext("of %(count)s in 24 hours") % {"count": f"{found['every']:,}"}
    return Measured(found["failed"], words, "wait" if found["failed"] else "")


CONSOLE = Console(figures=[Figure("notices.failed", _("Messages not delivered"), READ, LIST, _failed)])
