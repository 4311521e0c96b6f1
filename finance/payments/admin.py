"""Payments, slips and refunds in the administration: to be read."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.administration import ReadAdmin
from finance.payments.models import Payment, Receipt, Refund
from stations.people.masking import mask_name


@admin.register(Payment)
class PaymentAdmin(ReadAdmin):
    """Money is moved by services, never by a form, whoever is signed in."""

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

    def get_queryset(self, request: Any) -> Any:
        return Payment.objects.open_to(request.user, self.read_verb)


@admin.register(Receipt)
class ReceiptAdmin(ReadAdmin):
    read_verb = "finance.read_payment"
    list_display = ("number", "kind", "payment", "issued_at")
    search_fields = ("=number",)
    ordering = ("-pk",)
    exclude = ("verify_code",)


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

    def get_queryset(self, request: Any) -> Any:
        return Refund.objects.open_to(request.user, self.read_verb)
