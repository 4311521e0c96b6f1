"""The list of loan applications: what waits for the lender, the oldest first, and all others."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core.access import may
from core.web.list_filters import Pick, State
from core.web.lists import Empty, Row
from finance.loans.figures import AT_RISK
from finance.loans.models import (
    CloseException,
    Loan,
    LoanAdjustment,
    LoanApplication,
    LoanInstallment,
    LoanReversal,
)
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

_L = Loan.Status
#: An instalment is due today or late.
IS_DUE = Q(Exists(LoanInstallment.objects.filter(loan=OuterRef("pk"), status__in=LoanInstallment.OPEN)))
#: Somebody has asked to take a payment back.
WANTS_BACK = Q(Exists(LoanReversal.objects.filter(receipt__loan=OuterRef("pk"), status=LoanReversal.Status.ASKED)))
#: A day of it could not be closed.
SKIPPED = Q(Exists(CloseException.objects.open().filter(loan=OuterRef("pk"))))


def _wants(*kinds: str, status: str = "asked", of: str = _L.ACTIVE) -> Q:
    waiting = LoanAdjustment.objects.filter(loan=OuterRef("pk"), kind__in=kinds, status=status)
    return Q(Exists(waiting), status=of)


#: What somebody has asked for, and a second person is to decide, by its key in the address.
TO_DECIDE: dict[str, tuple[Any, Q]] = {
    "reversal": (gettext_lazy("payment to reverse"), WANTS_BACK),
    "write_off": (gettext_lazy("to write off"), _wants("write_off")),
    "new_plan": (gettext_lazy("new plan to decide"), _wants("restructure")),
    "new_rate": (gettext_lazy("new rate to decide"), _wants("rate_change")),
    "waiver": (gettext_lazy("waiver to decide"), _wants(*LoanAdjustment.WAIVERS)),
    "release": (gettext_lazy("group to release"), _wants("release_group", of=_L.WRITTEN_OFF)),
}
#: The borrower is to sign a plan.
TO_SIGN = _wants("restructure", status="agreed")
LOAN_KINDS = {_L.ACTIVE: "ok", _L.REPAID: "ok", _L.CANCELLED: "info", _L.WRITTEN_OFF: "bad"}


def loan_kind_of(loan: Loan) -> str:
    """The colour of its state: late is bad."""
    if loan.days_past_due:
        return "bad"
    return LOAN_KINDS.get(_L(loan.status), "wait")


#: What a row shows as its amount: of a running loan what is left, of another one what was agreed.
LEFT = Case(
    When(
        status=_L.ACTIVE,
        then=F("principal_disbursed_minor") - F("principal_paid_minor") - F("principal_written_off_minor"),
    ),
    default=F("principal_minor"),
    output_field=BigIntegerField(),
)


class Borrowers(StationList):
    """My borrowers: who is late, who has a running loan, and what is to be paid out."""

    name = "loans:loans"
    grant = "finance.read_loan"
    title = gettext_lazy("Borrowers")
    headings = {
        "name": gettext_lazy("Borrower"),
        "what": gettext_lazy("Loan"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Signed"),
        "amount": gettext_lazy("Principal left"),
        "state": gettext_lazy("State"),
    }
    order = ("-created_at", "-pk")
    period = "created_at"
    amount = LEFT
    search = gettext_lazy("Number of the loan")
    picks = (
        Pick(
            "asked",
            gettext_lazy("To decide"),
            gettext_lazy("All kinds"),
            lambda: [(key, label) for key, (label, _q) in TO_DECIDE.items()],
            lambda key: TO_DECIDE[key][1],
        ),
    )
    states = (
        State("running", gettext_lazy("running"), Q(status=_L.ACTIVE), ever=True, order=("-days_past_due", "pk")),
        State("due", gettext_lazy("due"), Q(status=_L.ACTIVE) & IS_DUE, ever=True, order=("-days_past_due", "pk")),
        State("late", gettext_lazy("late"), Q(status=_L.ACTIVE, days_past_due__gt=0), ever=True),
        State("at_risk", gettext_lazy("at risk"), Q(status=_L.ACTIVE) & AT_RISK, ever=True),
        State("to_pay_out", gettext_lazy("to pay out"), Q(status__in=[_L.APPROVED, _L.DISBURSING]), ever=True),
        State("to_decide", gettext_lazy("to decide"), reduce(or_, (q for _label, q in TO_DECIDE.values())), ever=True),
        State("to_sign", gettext_lazy("new plan to sign"), TO_SIGN, ever=True),
        State("written_off", pgettext_lazy("loan", "written off"), Q(status=_L.WRITTEN_OFF), ever=True),
        State("skipped", gettext_lazy("skipped by the close"), SKIPPED, ever=True),
        State("ended", gettext_lazy("ended"), Q(status__in=[_L.REPAID, _L.CANCELLED])),
    )
    state = "running"
    empty = Empty(
        gettext_lazy("No loan is running here."),
        gettext_lazy("A loan runs from the day on which it is on the borrower’s account."),
    )

    def rows(self, request: HttpRequest) -> QuerySet[Loan]:
        """Those within reach."""
        why = CloseException.objects.open().filter(loan=OuterRef("pk")).values("error")
        asked = Case(*(When(q, then=Value(key)) for key, (_label, q) in TO_DECIDE.items()), default=Value(""))
        rows = Loan.objects.open_to(request.user, self.grant).annotate(why=Subquery(why[:1]), asked=asked)
        return rows.select_related("station", "borrower", "product")

    def row(self, row: Loan, known: Any) -> Row:
        """Who owes how much, and whether it is late."""
        why = getattr(row, "why", None) or TO_DECIDE.get(getattr(row, "asked", ""), ("",))[0]
        late = ngettext("%(days)s day late", "%(days)s days late", row.days_past_due) % {"days": row.days_past_due}
        return Row(
            name=mask_name(row.borrower.full_name),
            href=f"/finance/loans/running/{row.pk}/",
            what=f"{row.number}: {why}" if why else f"{row.product.shown_name} · {row.number}",
            where=row.station.name,
            at=row.created_at,
            amount=row.outstanding if row.status == _L.ACTIVE else row.amount,
            status=loan_kind_of(row),
            words=late if row.days_past_due else row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """The loan of this number, or of its end."""
        return Q(number__iendswith="".join(words.split()))


BORROWERS = Borrowers()
