"""Consultations of a station without content, the queue of a clinic by its clocks, and prescriptions."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from health.consultations.display import PRESCRIPTION_KINDS, clock_words, kind_of
from health.consultations.models import READ_CASE, READ_PRESCRIPTION, Consultation, Prescription
from health.consultations.queries import cases, consultations, prescriptions
from health.consultations.services import record_case_reads, record_prescription_reads, record_reads
from stations.people.masking import mask_name
from stations.requests import signed_in

READ = "health.read_consultation"
_OPEN = Q(ended_at=None)


class Consultations(ListPage):
    """What the own station has asked for: who, where, when, the fee. Never why."""

    name = "consultations:consultations"
    grant = READ
    title = gettext_lazy("Online consultations")
    template = "health/consultations/consultations.html"
    headings = {
        "name": gettext_lazy("Resident"),
        "what": gettext_lazy("Number"),
        "where": gettext_lazy("Place"),
        "at": gettext_lazy("When"),
        "amount": gettext_lazy("Consultation fee"),
        "state": gettext_lazy("State"),
    }
    order = ("-requested_at", "-pk")
    states = (State("open", pgettext_lazy("consultation", "open"), _OPEN), State("over", gettext_lazy("over"), ~_OPEN))
    state = "open"
    search = gettext_lazy("Name of the resident, or number")
    empty = Empty(
        gettext_lazy("No resident waits for a doctor online."),
        gettext_lazy("Find the resident, then press “Ask a doctor online”."),
        "heart",
    )

    def rows(self, request: HttpRequest) -> QuerySet[Consultation]:
        """Those of the own station."""
        return consultations().open_to(signed_in(request), self.grant)

    def found(self, words: str) -> Q:
        """Those of residents whose name begins like this, or with this number."""
        return Q(resident__full_name__startswith=words) | Q(number=words)

    def known(self, rows: Sequence[Consultation], request: HttpRequest) -> None:
        """Nothing; reading beyond the own residents leaves rows."""
        record_reads(rows=rows, user=signed_in(request), at=now())

    def row(self, row: Consultation, known: None) -> Row:
        """Who, when, where: never why."""
        return Row(
            name=mask_name(row.resident.full_name),
            href=reverse("consultations:consultation", args=[row.pk]),
            what=row.number,
            where=row.clinic.title,
            at=row.requested_at,
            amount=row.fee,
            status="bad" if row.must_call else kind_of(row),
            words=row.get_closed_because_display() if row.must_call else row.get_status_display(),
        )


class Cases(ListPage):
    """The queue of a clinic: what is due first stands first."""

    name = "consultations:cases"
    grant = READ_CASE
    title = gettext_lazy("Patients online")
    headings = {
        "name": gettext_lazy("Patient"),
        "what": gettext_lazy("Number"),
        "where": gettext_lazy("Clinic"),
        "at": gettext_lazy("Due"),
        "state": gettext_lazy("State"),
    }
    order = ("clock", "pk")
    states = (
        State("waiting", gettext_lazy("waiting"), Q(status__in=["requested", "accepted"])),
        State("answering", gettext_lazy("being answered"), Q(status__in=["in_progress", "on_hold"])),
        State("over", gettext_lazy("over"), ~_OPEN, order=("-clock", "-pk")),
    )
    state = "waiting"
    search = gettext_lazy("Name of the resident, or number")
    empty = Empty(gettext_lazy("No patient waits online."), icon="heart")

    def rows(self, request: HttpRequest) -> QuerySet[Consultation]:
        """Those that the reader may open; each with its clock, or its end."""
        found = cases().open_to(signed_in(request), self.grant)
        return found.annotate(clock=Coalesce("due_at", "ended_at"))

    def found(self, words: str) -> Q:
        """Those of residents whose name begins like this, or with this number."""
        return Q(resident__full_name__startswith=words) | Q(number=words)

    def known(self, rows: Sequence[Consultation], request: HttpRequest) -> None:
        """Nothing; every resident shown gets a row in the access log."""
        record_case_reads(rows=rows, user=signed_in(request), at=now())

    def row(self, row: Consultation, known: None) -> Row:
        """Who waits, until when; what they say stands on the page."""
        status, words = clock_words(row, now())
        return Row(
            name=row.resident.full_name,
            href=reverse("consultations:case", args=[row.pk]),
            what=row.number,
            where=row.clinic.title,
            at=row.due_at or row.ended_at,
            status=status,
            words=words,
        )


class Prescriptions(ListPage):
    """What pharmacists check and hand out; a doctor sees the own ones."""

    name = "consultations:prescriptions"
    grant = READ_PRESCRIPTION
    title = gettext_lazy("Prescriptions")
    headings = {
        "name": gettext_lazy("Patient"),
        "what": pgettext_lazy("medicine", "Drug"),
        "where": gettext_lazy("Doctor"),
        "at": gettext_lazy("Signed at"),
        "state": gettext_lazy("State"),
    }
    order = ("signed_at", "pk")
    by_status = (
        State("draft", gettext_lazy("to release"), Q(status="draft")),
        State("active", gettext_lazy("to hand out"), Q(status="active")),
        State(
            "returned",
            pgettext_lazy("prescription", "returned to the doctor"),
            Q(status="returned"),
            order=("-signed_at", "-pk"),
        ),
        State("dispensed", gettext_lazy("handed out"), Q(status="dispensed"), order=("-signed_at", "-pk")),
        State(
            "over",
            gettext_lazy("over or stopped"),
            Q(status__in=["completed", "stopped"]),
            order=("-signed_at", "-pk"),
        ),
    )
    state = "draft"
    search = gettext_lazy("Name of the resident, or number")
    empty = Empty(gettext_lazy("No prescriptions here."), icon="check")

    def tabs(self) -> Sequence[State]:
        """By their status, and what was handed out today."""
        today = Q(dispensed_at__date=timezone.localdate())
        handed_out = State("today", gettext_lazy("handed out today"), today, order=("-dispensed_at", "-pk"))
        return (*self.by_status, handed_out)

    def rows(self, request: HttpRequest) -> QuerySet[Prescription]:
        """Those within reach."""
        return prescriptions().open_to(signed_in(request), self.grant)

    def found(self, words: str) -> Q:
        """Those of residents whose name begins like this, or of the consultation with this number."""
        return Q(consultation__resident__full_name__startswith=words) | Q(consultation__number=words)

    def known(self, rows: Sequence[Prescription], request: HttpRequest) -> None:
        """Nothing; every resident shown gets a row in the access log."""
        record_prescription_reads(rows=rows, user=signed_in(request), at=now())

    def row(self, row: Prescription, known: None) -> Row:
        """For whom, what, by whom."""
        return Row(
            name=row.consultation.resident.full_name,
            href=reverse("consultations:prescription", args=[row.pk]),
            what=row.drug.title,
            where=row.signed_by.shown_name,
            at=row.signed_at,
            status=PRESCRIPTION_KINDS[row.status],
            words=row.get_status_display(),
        )


CONSULTATIONS, CASES, PRESCRIPTIONS = Consultations(), Cases(), Prescriptions()
