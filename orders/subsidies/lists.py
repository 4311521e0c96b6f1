"""The parcels for which the county gave something, below what its programmes have left."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, Row
from orders.subsidies.models import ParcelSubsidy
from orders.subsidies.queries import programmes
from stations.lists import StationList

READ = "orders.read_subsidy"


class Subsidies(StationList):
    """What each parcel brought, and which came when the budget was used up."""

    name = "subsidies:subsidies"
    grant = READ
    title = gettext_lazy("Subsidies for parcels")
    template = "orders/subsidies/subsidies.html"
    headings = {
        "name": gettext_lazy("Partner"),
        "what": gettext_lazy("Parcel"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Accrued"),
        "amount": gettext_lazy("Amount"),
        "state": gettext_lazy("State"),
    }
    order = ("-accrued_at", "-pk")
    period = "accrued_at"
    amount = "amount_minor"
    search = gettext_lazy("Number of the parcel")
    states = (
        State("given", pgettext_lazy("subsidy", "given"), Q(amount_minor__gt=0)),
        State("unfunded", gettext_lazy("budget used up"), Q(amount_minor=0)),
    )
    empty = Empty(
        gettext_lazy("No subsidies yet."),
        gettext_lazy("What the county pays towards parcels appears here when they are handed over."),
        "coins",
    )

    def rows(self, request: HttpRequest) -> QuerySet[ParcelSubsidy]:
        """Those within reach."""
        rows = ParcelSubsidy.objects.open_to(request.user, self.grant)
        return rows.select_related("station", "parcel", "partner__person")

    def row(self, row: ParcelSubsidy, known: None) -> Row:
        """Who got how much for which parcel."""
        return Row(
            name=row.partner.shown_name,
            href=reverse("parcels:parcel", args=[row.parcel_id]),
            what=f"{row.parcel.number} · {row.get_direction_display()}",
            where=row.station.name,
            at=row.accrued_at,
            amount=row.amount,
            status="ok" if row.amount_minor else "bad",
            words=pgettext("subsidy", "given") if row.amount_minor else _("budget used up"),
        )

    def found(self, words: str) -> Q:
        """By the end of its number."""
        return Q(parcel__number__iendswith="".join(words.split()))

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """The programmes of the reader's counties, the newest first."""
        return {"programmes": list(programmes().open_to(request.user, READ)[:6])}


SUBSIDIES = Subsidies()
