"""What the books show: findings of the audit that nobody has cleared."""

import datetime as dt
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.days import last_months
from core.language import formatting
from core.web.bars import Bars, count_bars
from core.web.console import Console, Figure, Measured, MenuEntry, Need, Trend
from ledger.models import AuditFinding, AuditRun
from ledger.queries import uncleared_findings

LATE_AFTER = dt.timedelta(hours=2)
MONTHS = 12
READ, CLEAR, LIST = "ledger.read_audit_finding", "ledger.clear_audit_finding", "admin:ledger_auditfinding_changelist"


def _uncleared(*, user: Any, at: dt.datetime) -> QuerySet[AuditFinding]:
    return uncleared_findings() if user.is_staff else AuditFinding.objects.none()


def _open(*, user: Any, at: dt.datetime) -> Measured:
    found = uncleared_findings().aggregate(count=Count("pk"), oldest=Min("found_at"))
    if not found["count"]:
        return Measured(0, gettext("everything agrees"), "ok")
    since = formatting.near(timezone.localtime(found["oldest"]), timezone.localtime(at))
    return Measured(found["count"], gettext("oldest %(when)s") % {"when": since}, "bad")


def _last_run(*, user: Any, at: dt.datetime) -> Measured:
    run = AuditRun.objects.order_by("-pk").first()
    if run is None:
        return Measured("–", gettext("no audit has run yet"), "wait")
    when = formatting.near(timezone.localtime(run.finished_at), timezone.localtime(at))
    words = ngettext("%(count)s check", "%(count)s checks", run.checks) % {"count": run.checks}
    is_late = at - run.finished_at > LATE_AFTER
    return Measured(when, words, "bad" if is_late else "")


def _by_month(*, user: Any, at: dt.datetime) -> Bars:
    """Findings by the month in which they were first seen."""
    months = last_months(timezone.localdate(at), MONTHS)
    recent = AuditFinding.objects.filter(found_at__date__gte=months[0]).annotate(month=TruncMonth("found_at"))
    counted = recent.order_by().values_list("month").annotate(count=Count("pk"))
    found = {timezone.localdate(month): count for month, count in counted}
    return count_bars(
        {formatting.short_month(month): found.get(month, 0) for month in months},
        title=gettext("New findings by month"),
        period=gettext("Month"),
        counted=gettext("Findings"),
        note=gettext("%(months)s months. Hatched: this month so far.") % {"months": MONTHS},
    )


CONSOLE = Console(
    menu=[MenuEntry("audit", _("Findings"), LIST, READ, needs=("ledger.findings",))],
    needs=[Need("ledger.findings", _("Audit findings to clear"), "eye", CLEAR, LIST, _uncleared, "found_at")],
    figures=[
        Figure("ledger.findings", _("Findings open"), READ, LIST, _open),
        Figure("ledger.last_run", _("Last audit"), READ, "admin:ledger_auditrun_changelist", _last_run),
    ],
    trends=[Trend("ledger.by_month", READ, _by_month)],
)
