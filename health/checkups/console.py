"""What check-ups show outside their pages: urgent results, reports to release and to explain, days to come."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, Figure, Measured, MenuEntry, Need
from health.checkups.models import CareTask, CheckupDay, CheckupOrder, CheckupPackage, CheckupReport
from health.checkups.models.campaigns import READ_CAMPAIGN, READ_DAY, READ_ROSTER
from health.checkups.models.orders import INDICATOR, READ_REPORT
from health.checkups.models.packages import READ_PACKAGE
from health.checkups.queries import reports_to_tell, waiting_reports
from stations.accounts.models import User
from stations.accounts.queries import own_logins

DO, RELEASE, TELL = "health.complete_urgent_result", "health.release_checkup_report", "health.tell_checkup_report"
APPROVE = "health.approve_checkup_package"
REPORTS, URGENT, PACKAGES = "checkups:reports", "checkups:urgent", "checkups:packages"


def _urgent(*, user: User, at: dt.datetime) -> QuerySet[CareTask]:
    return CareTask.objects.open_to(user, DO).open()


def _to_release(*, user: User, at: dt.datetime) -> QuerySet[CheckupReport]:
    """Not the reader's own."""
    mine = CheckupReport.objects.open_to(user, RELEASE).exclude(order__resident=user.person_id)
    return waiting_reports(mine.exclude(order__status=CheckupOrder.Status.REVOKED))


def _to_tell(*, user: User, at: dt.datetime) -> QuerySet[CheckupReport]:
    return reports_to_tell(CheckupReport.objects.open_to(user, TELL))


def _to_approve(*, user: User, at: dt.datetime) -> QuerySet[CheckupPackage]:
    """What another person has proposed."""
    rows = CheckupPackage.objects.open_to(user, APPROVE).filter(status=CheckupPackage.Status.DRAFT)
    return rows.exclude(proposed_by__in=own_logins(user))


def _of_today(*, user: User, at: dt.datetime) -> QuerySet[CheckupDay]:
    return CheckupDay.objects.open_to(user, READ_ROSTER).filter(local_date=timezone.localdate(at))


def _open_reports(*, user: User, at: dt.datetime) -> Measured:
    rows = CheckupReport.objects.open_to(user, READ_REPORT).filter(order__status=CheckupOrder.Status.COMPLETED)
    return Measured(rows.filter(told_at=None).count())


CONSOLE = Console(
    menu=[
        MenuEntry("health", _("Check-up days"), "checkups:days", READ_DAY),
        MenuEntry(
            *("health", _("Check-up reports"), REPORTS, READ_REPORT),
            needs=("checkups.release", "checkups.tell"),
        ),
        MenuEntry("health", _("Urgent results"), URGENT, READ_REPORT, needs=("checkups.urgent",)),
        MenuEntry("health", _("Check-up campaigns"), "checkups:campaigns", READ_CAMPAIGN),
        MenuEntry("health", _("Check-up packages"), PACKAGES, READ_PACKAGE, needs=("checkups.approve",)),
        MenuEntry(
            *("health", _("Check-up days here"), "checkups:rosters", READ_ROSTER),
            needs=("checkups.today",),
            service="checkup",
            icon="heart",
        ),
        MenuEntry("health", _("Check-ups in numbers"), "checkups:figures", INDICATOR),
    ],
    needs=[
        Need(
            *("checkups.urgent", _("Urgent check-up results: call today"), "alert", DO, URGENT, _urgent, "created_at"),
            place="order__day__station__name",
        ),
        Need(
            *("checkups.release", _("Check-up reports to release"), "heart", RELEASE, REPORTS, _to_release),
            "updated_at",
            wait_days=3,
            bad_days=10,
        ),
        Need(
            *("checkups.tell", _("Check-up reports to explain"), "heart", TELL, REPORTS, _to_tell, "released_at"),
            query="state=tell",
            wait_days=2,
            bad_days=4,
        ),
        Need(
            *("checkups.approve", _("Check-up packages to approve"), "check", APPROVE, PACKAGES, _to_approve),
            "created_at",
        ),
        Need(
            *("checkups.today", _("Check-up day today"), "heart", READ_ROSTER, "checkups:rosters", _of_today),
            "session__starts_at",
            place="station__name",
        ),
    ],
    figures=[
        Figure(
            *("checkups.open", _("Check-ups without an explained report"), READ_REPORT, REPORTS, _open_reports),
            query="state=untold",
        ),
    ],
)
