"""The presales of a county, and what residents ordered in them."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.access import may
from core.web.list_filters import State
from core.web.lists import Empty, Row
from orders.presales.display import box_words, got_words, kind_of, order_kind, what_of
from orders.presales.models import PresaleClaim, PresaleCycle, PresaleOrder
from orders.presales.queries import presale_orders, presales
from stations.lists import StationList
from stations.people.masking import mask_name

_P, _O = PresaleCycle.Status, PresaleOrder.Status
STATE, PRICE = gettext_lazy("State"), gettext_lazy("Price")


class Presales(StationList):
    """What is open for orders, to be allotted, under way, or has ended."""

    name = "presales:presales"
    grant = "orders.read_presale"
    title = gettext_lazy("Presales")
    template = "orders/presales/presales.html"
    headings = {
        "name": gettext_lazy("Crop"),
        "what": gettext_lazy("Ordered"),
        "where": gettext_lazy("Boxes are packed at"),
        "at": gettext_lazy("Orders until"),
        "amount": gettext_lazy("Price of a box"),
        "state": STATE,
    }
    order = ("-opens_at", "-pk")
    period = "opens_at"
    search = gettext_lazy("Number or crop")
    states = (
        State("open", pgettext_lazy("presale", "open for orders"), Q(status=_P.OPEN), ever=True),
        State("allot", gettext_lazy("to be allotted"), Q(status=_P.CLOSED), ever=True),
        State("deliver", gettext_lazy("to be delivered"), Q(status=_P.ALLOTTED), ever=True),
        State("ended", gettext_lazy("ended"), Q(status__in=[_P.DELIVERED, _P.CANCELLED])),
    )
    empty = Empty(gettext_lazy("No presales."), gettext_lazy("What is sold before the harvest appears here."), "basket")

    def rows(self, request: HttpRequest) -> QuerySet[PresaleCycle]:
        """Those within reach."""
        return presales().open_to(request.user, self.grant)

    def row(self, row: PresaleCycle, known: None) -> Row:
        """Of what, how much of it is ordered, and at which price."""
        return Row(
            name=what_of(row),
            href=reverse("presales:presale", args=[row.pk]),
            what=box_words(row.ordered),
            where=row.station.name,
            at=row.closes_at,
            amount=row.price,
            status=kind_of(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """By the end of its number, or the name of its crop."""
        tail = "".join(words.split())
        return Q(number__iendswith=tail) | Q(crop__name__icontains=words) | Q(crop__name_zh__icontains=words)

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether one can be opened here."""
        return {"may_open": may(request.user, "orders.open_presale")}


class PresaleOrders(StationList):
    """What residents ordered: what is to be handed over first."""

    name = "presales:orders"
    grant = "orders.read_presale_order"
    title = gettext_lazy("Presale orders")
    template = "orders/presales/orders.html"
    headings = {
        "name": gettext_lazy("Resident"),
        "what": gettext_lazy("Boxes"),
        "where": gettext_lazy("Collected at"),
        "at": gettext_lazy("Ordered at"),
        "amount": gettext_lazy("Paid"),
        "state": STATE,
    }
    order = ("-ordered_at", "-pk")
    period = "ordered_at"
    search = gettext_lazy("Number of the presale")
    states = (
        State(
            "here",
            gettext_lazy("to be handed over"),
            Q(status=_O.ALLOTTED, presale__status=_P.DELIVERED),
            ever=True,
        ),
        State(
            "waits",
            gettext_lazy("wait for the harvest"),
            Q(status=_O.PAID) | Q(status=_O.ALLOTTED, presale__status=_P.ALLOTTED),
            ever=True,
        ),
        State(
            "claimed",
            gettext_lazy("complained about"),
            Q(pk__in=PresaleClaim.objects.filter(status=PresaleClaim.Status.RAISED).values("order")),
            ever=True,
        ),
        State("ended", gettext_lazy("ended"), ~Q(status__in=PresaleOrder.LIVE)),
    )
    empty = Empty(
        gettext_lazy("No orders."), gettext_lazy("Boxes that residents order before the harvest appear here."), "basket"
    )

    def rows(self, request: HttpRequest) -> QuerySet[PresaleOrder]:
        """Those within reach."""
        return presale_orders().open_to(request.user, self.grant)

    def row(self, row: PresaleOrder, known: None) -> Row:
        """Who gets how many boxes of what."""
        return Row(
            name=mask_name(row.villager.full_name),
            href=reverse("presales:order", args=[row.pk]),
            what=f"{row.presale.crop} · {got_words(row)}",
            where=row.station.name,
            at=row.ordered_at,
            amount=row.spent,
            status=order_kind(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """By the end of the presale's number."""
        return Q(presale__number__iendswith="".join(words.split()))

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether boxes can be ordered here."""
        return {"may_order": may(request.user, "orders.place_presale_order")}


PRESALES, PRESALE_ORDERS = Presales(), PresaleOrders()
