"""The group orders of a station or a county."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.access import may
from core.web.list_filters import State
from core.web.lists import Empty, Row
from orders.groups.display import bought_table, kind_of, words_for
from orders.groups.models import GroupOrder
from orders.groups.queries import bought_by_month, group_orders
from stations.lists import StationList

MONTHS = 12
_S = GroupOrder.Status


class GroupOrders(StationList):
    """What is open for pledges, ordered and on its way, or has ended."""

    name = "groups:groups"
    grant = "orders.read_group_order"
    title = gettext_lazy("Group orders")
    template = "orders/groups/groups.html"
    headings = {
        "name": gettext_lazy("Article"),
        "what": gettext_lazy("Pledged"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Pledges until"),
        "amount": gettext_lazy("Price"),
        "state": gettext_lazy("State"),
    }
    order = ("-opened_at", "-pk")
    period = "opened_at"
    search = gettext_lazy("Number or article")
    states = (
        State("open", pgettext_lazy("group order", "open for pledges"), Q(status__in=[_S.OPEN, _S.CLOSED]), ever=True),
        State("ordered", gettext_lazy("bought together"), Q(status=_S.CONFIRMED), ever=True),
        State("ended", gettext_lazy("ended"), Q(status__in=[_S.FAILED, _S.CANCELLED, _S.FULFILLED])),
    )
    empty = Empty(
        gettext_lazy("No group orders."),
        gettext_lazy("What the village buys together appears here."),
        "basket",
    )

    def rows(self, request: HttpRequest) -> QuerySet[GroupOrder]:
        """Those within reach."""
        return group_orders().open_to(request.user, self.grant)

    def row(self, row: GroupOrder, known: None) -> Row:
        """Which article, how much of it is pledged, and at which price."""
        return Row(
            name=row.variant.title,
            href=reverse("groups:group", args=[row.pk]),
            what=words_for(row, row.pledged_quantity),
            where=row.station.name,
            at=row.cutoff_at,
            amount=row.reached_price or row.held_price,
            status=kind_of(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """By the end of its number, or the name of its article."""
        tail = "".join(words.split())
        named = Q(variant__product__name__icontains=words) | Q(variant__product__name_zh__icontains=words)
        return Q(number__iendswith=tail) | named

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """What may be done here, and what was bought together within reach in each of the last months."""
        reached = GroupOrder.objects.open_to(request.user, self.grant)
        return {
            "may_open": may(request.user, "orders.open_group_order"),
            "may_join": may(request.user, "orders.add_pledge"),
            "bought": bought_table(bought_by_month(reached, at=now(), months=MONTHS)),
        }


GROUP_ORDERS = GroupOrders()
