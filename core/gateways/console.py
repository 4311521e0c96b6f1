"""What operators see of providers: those that are not in service."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.gateways.models import Provider
from core.web.console import Console, MenuEntry, Need

READ, EDIT, LIST = "core.read_provider", "core.edit_provider", "admin:core_provider_changelist"


def _stopped(*, user: Any, at: dt.datetime) -> QuerySet[Provider]:
    stopped = Provider.objects.exclude(breaker=Provider.Breaker.CLOSED)
    return stopped if user.is_staff else Provider.objects.none()


CONSOLE = Console(
    menu=[MenuEntry("system", _("Providers"), LIST, READ, needs=("gateways.stopped",))],
    needs=[
        Need("gateways.stopped", _("Providers out of service"), "offline", EDIT, LIST, _stopped, "breaker_opened_at"),
    ],
)
