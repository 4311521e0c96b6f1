"""The list of loan applications: what waits for the lender, the oldest first, and all others."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.access import may
from core.web.list_filters import State
from core.web.lists import Empty, Row
from finance.loans.models import LoanApplication
from stations.lists import StationList
from stations.people.masking import mask_name

_S = LoanApplication.Status
START = "finance.start_application"
#: The colour of an application's state.
KINDS = {_S.DRAFT: "info", _S.APPROVED: "ok", _S.REJECTED: "bad", _S.WITHDRAWN: "info", _S.EXPIRED: "info"}


def kind_of(application: LoanApplication) -> str:
    """The colour of its state."""
    return KINDS.get(_S(application.status), "wait")


class Applications(StationList):
    """The queue of the lender, or what one's own station wrote down."""

    name = "loans:applications"
    grant = "finance.read_loan_application"
    title = gettext_lazy("Loans")
    template = "finance/loans/applications.html"
    headings = {
        "name": gettext_lazy("Borrower"),
        "what": gettext_lazy("Loan"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Since"),
        "amount": gettext_lazy("Amount"),
        "state": gettext_lazy("State"),
    }
    order = ("-started_at", "-pk")
    period = "started_at"
    amount = "requested_minor"
    search = gettext_lazy("Number of the application")
    states = (
        State(
            "waiting",
            gettext_lazy("waiting"),
            Q(status__in=LoanApplication.WAITING),
            ever=True,
            order=("started_at", "pk"),
        ),
        State("drafts", gettext_lazy("drafts"), Q(status=_S.DRAFT), ever=True),
        State("approved", gettext_lazy("approved"), Q(status=_S.APPROVED), ever=True),
        State("ended", gettext_lazy("ended"), Q(status__in=[_S.REJECTED, _S.WITHDRAWN, _S.EXPIRED])),
    )
    state = "waiting"
    empty = Empty(
        gettext_lazy("No application waits."),
        gettext_lazy("An application is answered within 3 to 5 days."),
    )

    def rows(self, request: HttpRequest) -> QuerySet[LoanApplication]:
        """Those within reach."""
        rows = LoanApplication.objects.open_to(request.user, self.grant)
        return rows.select_related("station", "person", "product")

    def row(self, row: LoanApplication, known: Any) -> Row:
        """Who wants how much of which loan."""
        return Row(
            name=mask_name(row.person.full_name),
            href=f"/finance/loans/applications/{row.pk}/",
            what=f"{row.product.shown_name} · {row.number}",
            where=row.station.name,
            at=row.started_at,
            amount=row.requested,
            status=kind_of(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """The application of this number, or of its end."""
        return Q(number__iendswith="".join(words.split()))

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether a new one can be begun here."""
        return {"may_start": may(request.user, START)}


APPLICATIONS = Applications()
