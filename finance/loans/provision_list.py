"""Provision rates of the countries within reach: in force, to come, and drawn up."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.countries import country_words
from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from finance.loans.models import ProvisionTable
from finance.loans.models.portfolio import RATES

_S = ProvisionTable.Status
#: The colour of a table's state.
KINDS = {_S.DRAFT: "wait", _S.ACTIVE: "ok", _S.DISCARDED: "info"}


class ProvisionTables(ListPage):
    """Each table by the day on which it begins, the newest first."""

    name = "loans:provisions"
    grant = RATES
    title = gettext_lazy("Provision rates")
    headings = {
        "name": gettext_lazy("Country"),
        "what": gettext_lazy("Drawn up by"),
        "at": gettext_lazy("From"),
        "state": gettext_lazy("State"),
    }
    order = ("-from_date", "-pk")
    states = (
        State("drafts", gettext_lazy("to approve"), Q(status=_S.DRAFT), ever=True),
        State("active", pgettext_lazy("provision rates", "in force"), Q(status=_S.ACTIVE), ever=True),
    )
    empty = Empty(
        gettext_lazy("There are no provision rates yet."),
        gettext_lazy("Without them, loans are not classified and have no provision."),
    )

    def rows(self, request: HttpRequest) -> QuerySet[ProvisionTable]:
        """Those of the countries within reach."""
        return ProvisionTable.objects.open_to(request.user, self.grant).select_related("maker")

    def row(self, row: ProvisionTable, known: object) -> Row:
        """From when, and who drew it up."""
        return Row(
            name=country_words(row.country),
            href=f"/finance/loans/provisions/{row.pk}/",
            what=row.maker.shown_name,
            at=row.from_date,
            status=KINDS[_S(row.status)],
            words=row.get_status_display(),
        )


PROVISIONS = ProvisionTables()
