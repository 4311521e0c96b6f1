"""The list of parcels: the shelf, those that are late, those on their way, and those that have ended."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.access import may
from core.web.list_filters import State
from core.web.lists import Empty, Row
from logistics.parcels.display import kind_of, until, words_of
from logistics.parcels.models import Parcel
from stations.lists import StationList
from stations.people.masking import mask_name

_S = Parcel.Status
_COMING = (_S.PRE_TRANSIT, _S.IN_TRANSIT, _S.AT_COUNTY_HUB, _S.AT_TOWNSHIP_HUB, _S.OUT_FOR_DELIVERY)


class Parcels(StationList):
    """What lies on the shelf, goes back, comes, and was handed over."""

    name = "parcels:parcels"
    grant = "logistics.read_parcel"
    title = gettext_lazy("Parcels")
    template = "logistics/parcels/list.html"
    place = "to_station"
    headings = {
        "name": gettext_lazy("Receiver"),
        "what": gettext_lazy("Number"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Registered at"),
        "state": gettext_lazy("State"),
    }
    order = ("-registered_at", "-pk")
    period = "registered_at"
    search = gettext_lazy("Number, name, or end of the phone")
    scanned = True
    states = (
        State(
            "shelf",
            gettext_lazy("to collect"),
            Q(status=_S.AVAILABLE_FOR_PICKUP),
            ever=True,
            order=("storage_until_date", "pk"),
        ),
        State("late", gettext_lazy("to send back"), Q(status__in=Parcel.TO_SEND_BACK), ever=True),
        State("back", gettext_lazy("going back"), Q(status=_S.RETURN_TO_SENDER), ever=True),
        State("coming", gettext_lazy("on the way"), Q(status__in=_COMING), ever=True),
        State("contradicted", gettext_lazy("carrier says otherwise"), Q(contradicted_at__isnull=False), ever=True),
        State("ended", gettext_lazy("ended"), Q(status__in=Parcel.ENDED)),
    )
    state = "shelf"
    counted_to = 1_000
    empty = Empty(gettext_lazy("No parcels here."), gettext_lazy("Scan parcels when the van brings them."), "parcel")

    def rows(self, request: HttpRequest) -> QuerySet[Parcel]:
        """Those within reach."""
        return Parcel.objects.open_to(request.user, self.grant).select_related("to_station")

    def row(self, row: Parcel, known: None) -> Row:
        """For whom, and how long it waits."""
        return Row(
            name=mask_name(row.receiver_name) or row.number,
            href=reverse("parcels:parcel", args=[row.pk]),
            what=" · ".join(filter(None, [row.number, until(row)])),
            where=row.to_station.name,
            at=row.registered_at,
            status=kind_of(row),
            words=row.get_exception_display() or words_of(row),
        )

    def found(self, words: str) -> Q:
        """By number, by name, or by the end of the phone."""
        typed = "".join(words.split())
        found = Q(number__iendswith=typed) | Q(receiver_name__icontains=words.strip())
        return found | Q(receiver_phone__endswith=typed) if typed.isdigit() and len(typed) >= 4 else found

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """What the reader may do beside reading."""
        return {
            "hands_over": may(request.user, "logistics.collect_parcel"),
            "scans": may(request.user, "logistics.scan_parcel"),
            "registers": may(request.user, "logistics.create_parcel"),
        }


PARCELS = Parcels()
