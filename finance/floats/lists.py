"""The lists of floats: top-ups, and how long each float lasts."""

from typing import Any

from django.db.models import DecimalField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.language import formatting
from core.web.list_filters import State
from core.web.lists import Empty, Row
from finance.floats.display import lasted, level_kind, topup_kind
from finance.floats.models import FloatForecast, FloatTopUp
from finance.floats.queries import newest_date, newest_of_each_station
from stations.lists import StationList

_WAITING = (FloatTopUp.Status.REQUESTED, FloatTopUp.Status.FUNDS_SEEN)
#: Cover of a float that nothing was ever taken from: it lasts longest.
_LONGEST = Value(100_000, output_field=DecimalField())


class TopUps(StationList):
    """Top-ups: for the county to see the money, for finance to add it."""

    name = "floats:topups"
    grant = "finance.read_topup"
    title = gettext_lazy("Top-ups")
    headings = {
        "name": gettext_lazy("Requested by"),
        "what": gettext_lazy("Reference"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Time"),
        "amount": gettext_lazy("Amount"),
        "state": gettext_lazy("State"),
    }
    order = ("-requested_at", "-pk")
    period = "requested_at"
    amount = "amount_minor"
    search = gettext_lazy("Reference")
    states = (
        State("open", gettext_lazy("waiting"), Q(status__in=_WAITING), ever=True, order=("requested_at", "pk")),
        State("done", gettext_lazy("done"), ~Q(status__in=_WAITING)),
    )
    state = "open"
    empty = Empty(
        gettext_lazy("No waiting top-ups."),
        gettext_lazy("Requests appear here until the money is in the float."),
    )

    def rows(self, request: HttpRequest) -> QuerySet[FloatTopUp]:
        """Those within reach."""
        return FloatTopUp.objects.open_to(request.user, self.grant).select_related("station", "requested_by")

    def row(self, row: FloatTopUp, known: Any) -> Row:
        """Who asked, and by which reference the bank names it."""
        return Row(
            name=row.requested_by.shown_name,
            href=f"/finance/floats/topups/{row.pk}/",
            what=row.reference,
            where=row.station.name,
            at=row.requested_at,
            amount=row.amount,
            status=topup_kind(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """Those of this reference, or a part of it."""
        return Q(reference__icontains=words)


class Floats(StationList):
    """The floats within reach, those that last shortest first."""

    name = "floats:stations"
    grant = "finance.read_float"
    title = gettext_lazy("Floats")
    headings = {
        "name": gettext_lazy("Station"),
        "what": gettext_lazy("Needs"),
        "where": gettext_lazy("Lasts"),
        "amount": pgettext_lazy("amount", "Available"),
        "state": gettext_lazy("Level"),
    }
    order = ("cover", "pk")
    amount = "available_minor"
    states = (
        State("short", gettext_lazy("running low"), ~Q(level=FloatForecast.Level.OK)),
        *(State(each.value, each.label, Q(level=each)) for each in FloatForecast.Level),
    )
    empty = Empty(
        gettext_lazy("No float here."),
        gettext_lazy("Float forecasts appear here every evening at 20:00."),
    )

    def rows(self, request: HttpRequest) -> QuerySet[FloatForecast]:
        """The newest forecast of each station within reach."""
        forecasts = FloatForecast.objects.open_to(request.user, self.grant)
        newest = newest_of_each_station(forecasts, date=newest_date(forecasts))
        return newest.select_related("station").annotate(cover=Coalesce(F("days_of_cover"), _LONGEST))

    def row(self, row: FloatForecast, known: Any) -> Row:
        """What the station needs until its next filling."""
        need = {"need": formatting.money(row.need), "until": formatting.day(row.until_date)}
        return Row(
            name=row.station.name,
            href=f"/finance/floats/stations/{row.station.code}/",
            what=_("needs %(need)s until %(until)s") % need,
            where=lasted(row),
            amount=row.available,
            status=level_kind(row),
            words=row.get_level_display(),
        )


TOPUPS, FLOATS = TopUps(), Floats()
