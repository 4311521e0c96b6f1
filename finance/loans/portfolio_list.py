"""The page of the portfolio: the board of the last close, and below it every closed day by class."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.language import formatting
from core.money import Money
from core.web.list_filters import Pick
from core.web.lists import Empty, ListPage, Row
from finance.loans.models import LoanClass, PortfolioDay
from finance.loans.models.portfolio import READ
from finance.loans.portfolio_display import boards_shown
from stations.requests import signed_in

_CLASS = Pick(
    "class",
    gettext_lazy("Class"),
    gettext_lazy("All classes"),
    lambda: LoanClass.choices,
    lambda code: Q(class_code=code),
)


class PortfolioList(ListPage):
    """Each closed day of each book by product and class, the newest first."""

    name = "loans:portfolio"
    grant = READ
    title = gettext_lazy("Loan portfolio")
    template = "finance/loans/portfolio.html"
    headings = {
        "name": gettext_lazy("Class"),
        "what": gettext_lazy("Loan"),
        "where": gettext_lazy("County"),
        "at": gettext_lazy("Day"),
        "amount": gettext_lazy("Principal left"),
        "state": gettext_lazy("More than 30 days late"),
    }
    order = ("-business_date", "-pk")
    period = "business_date"
    picks = (_CLASS,)
    empty = Empty(
        gettext_lazy("No day of a loan book is closed yet."),
        gettext_lazy("Each night adds how its loans stand."),
    )

    def rows(self, request: HttpRequest) -> QuerySet[PortfolioDay]:
        """Those of the counties within reach."""
        rows = PortfolioDay.objects.open_to(request.user, self.grant)
        return rows.select_related("product", "book__county")

    def row(self, row: PortfolioDay, known: object) -> Row:
        """What is lent in a class, and how much of it is at risk."""
        return Row(
            name=row.get_class_code_display(),
            what=row.product.shown_name,
            where=row.book.county.short_name,
            at=row.business_date,
            amount=row.gross,
            status="bad" if row.par30_minor else "ok",
            words=formatting.money(Money(row.par30_minor, row.currency)),
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """The board of the last close, for each currency."""
        return {"boards": boards_shown(signed_in(request))}


PORTFOLIO = PortfolioList()
