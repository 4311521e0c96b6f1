"""Payments, slips and refunds in the administration: to be read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.administration import DatedAdmin, ReadAdmin
from finance.payments.models import (
    CompensationRecovery,
    CompensationRule,
    Goodwill,
    MergedPayer,
    Payment,
    PaymentDecision,
    Receipt,
    Refund,
    RefundCall,
    Reversal,
)
from stations.people.masking import mask_name


@admin.register(Payment)
class PaymentAdmin(ReadAdmin):
    """Money is moved by services, never by a form, no matter who is signed in."""

    read_verb = "finance.read_payment"
    list_display = ("status", "our_ref", "purpose", "station", "payer_masked", "total_now", "taken_at")
    list_filter = ("status", "purpose")
    list_select_related = ("station", "payer")
    search_fields = ("=our_ref", "=receipts__number")
    ordering = ("-our_ref",)
    exclude = ("payer", "payer_phone", "key")

    @admin.display(description=_("payer"))
    def payer_masked(self, payment: Payment) -> str:
        """Enough to recognise, not to copy."""
        return mask_name(payment.payer.full_name) if payment.payer else "–"

    @admin.display(description=_("total"))
    def total_now(self, payment: Payment) -> str:
        """With its currency."""
        return payment.total.display()


@admin.register(Receipt)
class ReceiptAdmin(ReadAdmin):
    read_verb = "finance.read_payment"
    belongs_to = "payment"
    list_display = ("number", "kind", "payment", "issued_at")
    search_fields = ("=number",)
    ordering = ("-pk",)
    exclude = ("verify_code",)


@admin.register(Reversal)
class ReversalAdmin(ReadAdmin):
    """What companies were asked to take back, and what they said."""

    read_verb = "finance.read_payment"
    belongs_to = "payment"
    list_display = ("status", "reason", "payment", "asked_at", "answered_at", "refusal_code")
    list_filter = ("status", "reason")
    list_select_related = ("payment",)
    search_fields = ("=our_ref", "=payment__our_ref")
    ordering = ("-our_ref",)


@admin.register(Refund)
class RefundAdmin(ReadAdmin):
    read_verb = "finance.read_refund"
    list_display = ("status", "reason", "station", "amount_now", "ready_at", "paid_at")
    list_filter = ("status", "reason")
    list_select_related = ("station",)
    ordering = ("-id",)
    exclude = ("code_hash",)

    @admin.display(description=_("amount"))
    def amount_now(self, refund: Refund) -> str:
        """With its currency."""
        return refund.amount.display()


@admin.register(RefundCall)
class RefundCallAdmin(ReadAdmin):
    read_verb = "finance.read_refund"
    list_display = ("outcome", "refund", "called_by", "called_at", "note")
    list_filter = ("outcome",)
    list_select_related = ("refund", "called_by")
    ordering = ("-pk",)


@admin.register(PaymentDecision)
class PaymentDecisionAdmin(ReadAdmin):
    read_verb = "finance.read_payment"
    belongs_to = "payment"
    list_display = ("status", "outcome", "payment", "proposed_by", "decided_by", "decided_at")
    list_filter = ("status", "outcome")
    list_select_related = ("payment", "proposed_by", "decided_by")
    ordering = ("-pk",)


@admin.register(MergedPayer)
class MergedPayerAdmin(ReadAdmin):
    read_verb = "finance.read_payment"
    list_display = ("kept", "merged", "moved_at", "undone_at")
    ordering = ("-pk",)


@admin.register(Goodwill)
class GoodwillAdmin(ReadAdmin):
    read_verb = "finance.read_payment"
    belongs_to = "payment"
    list_display = ("status", "payment", "amount_minor", "reason", "offered_by", "decided_by", "decided_at")
    list_filter = ("status",)
    list_select_related = ("payment", "offered_by", "decided_by")
    ordering = ("-pk",)


@admin.register(CompensationRecovery)
class CompensationRecoveryAdmin(ReadAdmin):
    read_verb = "finance.read_refund"
    belongs_to = "refund"
    list_display = ("account", "amount_now", "reason", "made_by", "made_at")
    list_select_related = ("account", "refund", "made_by")
    ordering = ("-pk",)

    @admin.display(description=_("amount"))
    def amount_now(self, recovery: CompensationRecovery) -> str:
        """With its currency."""
        return recovery.refund.amount.display()


@admin.register(CompensationRule)
class CompensationRuleAdmin(DatedAdmin):
    """What a day of waiting is worth, dated: a new rule starts on a date, the old one ends there."""

    read_verb, edit_verb = "finance.read_compensation_rule", "finance.edit_compensation_rule"
    list_display = ("country", "purpose", "due_days", "per_day_now", "cap_now", "from_date", "to_date")
    list_filter = ("country", "purpose")
    ordering = ("country", "purpose", "-from_date")

    @admin.display(description=_("for every day after them"))
    def per_day_now(self, rule: CompensationRule) -> str:
        """With its currency."""
        return rule.per_day.display()

    @admin.display(description=_("at most"))
    def cap_now(self, rule: CompensationRule) -> str:
        """With its currency."""
        return rule.cap.display()
