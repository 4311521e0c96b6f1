"""What operators see of providers: those that are not in service."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.gateways.models import Provider
from core.web.console import Console, Figure, Measured, MenuEntry, Need

READ, EDIT, LIST = "core.read_provider", "core.edit_provider", "admin:core_provider_changelist"


def _stopped(*, user: Any, at: dt.datetime) -> QuerySet[Provider]:
    stopped = Provider.objects.exclude(breaker=Provider.Breaker.CLOSED)
    return stopped if user.is_staff else Provider.objects.none()


def _working(*, user: Any, at: dt.datetime) -> Measured:
    in_service = Count("pk", filter=Q(breaker=Provider.Breaker.CLOSED))
    found = Provider.objects.aggregate(every=Count("pk"), working=in_service)
    words = gettext("of %(count)s providers") % {"count": found["every"]}
    return Measured(found["working"], words, "bad" if found["working"] < found["every"] else "")


CONSOLE = Console(
    menu=[MenuEntry("system", _("Providers"), LIST, READ, needs=("gateways.stopped",))],
    needs=[
        Need("gateways.stopped", _("Providers out of service"), "offline", EDIT, LIST, _stopped, "breaker_opened_at"),
    ],
    figures=[Figure("gateways.working", _("Providers in service"), READ, LIST, _working, "breaker__exact=closed")],
)
