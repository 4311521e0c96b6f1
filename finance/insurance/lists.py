"""Lists of insurance: who is insured, who was enrolled together, and the funds."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.access import may
from core.countries import country_words
from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from finance.insurance.display import kind_of_batch, kind_of_policy
from finance.insurance.models import EnrolmentBatch, Fund, Policy
from finance.insurance.queries import batches_to_renew
from stations.lists import StationList
from stations.people.masking import mask_name

_P, _B = Policy.Status, EnrolmentBatch.Status
ENROL = "finance.enrol_households"


class Policies(StationList):
    """Who is insured, at one's own station or in the county."""

    name = "insurance:policies"
    grant = "finance.read_policy"
    title = gettext_lazy("Insured people")
    headings = {
        "name": gettext_lazy("Insured"),
        "what": gettext_lazy("Insurance"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Until"),
        "state": gettext_lazy("State"),
    }
    order = ("-start_date", "-pk")
    period = "start_date"
    days = None
    search = gettext_lazy("Number of the policy, or the beginning of a name")
    states = (
        State("active", pgettext_lazy("policies", "insured"), Q(status=_P.ACTIVE), ever=True),
        State("waiting", gettext_lazy("waiting"), Q(status__in=[_P.IDLE, _P.READY]), ever=True),
        State("other", gettext_lazy("ended or suspended"), Q(status__in=[_P.SUSPENDED, _P.EXPIRED, _P.CANCELLED])),
    )
    state = "active"
    empty = Empty(
        gettext_lazy("No person is insured here yet."),
        gettext_lazy("The county enrols poor households; funds pay for them."),
        "people",
    )

    def rows(self, request: HttpRequest) -> QuerySet[Policy]:
        """Those within reach."""
        return Policy.objects.open_to(request.user, self.grant).select_related("station", "person", "product")

    def row(self, row: Policy, known: Any) -> Row:
        """Who is insured, and until when."""
        return Row(
            name=mask_name(row.person.full_name),
            href=reverse("insurance:policy", args=[row.pk]),
            what=f"{row.product.shown_name} · {row.number}",
            where=row.station.name,
            at=row.end_date,
            status=kind_of_policy(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """The policy of this number, or those of people whose name begins so."""
        typed = "".join(words.split())
        return Q(number__iendswith=typed) | Q(person__full_name__istartswith=typed)


class Enrolments(ListPage):
    """People who were enrolled together: what waits for its premiums first."""

    name = "insurance:enrolments"
    grant = "finance.read_enrolment"
    title = gettext_lazy("Enrolments")
    template = "finance/insurance/enrolments.html"
    headings = {
        "name": gettext_lazy("Enrolment"),
        "what": gettext_lazy("People insured"),
        "where": gettext_lazy("County"),
        "at": gettext_lazy("Insured from"),
        "amount": gettext_lazy("Premiums"),
        "state": gettext_lazy("State"),
    }
    order = ("-made_at", "-pk")
    period = "made_at"
    amount = "premium_minor"
    search = gettext_lazy("Number of the enrolment")
    empty = Empty(gettext_lazy("Nothing was enrolled yet."), gettext_lazy("The county enrols people by a list."))

    def tabs(self) -> Sequence[State]:
        """By what is to be done; what is to be renewed depends on the day."""
        renewal = Q(pk__in=batches_to_renew(localdate()).values("pk"))
        return (
            State("idle", gettext_lazy("waiting"), Q(status=_B.IDLE), ever=True, order=("made_at", "pk")),
            State("renewal", gettext_lazy("to be renewed"), renewal, ever=True, order=("start_date", "pk")),
            State("funded", gettext_lazy("funded"), Q(status=_B.FUNDED)),
        )

    def rows(self, request: HttpRequest) -> QuerySet[EnrolmentBatch]:
        """Those of the counties within reach."""
        rows = EnrolmentBatch.objects.open_to(request.user, self.grant)
        return rows.select_related("county", "version__product")

    def row(self, row: EnrolmentBatch, known: Any) -> Row:
        """How many people, and what their premiums make."""
        return Row(
            name=row.version.product.shown_name,
            href=reverse("insurance:enrolment", args=[row.pk]),
            what=f"{row.accepted} · {row.number}",
            where=row.county.short_name,
            at=row.start_date,
            amount=row.premium,
            status=kind_of_batch(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """The enrolment of this number, or of its end."""
        return Q(number__iendswith="".join(words.split()))

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader may enrol people."""
        return {"may_enrol": may(request.user, ENROL)}


class Funds(ListPage):
    """The funds of the reader's countries."""

    name = "insurance:funds"
    grant = "finance.read_fund"
    title = gettext_lazy("Funds")
    headings = {
        "name": gettext_lazy("Fund"),
        "what": gettext_lazy("Kind"),
        "where": gettext_lazy("Region"),
    }
    order = ("code", "pk")
    empty = Empty(gettext_lazy("No fund yet."), gettext_lazy("Funds pay the premiums of poor households."), "coins")

    def rows(self, request: HttpRequest) -> QuerySet[Fund]:
        """Those of the countries within reach."""
        return Fund.objects.open_to(request.user, self.grant).select_related("region")

    def row(self, row: Fund, known: Any) -> Row:
        """Its name, kind and region."""
        return Row(
            name=row.shown_name,
            href=reverse("insurance:fund", args=[row.pk]),
            what=row.get_kind_display(),
            where=row.region.short_name if row.region else country_words(row.country),
        )


POLICIES, ENROLMENTS, FUNDS = Policies(), Enrolments(), Funds()
