"""Administration of the ledger: to be read, by everybody who may; changed by nobody, superusers included."""

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.access import may
from core.administration import ReadAdmin, ReasonedAction, acting_user
from core.errors import Refused
from core.language.text import refuse_lines
from ledger.models import (
    Account,
    AccountStatement,
    AuditFinding,
    AuditRun,
    Book,
    Entry,
    MonthArchive,
    Transfer,
)
from ledger.queries import balance
from ledger.services import clear_finding


class LedgerAdmin(ReadAdmin):
    """Rows of the books: to be read by the one who may read accounts."""

    read_verb = "ledger.read_account"


@admin.register(Book)
class BookAdmin(LedgerAdmin):
    list_display = ("code", "country", "zone", "first_open_date")


@admin.register(MonthArchive)
class MonthArchiveAdmin(LedgerAdmin):
    list_display = ("month", "book", "statements", "entries", "content_sha256", "made_at")
    list_select_related = ("book",)
    ordering = ("-month",)


@admin.register(Account)
class AccountAdmin(LedgerAdmin):
    minor_units = ("debits_posted", "credits_posted", "debits_pending", "credits_pending")
    list_display = ("code", "book", "kind", "mode", "posted_now", "version", "closed_at")
    list_select_related = ("book",)
    search_fields = ("code__startswith",)
    ordering = ("-id",)
    readonly_fields = ("posted_now", "available_now")

    @admin.display(description=_("balance"))
    def posted_now(self, account: Account) -> str:
        """In a list of a queued account as of its last roll-up."""
        return account.posted.display()

    @admin.display(description=_("available"))
    def available_now(self, account: Account) -> str:
        """The true figure, queued entries included."""
        return balance(account).available.display()


@admin.register(Transfer)
class TransferAdmin(LedgerAdmin):
    minor_units = ("amount",)
    list_display = ("recorded_at", "kind", "debit", "credit", "amount_now", "reason", "event_type")
    list_select_related = ("debit", "credit")
    search_fields = ("=id", "=event_id")
    ordering = ("-recorded_at",)

    @admin.display(description=_("amount"))
    def amount_now(self, transfer: Transfer) -> str:
        """With its currency."""
        return transfer.money.display()


@admin.register(Entry)
class EntryAdmin(LedgerAdmin):
    currency_path = "account.currency"
    minor_units = ("posted_delta", "pending_delta", "posted_after", "pending_after")
    list_display = ("account", "version", "side", "posted_delta", "pending_delta", "posted_after", "entered_at")
    list_select_related = ("account",)
    search_fields = ("=account__code",)
    ordering = ("-id",)


@admin.register(AccountStatement)
class AccountStatementAdmin(LedgerAdmin):
    currency_path = "account.currency"
    minor_units = ("opening", "closing")
    list_display = ("account", "month", "from_version", "to_version", "opening", "closing", "sha256")
    list_select_related = ("account",)
    search_fields = ("=account__code",)
    ordering = ("-id",)


@admin.register(AuditRun)
class AuditRunAdmin(LedgerAdmin):
    read_verb = "ledger.read_audit_finding"
    list_display = ("book", "started_at", "since", "checks", "findings")
    list_select_related = ("book",)
    ordering = ("-id",)


class ReasonForm(ReasonedAction):
    """The choice of an action, and why."""

    reason = forms.CharField(label=_("reason"), max_length=300, required=False, validators=[refuse_lines])


@admin.register(AuditFinding)
class AuditFindingAdmin(LedgerAdmin):
    """Findings are cleared by an action with a reason, never by editing them."""

    read_verb = "ledger.read_audit_finding"
    actions = ("clear",)
    action_form = ReasonForm
    list_display = ("check_code", "scope", "scope_key", "row_count", "found_at", "last_run", "cleared_at")
    list_select_related = ("last_run",)
    list_filter = (("cleared_at", admin.EmptyFieldListFilter), "scope")
    ordering = ("-id",)

    def has_clear_permission(self, request: HttpRequest) -> bool:
        """Whether a post of the reader carries the verb."""
        return may(request.user, "ledger.clear_audit_finding")

    @admin.action(description=_("Clear with a reason"), permissions=["clear"])
    def clear(self, request: HttpRequest, findings: models.QuerySet[AuditFinding]) -> None:
        """Clear each and say how each ended. The books themselves are not changed; settlement of its scope goes on."""
        cleared = sum(self._clear_one(request, finding) for finding in findings)
        if cleared:
            done = ngettext("%(count)d finding was cleared.", "%(count)d findings were cleared.", cleared)
            self.message_user(request, done % {"count": cleared}, messages.SUCCESS)

    def _clear_one(self, request: HttpRequest, finding: AuditFinding) -> bool:
        try:
            clear_finding(finding=finding, by=acting_user(request), reason=request.POST.get("reason", ""), at=now())
        except Refused as refusal:
            self.message_user(request, f"{finding}: {refusal} ({refusal.code})", messages.ERROR)
            return False
        return True
