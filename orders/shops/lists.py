"""The shops of a station or a county, and their orders."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from core.access import may
from core.web.list_filters import State
from core.web.lists import Empty, Row
from orders.promotions.models import Promotion
from orders.promotions.queries import prepared_still
from orders.shops.display import kind_of
from orders.shops.models import Shop, ShopClaim, ShopOrder
from stations.lists import StationList

_S, _O = Shop.Status, ShopOrder.Status


class Shops(StationList):
    """What is prepared, what waits for the county, and what is open."""

    name = "shops:shops"
    grant = "orders.read_shop"
    title = gettext_lazy("Farmers' shops")
    template = "orders/shops/shops.html"
    headings = {
        "name": gettext_lazy("Shop"),
        "what": gettext_lazy("Farmer"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Since"),
        "state": gettext_lazy("State"),
    }
    order = ("-opened_at", "-pk")
    period, days = "opened_at", None
    search = gettext_lazy("Name of the shop")
    states = (
        State("review", gettext_lazy("for the county"), Q(status=_S.READY_FOR_REVIEW), ever=True),
        State("open", gettext_lazy("open"), Q(status__in=Shop.PUBLIC), ever=True),
        State("draft", gettext_lazy("being prepared"), Q(status__in=[_S.DRAFT, _S.REJECTED]), ever=True),
        State("ended", gettext_lazy("stopped"), Q(status__in=[_S.SUSPENDED, _S.TERMINATED]), ever=True),
    )
    state = "open"
    empty = Empty(
        gettext_lazy("No shops here."),
        gettext_lazy("A shop is opened for a farmer on the farmer's page."),
        "leaf",
    )

    def tabs(self) -> Sequence[State]:
        """With those that have a coupon of which the farmer is asked, while it is not over."""
        waiting = prepared_still(Promotion.objects.filter(shop__isnull=False, agreed_at=None), at=now())
        about = Q(pk__in=waiting.values("shop"))
        return [*self.states, State("coupon", gettext_lazy("coupon for the farmer"), about, ever=True)]

    def rows(self, request: HttpRequest) -> QuerySet[Shop]:
        """Those within reach."""
        return Shop.objects.open_to(request.user, self.grant).select_related("owner", "station")

    def row(self, row: Shop, known: None) -> Row:
        """Which shop, of whom, and whether it is open."""
        return Row(
            name=row.title,
            href=reverse("shops:shop", args=[row.pk]),
            what=row.owner.full_name,
            where=row.station.name,
            at=row.opened_at,
            status=kind_of(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """By a part of either name."""
        return Q(name__icontains=words) | Q(name_zh__icontains=words)

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether a shop can be opened here."""
        return {"may_open": may(request.user, "orders.edit_shop")}


class ShopOrders(StationList):
    """Orders to pack, to send, on their way, and all others; the most urgent first."""

    name = "shops:orders"
    grant = "orders.read_shop"
    title = gettext_lazy("Orders of shops")
    place = "shop__station"
    headings = {
        "name": gettext_lazy("Order"),
        "what": gettext_lazy("Shop"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Since"),
        "amount": gettext_lazy("Amount"),
        "state": gettext_lazy("State"),
    }
    order = ("-made_at", "-pk")
    period = "made_at"
    amount = "total_minor"
    search = gettext_lazy("Number of the order, or tracking number")
    states = (
        State("pack", gettext_lazy("to pack"), Q(status=_O.PAID), ever=True, order=("pack_by_at", "pk")),
        State("send", gettext_lazy("to send"), Q(status=_O.PACKED), ever=True, order=("send_by_at", "pk")),
        State("way", gettext_lazy("on the way"), Q(status=_O.SENT), ever=True),
        State(
            "claims",
            gettext_lazy("complaints"),
            Q(claim__status__in=ShopClaim.TO_DECIDE),
            ever=True,
            order=("claim__raised_at", "pk"),
        ),
        State("done", gettext_lazy("delivered"), Q(status__in=[_O.DELIVERED, _O.COMPLETED])),
        State("ended", gettext_lazy("not delivered"), Q(status__in=[_O.CANCELLED, _O.EXPIRED, _O.AWAITING])),
    )
    state = "pack"
    empty = Empty(
        gettext_lazy("No orders here."),
        gettext_lazy("Orders that buyers in the city have paid for appear here."),
        "basket",
    )

    def rows(self, request: HttpRequest) -> QuerySet[ShopOrder]:
        """Those within reach."""
        return ShopOrder.objects.open_to(request.user, self.grant).select_related("shop__station")

    def row(self, row: ShopOrder, known: None) -> Row:
        """Which order of which shop, and how far it is."""
        return Row(
            name=row.number,
            href=reverse("shops:order", args=[row.pk]),
            what=row.shop.title,
            where=row.shop.station.name,
            at=row.made_at,
            amount=row.total,
            status=kind_of(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """By the end of either number."""
        tail = "".join(words.split())
        return Q(number__iendswith=tail) | Q(number__icontains=f"{tail}-") | Q(tracking_number__iendswith=tail)


SHOPS = Shops()
SHOP_ORDERS = ShopOrders()
