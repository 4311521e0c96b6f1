"""The returns of a station or a county."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, Row
from orders.returns.display import kind_of, title_of
from orders.returns.models import Return
from orders.returns.queries import returns
from stations.lists import StationList
from stations.people.masking import mask_name

_S = Return.Status


class Returns(StationList):
    """What waits for a decision, what is on its way back, and what has ended."""

    name = "returns:returns"
    grant = "orders.read_purchase"
    title = gettext_lazy("Goods brought back")
    headings = {
        "name": gettext_lazy("Buyer"),
        "what": gettext_lazy("Article"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Since"),
        "amount": gettext_lazy("Amount"),
        "state": gettext_lazy("State"),
    }
    order = ("-requested_at", "-pk")
    period = "requested_at"
    amount = "value_minor"
    search = gettext_lazy("Number of the return or order")
    states = (
        State("decide", gettext_lazy("to be decided"), Q(status=_S.REQUESTED), ever=True),
        State("counter", gettext_lazy("at the counter"), Q(status__in=[_S.APPROVED, _S.DROPPED]), ever=True),
        State("way", gettext_lazy("on the way back"), Q(status=_S.IN_TRANSIT), ever=True),
        State(
            "inspect", gettext_lazy("to inspect"), Q(status__in=[_S.RECEIVED, _S.NOT_ACCEPTED, _S.INSPECTED]), ever=True
        ),
        State("replaced", gettext_lazy("replacement on its way"), Q(status=_S.REPLACED), ever=True),
        State("paid", gettext_lazy("money owed"), Q(status=_S.REFUNDED), ever=True),
        State("unsettled", gettext_lazy("money could not move"), Q(unsettled_at__isnull=False), ever=True),
        State(
            "ended",
            gettext_lazy("ended"),
            Q(status__in=[_S.REJECTED, _S.CANCELLED, _S.EXPIRED, _S.LOST, _S.SENT_BACK, _S.CLOSED]),
        ),
    )
    empty = Empty(
        gettext_lazy("Nothing was brought back."),
        gettext_lazy("Goods that buyers return appear here; a return begins on the page of its order."),
        "basket",
    )

    def rows(self, request: HttpRequest) -> QuerySet[Return]:
        """Those within reach."""
        return returns().open_to(request.user, self.grant)

    def row(self, row: Return, known: None) -> Row:
        """Who brings what back, for how much, and how far it is."""
        return Row(
            name=mask_name(row.order.buyer_name),
            href=reverse("returns:return", args=[row.pk]),
            what=title_of(row.lines.all()),
            where=row.station.name,
            at=row.requested_at,
            amount=row.value,
            status=kind_of(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """By the end of either number."""
        tail = "".join(words.split())
        return Q(number__iendswith=tail) | Q(order__number__iendswith=tail)


RETURNS = Returns()
