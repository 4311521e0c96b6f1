"""Lists of check-ups: packages, campaigns, days, reports by their clock, urgent results."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core.access import may
from core.days import day_in
from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from health.checkups.display import HIDDEN, PACKAGE_KINDS, report_state, value_words
from health.checkups.models import Campaign, CareTask, CheckupDay, CheckupPackage, CheckupReport
from health.checkups.models.campaigns import READ_CAMPAIGN, READ_DAY, READ_ROSTER
from health.checkups.models.orders import READ_REPORT
from health.checkups.models.packages import READ_PACKAGE
from health.checkups.queries import campaigns, care_tasks, days, listed_in, packages, reports
from health.records.queries import CHECKUP_LOOK
from stations.people.services import log_reads
from stations.requests import signed_in

_STANDING = ~Q(orders__status="revoked")


class Packages(ListPage):
    """What is looked at, in revisions."""

    name = "checkups:packages"
    grant = READ_PACKAGE
    title = gettext_lazy("Check-up packages")
    headings = {
        "name": gettext_lazy("Package"),
        "what": gettext_lazy("Revision"),
        "where": gettext_lazy("Source"),
        "state": gettext_lazy("State"),
    }
    order = ("code", "-pk")
    empty = Empty(gettext_lazy("No check-up packages yet."), icon="heart")

    def rows(self, request: HttpRequest) -> QuerySet[CheckupPackage]:
        """All of them."""
        return packages().open_to(signed_in(request), self.grant)  # type: ignore[attr-defined]

    def row(self, row: CheckupPackage, known: None) -> Row:
        """Which package, and whether it is in use."""
        return Row(
            name=row.title,
            href=reverse("checkups:package", args=[row.pk]),
            what=f"{row.code} · {row.revision}",
            where=row.source,
            status=PACKAGE_KINDS[row.status],
            words=row.get_status_display(),
        )


class Campaigns(ListPage):
    """What the county pays for, the newest first."""

    name = "checkups:campaigns"
    grant = READ_CAMPAIGN
    title = gettext_lazy("Check-up campaigns")
    template = "health/checkups/campaigns.html"
    headings = {
        "name": gettext_lazy("Check-up campaign"),
        "what": gettext_lazy("On the lists"),
        "where": gettext_lazy("Clinic"),
        "at": gettext_lazy("From"),
        "amount": gettext_lazy("Budget"),
    }
    order = ("-from_date", "-pk")
    empty = Empty(
        gettext_lazy("No check-up campaigns yet."), gettext_lazy("The county opens one for a clinic."), icon="heart"
    )

    def rows(self, request: HttpRequest) -> QuerySet[Campaign]:
        """Those of the own clinics; for the county, of its clinics."""
        return campaigns().open_to(signed_in(request), self.grant)  # type: ignore[attr-defined]

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader may open one."""
        return {"may_open": may(request.user, "health.open_checkup_campaign")}

    def row(self, row: Campaign, known: None) -> Row:
        """Which campaign, and what it costs at most."""
        return Row(
            name=row.name,
            href=reverse("checkups:campaign", args=[row.pk]),
            what=HIDDEN if listed_in(row) is None else row.ordered,
            where=row.clinic.title,
            at=row.from_date,
            amount=row.budget,
        )


class Days(ListPage):
    """Check-up days of the own clinics."""

    name = "checkups:days"
    grant = READ_DAY
    target = "checkups:day"
    title = gettext_lazy("Check-up days")
    headings = {
        "name": gettext_lazy("Place"),
        "what": gettext_lazy("Check-up campaign"),
        "where": gettext_lazy("Clinic"),
        "at": gettext_lazy("Day"),
        "state": gettext_lazy("On the list"),
    }
    order = ("-local_date", "-pk")
    empty = Empty(gettext_lazy("No check-up days yet."), icon="calendar")

    def rows(self, request: HttpRequest) -> QuerySet[CheckupDay]:
        """With how many are on the list of each."""
        found = days().open_to(signed_in(request), self.grant)
        return found.annotate(listed=Count("orders", filter=_STANDING))

    def row(self, row: CheckupDay, known: None) -> Row:
        """Where and when."""
        listed = row.listed  # type: ignore[attr-defined]
        return Row(
            name=row.station.name,
            href=reverse(self.target, args=[row.pk]),
            what=row.campaign.name,
            where=row.campaign.clinic.title,
            at=row.local_date,
            status="info",
            words=ngettext("%(n)s resident", "%(n)s residents", listed) % {"n": listed},
        )


class Rosters(Days):
    """Check-up days at the own station."""

    name = "checkups:rosters"
    grant = READ_ROSTER
    target = "checkups:roster"
    title = gettext_lazy("Check-up days here")


class Reports(ListPage):
    """Reports by their clock: to release, to explain, the earliest first."""

    name = "checkups:reports"
    grant = READ_REPORT
    title = gettext_lazy("Check-up reports")
    headings = {
        "name": gettext_lazy("Resident"),
        "what": gettext_lazy("Bar code"),
        "where": gettext_lazy("Place"),
        "at": gettext_lazy("Due"),
        "state": gettext_lazy("State"),
    }
    order = ("due_date", "pk")
    states = (
        State(
            "release",
            pgettext_lazy("report", "to release"),
            Q(status="preliminary") | Q(status="amended", released_at=None),
        ),
        State("tell", pgettext_lazy("report", "to explain"), Q(released_at__isnull=False, told_at=None)),
        State("untold", pgettext_lazy("report", "not explained yet"), Q(order__status="completed", told_at=None)),
        State("told", pgettext_lazy("report", "explained"), Q(told_at__isnull=False), order=("-due_date", "-pk")),
    )
    state = "release"
    search = gettext_lazy("Name of the resident, or bar code")
    scanned = True
    empty = Empty(gettext_lazy("No reports here."), icon="check")

    def rows(self, request: HttpRequest) -> QuerySet[CheckupReport]:
        """Those of the own clinics."""
        return reports().open_to(signed_in(request), self.grant)

    def found(self, words: str) -> Q:
        """Those of residents whose name begins like this, or with this bar code."""
        return Q(order__resident__full_name__startswith=words) | Q(order__serial=words)

    def known(self, rows: Sequence[CheckupReport], request: HttpRequest) -> None:
        """Nothing; every resident shown gets a row in the access log."""
        people = {row.order.resident_id: row.order.resident for row in rows}
        log_reads(user=signed_in(request), people=people.values(), what=CHECKUP_LOOK, at=now())

    def row(self, row: CheckupReport, known: None) -> Row:
        """Whose, and until when."""
        status, words = report_state(row, day_in(row.order.campaign.clinic.zone, now()))
        return Row(
            name=row.order.resident.full_name,
            href=reverse("checkups:order", args=[row.order_id]),
            what=row.order.serial,
            where=row.order.day.station.name,
            at=row.due_date,
            status=status,
            words=words,
        )


class UrgentResults(ListPage):
    """Who must be called today."""

    name = "checkups:urgent"
    grant = READ_REPORT
    title = gettext_lazy("Urgent results")
    headings = {
        "name": gettext_lazy("Resident"),
        "what": gettext_lazy("Result"),
        "where": gettext_lazy("Place"),
        "at": gettext_lazy("Since"),
        "state": gettext_lazy("State"),
    }
    order = ("due_date", "pk")
    states = (
        State("open", pgettext_lazy("task", "to do"), Q(status="requested")),
        State("over", pgettext_lazy("task", "over"), ~Q(status="requested"), order=("-due_date", "-pk")),
    )
    state = "open"
    empty = Empty(gettext_lazy("No urgent result waits."), icon="check")

    def rows(self, request: HttpRequest) -> QuerySet[CareTask]:
        """Those of the own clinics."""
        return care_tasks().open_to(signed_in(request), self.grant)

    def known(self, rows: Sequence[CareTask], request: HttpRequest) -> None:
        """Nothing; every resident shown gets a row in the access log."""
        people = {row.order.resident_id: row.order.resident for row in rows}
        log_reads(user=signed_in(request), people=people.values(), what=CHECKUP_LOOK, at=now())

    def row(self, row: CareTask, known: None) -> Row:
        """Who, and what was found."""
        is_open = row.status == CareTask.Status.REQUESTED
        return Row(
            name=row.order.resident.full_name,
            href=reverse("checkups:order", args=[row.order_id]),
            what=_("%(item)s: %(value)s") % {"item": row.result.item.title, "value": value_words(row.result)},
            where=row.order.day.station.name,
            at=row.due_date,
            status="bad" if is_open else "ok",
            words=row.get_status_display() if is_open or not row.outcome else row.get_outcome_display(),
        )


PACKAGES, CAMPAIGNS, DAYS, ROSTERS = Packages(), Campaigns(), Days(), Rosters()
REPORTS, URGENT = Reports(), UrgentResults()
