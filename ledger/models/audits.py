"""What the auditor looked at, and found."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.models.accounts import Book


class AuditRun(models.Model):
    """One pass of the auditor over a book: over what has come since an instant, or over everything."""

    book = models.ForeignKey(Book, models.PROTECT, related_name="audit_runs", db_index=False)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"))
    since = models.DateTimeField(_("looked at what came since"), null=True, blank=True)
    checks = models.PositiveSmallIntegerField(_("checks made"))
    findings = models.PositiveIntegerField(_("findings"))

    class Meta:
        verbose_name = _("audit run")
        verbose_name_plural = _("audit runs")
        indexes = [models.Index(fields=["book", "-id"], name="audit_run_latest")]

    def __str__(self) -> str:
        return f"{self.book_id} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def lasted(self) -> dt.timedelta:
        """How long it took."""
        return self.finished_at - self.started_at


class AuditFinding(models.Model):
    """Something the auditor found wrong: open while the newest run of its book still sees it and nobody cleared it.

    Its fingerprint covers every row behind it: a cleared finding stays cleared while nothing about it changes, and
    what changes is a new finding.
    """

    class Scope(models.TextChoices):
        PAYEE = "payee", _("payee")
        COUNTY = "county", _("county")
        BOOK = "book", _("book")

    book = models.ForeignKey(Book, models.PROTECT, related_name="audit_findings", db_index=False)
    last_run = models.ForeignKey(AuditRun, models.PROTECT, related_name="seen_findings")
    check_code = models.CharField(_("check"), max_length=60)
    scope = models.CharField(_("scope"), max_length=6, choices=Scope)
    scope_key = models.CharField(_("subject"), max_length=80)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    row_count = models.PositiveIntegerField(_("rows"))
    sample = models.JSONField(_("sample rows"))
    found_at = models.DateTimeField(_("first found at"))
    cleared_by = models.UUIDField(null=True, blank=True)
    cleared_at = models.DateTimeField(_("cleared at"), null=True, blank=True)
    cleared_reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("audit finding")
        verbose_name_plural = _("audit findings")
        constraints = [
            models.UniqueConstraint(
                fields=["book", "check_code", "scope", "scope_key", "fingerprint"], name="audit_finding_stands_once"
            ),
            models.CheckConstraint(
                condition=Q(cleared_at=None, cleared_by=None, cleared_reason="")
                | (Q(cleared_at__isnull=False, cleared_by__isnull=False) & ~Q(cleared_reason="")),
                name="audit_finding_is_cleared_by_a_person_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_code} {self.scope_key}"
