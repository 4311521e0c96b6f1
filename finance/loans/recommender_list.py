"""Partners who recommend loans: who is suspended or warned, and since when."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from finance.credit.models import RecommendationStanding, Reinstatement
from finance.credit.models.vintages import READ
from finance.loans.display import percent

_S = RecommendationStanding.Status
#: The colour of a standing.
KINDS = {_S.RECOMMENDING: "ok", _S.WARNED: "wait", _S.SUSPENDED: "bad"}


def kind_of_standing(standing: RecommendationStanding) -> str:
    """The colour of its state."""
    return KINDS[_S(standing.status)]


class Recommenders(ListPage):
    """Each partner of whom loans are measured."""

    name = "loans:recommenders"
    grant = READ
    title = gettext_lazy("Loan recommenders")
    headings = {
        "name": gettext_lazy("Partner"),
        "what": gettext_lazy("At risk"),
        "where": gettext_lazy("County"),
        "at": gettext_lazy("Since"),
        "state": gettext_lazy("State"),
    }
    order = ("-since_date", "-pk")
    states = (
        State("suspended", pgettext_lazy("recommender", "suspended"), Q(status=_S.SUSPENDED), ever=True),
        State("warned", pgettext_lazy("recommender", "warned"), Q(status=_S.WARNED), ever=True),
        State(
            "asked",
            gettext_lazy("asked to recommend again"),
            Q(reinstatements__status=Reinstatement.Status.ASKED),
            ever=True,
        ),
    )
    empty = Empty(
        gettext_lazy("No partner is listed here yet."),
        gettext_lazy("Each night measures the loans that every partner has recommended."),
    )

    def rows(self, request: HttpRequest) -> QuerySet[RecommendationStanding]:
        """Those of the counties within reach."""
        return RecommendationStanding.objects.open_to(request.user, self.grant).select_related("partner", "county")

    def row(self, row: RecommendationStanding, known: object) -> Row:
        """Who, and which quarter speaks against them."""
        return Row(
            name=row.partner.shown_name,
            href=f"/finance/loans/recommenders/{row.pk}/",
            what=said_of(row),
            where=row.county.short_name,
            at=row.since_date,
            status=kind_of_standing(row),
            words=row.get_status_display(),
        )


def said_of(standing: RecommendationStanding) -> str:
    """`6.00% of the loans of Q4 2026`; nothing where no quarter speaks against somebody."""
    if standing.quarter_date is None or standing.par30_bp is None:
        return ""
    return gettext("%(share)s of the loans of Q%(quarter)s %(year)s") % {
        "share": percent(standing.par30_bp),
        "quarter": (standing.quarter_date.month + 2) // 3,
        "year": standing.quarter_date.year,
    }


RECOMMENDERS = Recommenders()
