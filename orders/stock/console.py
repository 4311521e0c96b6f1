"""What stock shows outside its pages: its line of the menu, and what runs low."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from orders.stock.models import StockLevel
from stations.accounts.models import User

READ, RECEIVE, LIST = "orders.read_stock", "orders.receive_stock", "stock:stock"


def _low(*, user: User, at: dt.datetime) -> QuerySet[StockLevel]:
    return StockLevel.objects.open_to(user, RECEIVE).low()


CONSOLE = Console(
    menu=[MenuEntry("goods", _("Stock"), LIST, READ, needs=("stock.low",))],
    needs=[
        Need(
            "stock.low",
            _("Goods that run low"),
            "basket",
            RECEIVE,
            LIST,
            _low,
            "moved_at",
            place="warehouse__station__name",
            query="state=low",
        )
    ],
)
