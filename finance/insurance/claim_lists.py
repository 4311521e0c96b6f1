"""The list of claims, by their deadlines, and of appeals."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core.access import may
from core.web.list_filters import State
from core.web.lists import Empty, Row
from finance.insurance.models import Appeal, Claim
from finance.insurance.queries import to_correct
from stations.lists import StationList
from stations.people.masking import mask_name

_S, _A = Claim.Status, Appeal.Status
START = "finance.start_claim"
#: The colour of a claim's state.
KINDS = {
    _S.DRAFT: "info",
    _S.VALUATED: "ok",
    _S.PAYMENT_PENDING: "wait",
    _S.PAID: "ok",
    _S.CLOSED: "ok",
    _S.REJECTED: "bad",
    _S.WITHDRAWN: "info",
}


def kind_of_claim(claim: Claim) -> str:
    """The colour of its state."""
    return KINDS.get(_S(claim.status), "wait")


def kind_of_appeal(appeal: Appeal) -> str:
    """The colour of its state."""
    return {_A.UPHELD: "bad", _A.RESTORED: "ok"}.get(_A(appeal.status), "wait")


def clock_words(claim: Claim, today: dt.date, *, is_resting: bool) -> str:
    """How many days are left to decide; empty where no clock runs."""
    if not claim.is_undecided or claim.decide_by_date is None:
        return ""
    if is_resting:
        return _("rests: the insured has taken the consent back")
    if claim.documents_asked_at:
        return _("waits for the family's papers")
    left = (claim.decide_by_date - today).days
    if left < 0:
        return ngettext("%(n)s day overdue", "%(n)s days overdue", -left) % {"n": -left}
    return ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}


class Claims(StationList):
    """The queue of the assessors by deadline, or what one's own station filed. It names no illness."""

    name = "insurance:claims"
    grant = "finance.read_claim"
    title = gettext_lazy("Insurance claims")
    template = "finance/insurance/claims.html"
    headings = {
        "name": gettext_lazy("Insured"),
        "what": gettext_lazy("Number and deadline"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Filed at"),
        "amount": gettext_lazy("Claimed"),
        "state": gettext_lazy("State"),
    }
    order = ("-started_at", "-pk")
    period = "started_at"
    amount = "claimed_minor"
    search = gettext_lazy("Number of the claim")
    state = "open"
    empty = Empty(
        gettext_lazy("No claim waits."), gettext_lazy("A claim is decided within five working days."), "heart"
    )

    def tabs(self) -> Sequence[State]:
        """By what is to be done; of those to decide, what is past its day by the reader's today."""
        late = Q(status__in=Claim.UNDECIDED, decide_by_date__lt=localdate(), documents_asked_at=None)
        return (
            State(
                "open",
                gettext_lazy("to decide"),
                Q(status__in=Claim.UNDECIDED),
                ever=True,
                order=("decide_by_date", "pk"),
            ),
            State("drafts", gettext_lazy("drafts"), Q(status=_S.DRAFT), ever=True),
            State("pay", gettext_lazy("to pay"), Q(status__in=[_S.VALUATED, _S.PAYMENT_PENDING]), ever=True),
            State(
                "account",
                gettext_lazy("need another account"),
                Q(pk__in=to_correct(Claim.objects.all()).values("pk")),
                ever=True,
                order=("decided_at", "pk"),
            ),
            State("paid", pgettext_lazy("claim", "paid"), Q(status__in=[_S.PAID, _S.CLOSED])),
            State("ended", gettext_lazy("declined or withdrawn"), Q(status__in=[_S.REJECTED, _S.WITHDRAWN])),
            State("overdue", gettext_lazy("past the day to decide"), late, ever=True, order=("decide_by_date", "pk")),
        )

    def rows(self, request: HttpRequest) -> QuerySet[Claim]:
        """Those within reach."""
        return Claim.objects.open_to(request.user, self.grant).with_rest().select_related("station", "person")

    def row(self, row: Claim, known: Any) -> Row:
        """Who claims how much, and how many days are left."""
        return Row(
            name=mask_name(row.person.full_name),
            href=reverse("insurance:claim", args=[row.pk]),
            what=" · ".join(filter(None, [row.number, clock_words(row, localdate(), is_resting=row.is_resting)])),
            where=row.station.name,
            at=row.entered_at or row.started_at,
            amount=row.claimed,
            status=kind_of_claim(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """The claim of this number, or of its end."""
        return Q(number__iendswith="".join(words.split()))

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether a new one can be started here."""
        return {"may_start": may(request.user, START)}


class Appeals(StationList):
    """Appeals, the oldest that wait first."""

    name = "insurance:appeals"
    grant = "finance.read_claim"
    place = "claim__station"
    title = gettext_lazy("Appeals")
    headings = {
        "name": gettext_lazy("Claim"),
        "what": gettext_lazy("Judge"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Since"),
        "state": gettext_lazy("State"),
    }
    order = ("-filed_at", "-pk")
    period = "filed_at"
    search = gettext_lazy("Number of the claim")
    states = (
        State("open", gettext_lazy("waiting"), Q(status__in=Appeal.OPEN), ever=True, order=("filed_at", "pk")),
        State("decided", gettext_lazy("decided"), ~Q(status__in=Appeal.OPEN)),
    )
    state = "open"
    empty = Empty(
        gettext_lazy("No appeal waits."), gettext_lazy("Appeals are judged within 15 working days."), "scales"
    )

    def rows(self, request: HttpRequest) -> QuerySet[Appeal]:
        """Those within reach."""
        return Appeal.objects.open_to(request.user, self.grant).select_related("claim__station", "judge")

    def row(self, row: Appeal, known: Any) -> Row:
        """Which claim, and who judges."""
        return Row(
            name=row.claim.number,
            href=reverse("insurance:appeal", args=[row.pk]),
            what=row.judge.shown_name if row.judge else _("no judge yet"),
            where=row.claim.station.name,
            at=row.filed_at,
            status=kind_of_appeal(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """The appeal of the claim of this number, or of its end."""
        return Q(claim__number__iendswith="".join(words.split()))


CLAIMS, APPEALS = Claims(), Appeals()
