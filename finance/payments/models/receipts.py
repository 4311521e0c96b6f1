"""Slips as they were given out, and every printing of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Right
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from finance.payments.models.payments import Payment


class Receipt(BaseModel):
    """A slip as it was given out; never changed. Printing again adds a `ReceiptPrint`."""

    class Kind(models.TextChoices):
        IN_PROGRESS = "in_progress", _("in progress")
        FINAL = "final", _("final")
        REFUND = "refund", _("refund")

    number = models.CharField(_("number"), max_length=32, unique=True)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="receipts")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    lines = models.JSONField(_("lines"))
    names = models.JSONField(
        _("names"),
        default=dict,
        help_text=_("As issued: station, payer (masked), village (id)."),
    )
    verify_code = models.CharField(max_length=32, unique=True)
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.UniqueConstraint(
                fields=["payment"], condition=Q(kind="in_progress"), name="payment_has_one_slip_in_progress"
            ),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(kind="final"), name="payment_has_one_final_receipt"
            ),
        ]
        indexes = [models.Index(Right("number", 6), name="receipt_by_its_large_code")]

    def __str__(self) -> str:
        return self.number

    @property
    def verify_path(self) -> str:
        """Where anybody who holds the slip sees what is true."""
        return f"/receipt/{self.verify_code}/"

    @property
    def verify_url(self) -> str:
        """The same as an absolute address, for the QR on paper."""
        return f"{settings.ECOMNET_PUBLIC_URL}{self.verify_path}"


class ReceiptPrint(BaseModel):
    """One printing of a receipt; the first is the slip, each further one is marked as a copy."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="prints")
    copy_no = models.PositiveSmallIntegerField()
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    printed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("printing")
        verbose_name_plural = _("printings")
        constraints = [models.UniqueConstraint(fields=["receipt", "copy_no"], name="receipt_copy_stands_once")]

    def __str__(self) -> str:
        return f"{self.receipt_id} {self.copy_no}"
