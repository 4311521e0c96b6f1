"""What group orders show outside their pages: the menu, and what their station has to look after."""

import datetime as dt

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from orders.groups.models import GroupOrder
from orders.groups.services.opening import REMINDED_BEFORE
from stations.accounts.models import User

READ, OPEN, CLOSE = "orders.read_group_order", "orders.open_group_order", "orders.close_group_order"
LIST = "groups:groups"
_S = GroupOrder.Status


def _short(*, user: User, at: dt.datetime) -> QuerySet[GroupOrder]:
    """Those that close within a day and would not come about."""
    rows = GroupOrder.objects.open_to(user, OPEN)
    soon = rows.filter(status=_S.OPEN, cutoff_at__gt=at, cutoff_at__lte=at + REMINDED_BEFORE)
    return soon.filter(pledged_quantity__lt=F("min_quantity"))


def _full(*, user: User, at: dt.datetime) -> QuerySet[GroupOrder]:
    """Those of which nothing more can be pledged: they need not wait for their cut-off."""
    rows = GroupOrder.objects.open_to(user, CLOSE)
    return rows.filter(status=_S.OPEN, cutoff_at__gt=at, max_quantity__isnull=False).filter(
        max_quantity__lt=F("pledged_quantity") + F("variant__quantity_step")
    )


CONSOLE = Console(
    menu=[
        MenuEntry("goods", _("Group orders"), LIST, READ, needs=("groups.short", "groups.full")),
    ],
    needs=[
        Need(
            *("groups.short", _("Group orders that still need pledges"), "people", OPEN, LIST, _short, "opened_at"),
            query="state=open",
        ),
        Need(
            *("groups.full", _("Group orders that are full"), "people", CLOSE, LIST, _full, "opened_at"),
            query="state=open",
        ),
    ],
)
