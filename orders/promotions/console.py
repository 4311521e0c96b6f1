"""What promotions show outside their pages: the menu, what waits for another person, and budgets nearly used up."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from orders.promotions.models import Promotion
from orders.promotions.queries import running_low
from stations.accounts.models import User
from stations.accounts.queries import own_logins

READ, APPROVE, END = "orders.read_promotion", "orders.approve_promotion", "orders.end_promotion"
LIST = "promotions:promotions"


def _to_approve(*, user: User, at: dt.datetime) -> QuerySet[Promotion]:
    waiting = Promotion.objects.open_to(user, APPROVE).filter(status=Promotion.Status.PREPARED)
    return waiting.exclude(prepared_by__in=own_logins(user))


def _low(*, user: User, at: dt.datetime) -> QuerySet[Promotion]:
    return running_low(Promotion.objects.open_to(user, END), at=at)


CONSOLE = Console(
    menu=[MenuEntry("goods", _("Promotions"), LIST, READ, needs=("promotions.approve", "promotions.low"))],
    needs=[
        Need(
            *("promotions.approve", _("Promotions to approve"), "basket", APPROVE, LIST, _to_approve, "prepared_at"),
            query="state=waiting",
        ),
        Need(
            *("promotions.low", _("Promotions nearly used up"), "coins", END, LIST, _low, "from_date"),
            query="state=running",
            wait_days=366,
            bad_days=366,
        ),
    ],
)
