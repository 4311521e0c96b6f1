"""The lists of statements: those of the counties within reach, and one's own."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.language import formatting
from core.web.list_filters import Pick, State
from core.web.lists import Empty, ListPage, Row
from finance.settlement.models import Statement
from finance.settlement.queries.payees import names_of
from stations.requests import signed_in

#: What comes out of a statement, as `Statement.result` says it.
RESULT = Case(When(payable_minor=0, then=F("carried_minor")), default=F("payable_minor"))
#: The colours of the states.
STATEMENT_KINDS = {"calculated": "wait", "closed": "info", "paid": "ok", "carried": "wait"}


class Statements(ListPage):
    """The statements of the counties within reach, newest first."""

    name = "settlement:statements"
    grant = "finance.read_statement"
    title = gettext_lazy("Statements")
    back, back_to = "settlement:closes", gettext_lazy("Daily close")
    headings = {
        "name": gettext_lazy("Payee"),
        "what": gettext_lazy("Period"),
        "where": gettext_lazy("County"),
        "amount": gettext_lazy("Amount"),
        "state": gettext_lazy("State"),
    }
    order = ("-period_to", "-pk")
    period, days = "period_to", 92
    amount = RESULT
    picks = (
        Pick(
            "payee_kind",
            gettext_lazy("Kind of payee"),
            gettext_lazy("All payees"),
            lambda: Statement._meta.get_field("payee_kind").choices or (),
            lambda kind: Q(payee_kind=kind),
        ),
    )
    states = tuple(State(each.value, each.label, Q(status=each)) for each in Statement.Status)
    empty = Empty(
        gettext_lazy("No statement yet."),
        gettext_lazy("A statement closes in the night after its last day."),
        icon="coins",
    )

    def rows(self, request: HttpRequest) -> QuerySet[Statement]:
        """Those within reach; of one payee where the address names one."""
        found = Statement.objects.open_to(request.user, self.grant).select_related("account", "county")
        payee = request.GET.get("payee", "")
        return found.filter(payee=payee) if payee else found

    def known(self, rows: Sequence[Statement], request: HttpRequest) -> Mapping[str, str]:
        """What the payees are called."""
        return names_of(row.payee for row in rows)

    def row(self, row: Statement, known: Mapping[str, str]) -> Row:
        """Whose it is, and for which days."""
        return Row(
            name=known[row.payee],
            href=f"/finance/settlement/statements/{row.pk}/",
            what=formatting.span(row.period_from, row.period_to),
            where=row.county.short_name,
            at=row.period_to,
            amount=row.result,
            status=STATEMENT_KINDS[row.status],
            words=row.get_status_display(),
        )


class OwnStatements(ListPage):
    """One's own statements, newest first."""

    name = "settlement:own_statements"
    grant = "finance.read_own_earnings"
    title = gettext_lazy("My statements")
    back, back_to = "fees:earnings", gettext_lazy("What I earned")
    headings = {
        "name": gettext_lazy("Period"),
        "what": gettext_lazy("Kind"),
        "amount": gettext_lazy("Amount"),
        "state": gettext_lazy("State"),
    }
    order = ("-period_to", "-pk")
    period, days = "period_to", 366
    amount = RESULT
    states = tuple(State(each.value, each.label, Q(status=each)) for each in Statement.Status if each != "calculated")
    empty = Empty(
        gettext_lazy("No statement yet."),
        gettext_lazy("A statement closes in the night after its last day."),
        icon="coins",
    )

    def rows(self, request: HttpRequest) -> QuerySet[Statement]:
        """The reader's, as far as nothing changes them any more."""
        return Statement.objects.in_force().filter(payee=signed_in(request).pk.hex).select_related("account")

    def row(self, row: Statement, known: Any) -> Row:
        """For which days."""
        return Row(
            name=formatting.span(row.period_from, row.period_to),
            href=f"/finance/settlement/statements/{row.pk}/",
            what=row.get_period_display(),
            at=row.period_to,
            amount=row.result,
            status=STATEMENT_KINDS[row.status],
            words=row.get_status_display(),
        )


STATEMENTS, OWN_STATEMENTS = Statements(), OwnStatements()
