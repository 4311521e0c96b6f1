"""The orders of a station or a county, and what the warehouse has to do for them."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from core.access import may
from core.days import day_in, last_months
from core.web.list_filters import State
from core.web.lists import Empty, Row
from orders.purchases.display import kind_of, part_kind, sold_bars, words_of
from orders.purchases.models import Fulfilment, Order
from orders.purchases.queries import (
    OWED,
    TO_ARRIVE,
    TO_COLLECT,
    TO_GIVE_BACK,
    TO_PICK,
    TO_TELL,
    UNPAID_AGAIN,
    sold_by_month,
)
from stations.lists import StationList
from stations.people.masking import mask_name

READ, START = "orders.read_purchase", "orders.start_purchase"
MONTHS = 12
_S, _F = Order.Status, Fulfilment.Status


class Purchases(StationList):
    """What villagers ordered: what waits for their word, what lies here to be collected, and all others."""

    name = "purchases:purchases"
    grant = READ
    title = gettext_lazy("Orders of goods")
    template = "orders/purchases/purchases.html"
    headings = {
        "name": gettext_lazy("Buyer"),
        "what": gettext_lazy("Order"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Since"),
        "amount": gettext_lazy("Amount"),
        "state": gettext_lazy("State"),
    }
    order = ("-price_as_of_at", "-pk")
    period = "price_as_of_at"
    amount = "total_minor"
    search = gettext_lazy("Number of the order")
    states = (
        State("consent", gettext_lazy("to be agreed"), Q(status=_S.AWAITING_CONSENT), ever=True),
        State("collect", gettext_lazy("to collect"), TO_COLLECT, ever=True),
        State("owed", gettext_lazy("reversed by the bank"), OWED, ever=True),
        State("open", gettext_lazy("under way"), Q(status=_S.PLACED) & ~TO_COLLECT & ~OWED, ever=True),
        State("ended", gettext_lazy("ended"), ~Q(status__in=Order.LIVE)),
    )
    empty = Empty(gettext_lazy("No orders yet."), gettext_lazy("What you order for residents appears here."), "basket")

    def rows(self, request: HttpRequest) -> QuerySet[Order]:
        """Those within reach."""
        return Order.objects.open_to(request.user, self.grant).select_related("station", "villager")

    def row(self, row: Order, known: None) -> Row:
        """Who bought for how much, and how far it is."""
        return Row(
            name=mask_name(row.buyer_name),
            href=reverse("purchases:purchase", args=[row.pk]),
            what=row.number,
            where=row.station.name,
            at=row.price_as_of_at,
            amount=row.total,
            status=kind_of(row),
            words=words_of(row),
        )

    def found(self, words: str) -> Q:
        """The order of this number, or of its end."""
        return Q(number__iendswith="".join(words.split()))

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether an order can be begun here, and what was sold within reach in each of the last months."""
        reached, at = Order.objects.open_to(request.user, self.grant), now()
        sold = sold_by_month(reached, at=at, months=MONTHS)
        months = sorted({*last_months(day_in("UTC", at), MONTHS), *(row["month"] for row in sold)})[-MONTHS:]
        return {"may_start": may(request.user, START), "sold": sold_bars(sold, months=months)}


class ToSend(StationList):
    """Goods to pick, to pack and to send, and those that suppliers confirm and bring, the oldest first."""

    name = "purchases:warehouse"
    grant = READ
    title = gettext_lazy("Goods to send")
    place = "order__station"
    headings = {
        "name": gettext_lazy("Order"),
        "what": gettext_lazy("Parcel or supplier"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Since"),
        "amount": gettext_lazy("Cash on delivery"),
        "state": gettext_lazy("State"),
    }
    order = ("-allocated_at", "-pk")
    period = "allocated_at"
    amount = "cash_due_minor"
    search = gettext_lazy("Number of the order or parcel, or supplier")
    states = (
        State("pick", gettext_lazy("to pick"), TO_PICK, ever=True, order=("allocated_at", "pk")),
        State("pack", gettext_lazy("to pack"), Q(status=_F.PICKED), ever=True, order=("allocated_at", "pk")),
        State("send", gettext_lazy("to send"), Q(status=_F.PACKED), ever=True, order=("allocated_at", "pk")),
        State(
            "confirm",
            gettext_lazy("to be confirmed"),
            Q(status=_F.PENDING),
            ever=True,
            order=("allocated_at", "pk"),
        ),
        State("arrive", gettext_lazy("from suppliers"), TO_ARRIVE, ever=True, order=("allocated_at", "pk")),
        State("unpaid", gettext_lazy("payment reversed"), UNPAID_AGAIN, ever=True, order=("allocated_at", "pk")),
        State("tell", gettext_lazy("supplier to be told"), TO_TELL, ever=True, order=("not_needed_at", "pk")),
        State("back", gettext_lazy("for their supplier"), TO_GIVE_BACK, ever=True, order=("allocated_at", "pk")),
        State("sent", gettext_lazy("sent"), ~Q(status__in=Fulfilment.WAITING)),
    )
    state = "pick"
    empty = Empty(
        gettext_lazy("Nothing to send."), gettext_lazy("Orders appear here once buyers have agreed."), "basket"
    )

    def rows(self, request: HttpRequest) -> QuerySet[Fulfilment]:
        """Those within reach."""
        return Fulfilment.objects.open_to(request.user, self.grant).select_related("order__station", "supplier")

    def row(self, row: Fulfilment, known: None) -> Row:
        """Which order, where to, and what is paid there."""
        return Row(
            name=row.order.number,
            href=reverse("purchases:part", args=[row.pk]),
            what=row.parcel_number or (row.supplier.title if row.supplier else ""),
            where=row.order.station.name,
            at=row.allocated_at,
            amount=row.cash_due,
            status=part_kind(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """By the end of either number, or by the name of the supplier."""
        tail, name = "".join(words.split()), words.strip()
        by_number = Q(order__number__iendswith=tail) | Q(parcel_number__iendswith=tail)
        return by_number | Q(supplier__name__icontains=name) | Q(supplier__name_zh__icontains=name)


PURCHASES = Purchases()
TO_SEND = ToSend()
