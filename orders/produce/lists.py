"""The lists of produce: harvests, intakes, lots, claims."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.access import may
from core.web.list_filters import State
from core.web.lists import Empty, Row
from orders.produce.display import kind_of, weight_words
from orders.produce.models import BuyerClaim, HarvestNotice, Intake, Lot, SettlementException
from stations.lists import StationList
from stations.people.masking import mask_name

_H, _I, _L, _C = HarvestNotice.Status, Intake.Status, Lot.Status, BuyerClaim.Status
READ, READ_LOT = "orders.read_intake", "orders.read_lot"
FARMER, STATION, STATE = gettext_lazy("Farmer"), gettext_lazy("Station"), gettext_lazy("State")


class Harvests(StationList):
    """What farmers say that they will bring."""

    name = "produce:harvests"
    grant = READ
    title = gettext_lazy("Harvest notices")
    template = "orders/produce/harvests.html"
    headings = {
        "name": FARMER,
        "what": gettext_lazy("Crop"),
        "where": STATION,
        "at": gettext_lazy("From"),
        "state": STATE,
    }
    order = ("-announced_at", "-pk")
    period = "announced_at"
    states = (
        State("new", gettext_lazy("to be confirmed"), Q(status=_H.ANNOUNCED), ever=True, order=("from_date", "pk")),
        State(
            "open",
            pgettext_lazy("harvests", "expected"),
            Q(status__in=[_H.CONFIRMED, _H.HARVESTING]),
            ever=True,
            order=("from_date", "pk"),
        ),
        State("ended", gettext_lazy("ended"), ~Q(status__in=HarvestNotice.OPEN)),
    )
    empty = Empty(
        gettext_lazy("No harvest is announced."), gettext_lazy("What farmers will bring appears here."), "leaf"
    )

    def rows(self, request: HttpRequest) -> QuerySet[HarvestNotice]:
        """Those within reach."""
        return HarvestNotice.objects.open_to(request.user, self.grant).select_related("station", "farmer", "crop")

    def row(self, row: HarvestNotice, known: None) -> Row:
        """Who brings what, and how much."""
        return Row(
            name=mask_name(row.farmer.full_name),
            href=reverse("produce:harvest", args=[row.pk]),
            what=f"{row.crop} · {weight_words(row.confirmed_g or row.expected_g)}",
            where=row.station.name,
            at=row.from_date,
            status=kind_of(row),
            words=row.get_status_display(),
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether a harvest can be announced here."""
        return {"may_announce": may(request.user, "orders.announce_harvest")}


class Intakes(StationList):
    """What farmers have brought: what waits for grades or their word first."""

    name = "produce:intakes"
    grant = READ
    title = gettext_lazy("Produce taken in")
    template = "orders/produce/intakes.html"
    headings = {
        "name": FARMER,
        "what": gettext_lazy("Crop"),
        "where": STATION,
        "at": gettext_lazy("Weighed"),
        "amount": gettext_lazy("City price, expected"),
        "state": STATE,
    }
    order = ("-weighed_at", "-pk")
    period = "weighed_at"
    search = gettext_lazy("Number of the slip")
    states = (
        State("grade", gettext_lazy("to be graded"), Q(status__in=[_I.WEIGHED, _I.DISPUTED]), ever=True),
        State("agree", gettext_lazy("to be agreed"), Q(status__in=[_I.GRADED, _I.REGRADED]), ever=True),
        State("taken", gettext_lazy("accepted"), Q(status=_I.ACCEPTED)),
        State("home", gettext_lazy("taken home"), Q(status=_I.REJECTED)),
        State("corrected", gettext_lazy("weighed wrongly"), Q(status=_I.CORRECTED)),
    )
    empty = Empty(
        gettext_lazy("Nothing was brought yet."), gettext_lazy("What farmers bring is weighed at the scale."), "scales"
    )

    def rows(self, request: HttpRequest) -> QuerySet[Intake]:
        """Those within reach."""
        return Intake.objects.open_to(request.user, self.grant).select_related("station", "farmer", "crop")

    def row(self, row: Intake, known: None) -> Row:
        """Who brought how much of what."""
        return Row(
            name=mask_name(row.farmer.full_name),
            href=reverse("produce:intake", args=[row.pk]),
            what=f"{row.crop} · {weight_words(row.net_g)}",
            where=row.station.name,
            at=row.weighed_at,
            amount=row.expected,
            status=kind_of(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """The intake of this slip, or of its end."""
        return Q(slip_number__iendswith="".join(words.split()))

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether something can be weighed here."""
        return {"may_weigh": may(request.user, "orders.weigh_intake")}


#: A farmer's statement of it could not be settled.
SET_APART = Q(Exists(SettlementException.objects.open().filter(lot=OuterRef("pk"))))


class Lots(StationList):
    """Lots of the county: to fill, to sell, on their way."""

    name = "produce:lots"
    grant = READ_LOT
    title = gettext_lazy("Lots of produce")
    template = "orders/produce/lots.html"
    headings = {
        "name": gettext_lazy("Lot"),
        "what": gettext_lazy("Crop"),
        "where": gettext_lazy("Lies at"),
        "at": pgettext_lazy("lot", "Opened at"),
        "state": STATE,
    }
    order = ("-opened_at", "-pk")
    period = "opened_at"
    search = gettext_lazy("Number of the lot")
    states = (
        State("sell", gettext_lazy("to be sold"), Q(status__in=[_L.OPEN, _L.CLOSED]), ever=True),
        State("deliver", gettext_lazy("to be delivered"), Q(status__in=[_L.ALLOCATED, _L.DISPATCHED]), ever=True),
        State("claims", gettext_lazy("delivered"), Q(status=_L.DELIVERED), ever=True),
        State("set_apart", gettext_lazy("set apart by the settlement"), SET_APART, ever=True),
        State("stopped", gettext_lazy("stopped"), Q(status__in=[_L.ON_HOLD, _L.RECALLED]), ever=True),
        State("ended", gettext_lazy("ended"), Q(status__in=[_L.SETTLED, _L.MOVED])),
    )
    empty = Empty(gettext_lazy("No lots yet."), gettext_lazy("Accepted fruit is sold in lots."), "layers")

    def rows(self, request: HttpRequest) -> QuerySet[Lot]:
        """Those within reach."""
        return Lot.objects.open_to(request.user, self.grant).select_related("station", "crop")

    def row(self, row: Lot, known: None) -> Row:
        """Which lot, of what."""
        return Row(
            name=row.code,
            href=reverse("produce:lot", args=[row.pk]),
            what=str(row.crop),
            where=row.station.name,
            at=row.opened_at,
            status=kind_of(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """The lot of this number, or of its end."""
        return Q(code__iendswith="".join(words.split()))

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether a lot can be opened."""
        return {"may_open": may(request.user, "orders.open_lot")}


class Claims(StationList):
    """What buyers want back."""

    name = "produce:claims"
    grant = READ_LOT
    title = gettext_lazy("Claims of buyers")
    place = "sale__lot__station"
    headings = {
        "name": gettext_lazy("Buyer"),
        "what": gettext_lazy("Lot"),
        "at": gettext_lazy("Raised"),
        "amount": gettext_lazy("Amount"),
        "state": STATE,
    }
    order = ("-raised_at", "-pk")
    period = "raised_at"
    amount = "amount_minor"
    states = (
        State("new", gettext_lazy("to be decided"), Q(status=_C.RAISED), ever=True, order=("raised_at", "pk")),
        State("decided", gettext_lazy("decided"), ~Q(status=_C.RAISED)),
    )
    empty = Empty(gettext_lazy("No claims."), gettext_lazy("Complaints of buyers appear here."), "check")

    def rows(self, request: HttpRequest) -> QuerySet[BuyerClaim]:
        """Those within reach."""
        return BuyerClaim.objects.open_to(request.user, self.grant).select_related("sale__lot", "sale__buyer")

    def row(self, row: BuyerClaim, known: None) -> Row:
        """Who wants how much, of which lot."""
        return Row(
            name=row.sale.buyer.name,
            href=reverse("produce:claim", args=[row.pk]),
            what=row.sale.lot.code,
            at=row.raised_at,
            amount=row.amount,
            status=kind_of(row),
            words=row.get_status_display(),
        )


HARVESTS, INTAKES, LOTS, CLAIMS = Harvests(), Intakes(), Lots(), Claims()
