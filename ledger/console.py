"""What the books show: findings of the audit that nobody has cleared."""

import datetime as dt
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from ledger.models import AuditFinding, AuditRun

READ, CLEAR, LIST = "ledger.read_audit_finding", "ledger.clear_audit_finding", "admin:ledger_auditfinding_changelist"


def uncleared() -> QuerySet[AuditFinding]:
    """What the newest audit of each book saw and nobody has cleared."""
    newest = AuditRun.objects.filter(book=OuterRef("book")).order_by("-pk").values("pk")[:1]
    return AuditFinding.objects.filter(cleared_at=None, last_run=Subquery(newest))


def _uncleared(*, user: Any, at: dt.datetime) -> QuerySet[AuditFinding]:
    return uncleared() if user.is_staff else AuditFinding.objects.none()


CONSOLE = Console(
    menu=[MenuEntry("audit", _("Findings"), LIST, READ, needs=("ledger.findings",))],
    needs=[Need("ledger.findings", _("Audit findings to clear"), "eye", CLEAR, LIST, _uncleared, "found_at")],
)
