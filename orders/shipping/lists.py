"""The parcels to the city of a station or a county."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.access import may
from core.web.list_filters import State
from core.web.lists import Empty, Row
from orders.shipping.display import kind_of
from orders.shipping.models import Shipment
from orders.shipping.queries import shipments
from stations.lists import StationList
from stations.people.masking import mask_name

_S = Shipment.Status
AT_CENTRE = Q(status=_S.ACCEPTED, parcel__custodian=F("parcel__to_station"))


class Shipments(StationList):
    """What lies here or is on its way to the county centre, is to be given to the carrier, is with it, or has ended."""

    name = "shipping:shipments"
    grant = "orders.read_shipment"
    title = gettext_lazy("Parcels to the city")
    template = "orders/shipping/shipments.html"
    headings = {
        "name": gettext_lazy("Sender"),
        "what": gettext_lazy("Parcel"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Since"),
        "amount": gettext_lazy("Price"),
        "state": gettext_lazy("State"),
    }
    order = ("-accepted_at", "-pk")
    period = "accepted_at"
    amount = "price_minor"
    search = gettext_lazy("Number of the parcel")
    scanned = True
    states = (
        State("way", gettext_lazy("to the county centre"), Q(status=_S.ACCEPTED) & ~AT_CENTRE, ever=True),
        State("centre", gettext_lazy("for the carrier"), AT_CENTRE, ever=True),
        State("carrier", gettext_lazy("with the carrier"), Q(status=_S.HANDED_ON), ever=True),
        State("back", gettext_lazy("back at the station"), Q(status=_S.RETURNED), ever=True),
        State("ended", gettext_lazy("ended"), ~Q(status__in=Shipment.OPEN)),
    )
    empty = Empty(
        gettext_lazy("No parcels to the city."),
        gettext_lazy("What residents send from the station appears here."),
        "parcel",
    )

    def rows(self, request: HttpRequest) -> QuerySet[Shipment]:
        """Those within reach."""
        return shipments().open_to(request.user, self.grant)

    def row(self, row: Shipment, known: None) -> Row:
        """Who sends it where, for how much, and how far it is."""
        return Row(
            name=mask_name(row.sender_name),
            href=reverse("shipping:shipment", args=[row.pk]),
            what=f"{row.number} · {row.region.name}",
            where=row.station.name,
            at=row.accepted_at,
            amount=row.price,
            status=kind_of(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """By the end of its number, or of the carrier's."""
        tail = "".join(words.split())
        return Q(number__iendswith=tail) | Q(parcel__carrier_number__iendswith=tail)

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether a parcel can be accepted here."""
        return {"may_accept": may(request.user, "orders.accept_shipment")}


SHIPMENTS = Shipments()
