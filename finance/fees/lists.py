"""The lists of fees: corrections, commission plans, prices."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from core.access import may_everywhere
from core.defaults import default_country
from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from core.web.ranges import ends_after
from finance.fees import display
from finance.fees.models import Adjustment, CommissionPlan, Tariff
from ledger.queries import business_date_of
from ledger.services import book_of
from stations.requests import signed_in

#: The colours of the states.
ADJUSTMENT_KINDS = {"proposed": "wait", "approved": "ok", "rejected": "bad"}
PLAN_KINDS = {"draft": "wait", "approved": "ok", "retired": "info"}
TARIFF_KINDS = {"coming": "wait", "in_force": "ok", "past": "info"}


class Adjustments(ListPage):
    """Corrections of payees' accounts: those that wait for a second person, and those decided."""

    name = "fees:adjustments"
    grant = "finance.read_adjustment"
    title = gettext_lazy("Corrections of accounts")
    template = "finance/fees/adjustments.html"
    headings = {
        "name": gettext_lazy("Reason"),
        "what": gettext_lazy("In words"),
        "where": gettext_lazy("Proposed by"),
        "at": gettext_lazy("Time"),
        "amount": gettext_lazy("Amount"),
        "state": gettext_lazy("State"),
    }
    order = ("-made_at", "-pk")
    period = "made_at"
    amount = "amount_minor"
    states = tuple(State(each.value, each.label, Q(status=each), ever=each == "proposed") for each in Adjustment.Status)
    state = "proposed"
    empty = Empty(gettext_lazy("No open corrections."))

    def rows(self, request: HttpRequest) -> QuerySet[Adjustment]:
        """Those within reach."""
        return Adjustment.objects.open_to(request.user, self.grant).select_related("made_by")

    def row(self, row: Adjustment, known: Any) -> Row:
        """Why, and who proposed it."""
        return Row(
            name=row.get_reason_display(),
            href=f"/finance/fees/adjustments/{row.pk}/",
            what=row.text,
            where=row.made_by.shown_name,
            at=row.made_at,
            amount=row.amount,
            status=ADJUSTMENT_KINDS[row.status],
            words=row.get_status_display(),
        )


class Plans(ListPage):
    """Every version of every commission plan, the newest of each first."""

    name = "fees:plans"
    grant = "finance.read_commission_plan"
    title = gettext_lazy("Commission plans")
    lead = gettext_lazy(
        "What a sale earns, and who gets which share. An approved plan never changes; a new version replaces it."
    )
    template = "finance/fees/plans.html"
    headings = {
        "name": gettext_lazy("Plan"),
        "what": gettext_lazy("Holds"),
        "state": gettext_lazy("State"),
    }
    order = ("code", "-version", "pk")
    states = tuple(State(each.value, each.label, Q(status=each)) for each in CommissionPlan.Status)
    empty = Empty(
        gettext_lazy("There is no such plan."), gettext_lazy("Draft one; another person approves it."), icon="coins"
    )

    def rows(self, request: HttpRequest) -> QuerySet[CommissionPlan]:
        """Those within reach."""
        return CommissionPlan.objects.open_to(request.user, self.grant)

    def row(self, row: CommissionPlan, known: Any) -> Row:
        """Which version, and when it holds."""
        return Row(
            name=str(row),
            href=f"/finance/fees/plans/{row.pk}/",
            what=display.holds(row),
            status=PLAN_KINDS[row.status],
            words=row.get_status_display(),
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader draws one up."""
        return {"may_edit": may_everywhere(request.user, "finance.edit_commission_plan")}


class Tariffs(ListPage):
    """Every price by service and place."""

    name = "fees:tariffs"
    grant = "finance.read_tariff"
    title = gettext_lazy("Prices of services")
    lead = gettext_lazy("What villagers pay in addition to the amount. If no fee is listed, nothing is charged.")
    template = "finance/fees/tariffs.html"
    headings = {
        "name": gettext_lazy("Service"),
        "what": gettext_lazy("Price"),
        "where": gettext_lazy("Place and time"),
        "state": gettext_lazy("State"),
    }
    order = ("service", "-from_date", "-pk")
    state = "standing"
    empty = Empty(
        gettext_lazy("No prices here."), gettext_lazy("Services cost nothing beyond their amount."), icon="coins"
    )

    def tabs(self) -> Sequence[State]:
        """What holds or is coming, each of both alone, and what is over."""
        today = _today()
        return (
            State("standing", gettext_lazy("Now and later"), ends_after(today)),
            State("coming", Tariff.State.COMING.label, Q(from_date__gt=today)),
            State("in_force", Tariff.State.IN_FORCE.label, Q(from_date__lte=today) & ends_after(today)),
            State("past", Tariff.State.PAST.label, Q(to_date__lte=today)),
        )

    def rows(self, request: HttpRequest) -> QuerySet[Tariff]:
        """Those within reach."""
        return Tariff.objects.open_to(signed_in(request), self.grant).select_related("division")

    def known(self, rows: Sequence[Tariff], request: HttpRequest) -> dict[str, str]:
        """What the services are called."""
        return display.service_names()

    def row(self, row: Tariff, known: dict[str, str]) -> Row:
        """What is charged, where and when."""
        state = row.state_on(_today())
        return Row(
            name=display.name_of_service(row.service, known),
            href=f"/finance/fees/tariffs/{row.pk}/",
            what=display.asks(row),
            where=" · ".join([display.place(row), display.holds(row)]),
            status=TARIFF_KINDS[state],
            words=state.label,
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader sets one."""
        return {"may_edit": may_everywhere(request.user, "finance.edit_tariff")}


def _today() -> dt.date:
    return business_date_of(book_of(default_country()), now())


ADJUSTMENTS, PLANS, TARIFFS = Adjustments(), Plans(), Tariffs()
