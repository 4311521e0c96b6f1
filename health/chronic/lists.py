"""Residents of a clinic by what is due, and, for stations, who is to come when: never why."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from health.chronic.models import Enrolment
from health.chronic.queries import asked_to_come, enrolments, is_due, is_first, is_overdue, is_to_call
from health.records.services import record_reads
from stations.people.masking import mask_name
from stations.requests import signed_in

READ, DATES = "health.read_enrolment", "health.read_followup_date"
#: Those who are over their date the shortest stand first: they come back most easily.
SHORTEST_FIRST = ("-next_due_date", "-pk")


class FollowUps(ListPage):
    """The people of a clinic: those to call first, overdue, due, to be confirmed."""

    name = "chronic:follow-ups"
    grant = READ
    title = gettext_lazy("Follow-up list")
    template = "health/chronic/follow_ups.html"
    headings = {
        "name": gettext_lazy("Resident"),
        "what": gettext_lazy("Programme"),
        "where": gettext_lazy("Last time"),
        "at": gettext_lazy("Next visit"),
        "state": gettext_lazy("State"),
    }
    order = ("next_due_date", "pk")
    state = "first"
    search = gettext_lazy("Name of the resident")
    counted_to = 1_000
    empty = Empty(gettext_lazy("No residents are on this list."), icon="heart")

    def tabs(self) -> Sequence[State]:
        """By the reader's today."""
        today = timezone.localdate()
        active = Q(status="active")
        first = active & is_to_call(today) & is_first(today)
        return (
            State("first", gettext_lazy("call first"), first, order=SHORTEST_FIRST),
            State("overdue", gettext_lazy("overdue"), active & is_overdue(today), order=SHORTEST_FIRST),
            State("due", gettext_lazy("within a week"), active & is_due(today)),
            State("planned", gettext_lazy("to be confirmed"), Q(status="planned"), order=("-pk",)),
            State("care", gettext_lazy("under care"), active),
        )

    def rows(self, request: HttpRequest) -> QuerySet[Enrolment]:
        """Those of the own clinics who agree: under care, or with a diagnosis that is to be confirmed."""
        return enrolments().open_to(signed_in(request), self.grant).agreed().exclude(status="finished")

    def found(self, words: str) -> Q:
        """Those whose name begins like this."""
        return Q(resident__full_name__startswith=words)

    def known(self, rows: Sequence[Enrolment], request: HttpRequest) -> None:
        """Nothing; every resident shown gets a row in the access log."""
        record_reads(residents=[row.resident for row in rows], user=signed_in(request), at=now())

    def row(self, row: Enrolment, known: None) -> Row:
        """Who, and how long over the date."""
        days = (timezone.localdate() - row.next_due_date).days if row.next_due_date else 0
        late = ngettext("%(n)s day over", "%(n)s days over", days) % {"n": days}
        is_late = row.status == Enrolment.Status.ACTIVE and days > 0
        return Row(
            name=row.resident.full_name,
            href=reverse("chronic:enrolment", args=[row.pk]),
            what=row.get_programme_display(),
            where=row.get_last_result_display() if row.last_result else _("no visit yet"),
            at=row.next_due_date,
            status=("bad" if row.is_at_risk else "wait") if is_late else "info",
            words=late if is_late else row.get_status_display(),
        )


class Dates(ListPage):
    """For a station: who is to come to which clinic on which day. Nothing says why."""

    name = "chronic:dates"
    grant = DATES
    title = gettext_lazy("Asked to the clinic")
    headings = {
        "name": gettext_lazy("Resident"),
        "where": gettext_lazy("Place"),
        "at": gettext_lazy("Day"),
    }
    order = ("next_due_date", "pk")
    empty = Empty(gettext_lazy("No visits are due within a week."), icon="calendar")

    def rows(self, request: HttpRequest) -> QuerySet[Enrolment]:
        """Once for each resident."""
        return asked_to_come(signed_in(request), today=timezone.localdate())

    def row(self, row: Enrolment, known: None) -> Row:
        """Who, where, when."""
        return Row(name=mask_name(row.resident.full_name), where=row.clinic.title, at=row.next_due_date)


FOLLOW_UPS, DATE_LIST = FollowUps(), Dates()
