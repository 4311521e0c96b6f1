"""Payments asked back from the company that has executed them, because the number or the household was wrong."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import uuid7
from finance.payments.models.payments import Payment


class ReversalCode(BaseModel):
    """Six digits on the payer's phone, with which he may have a payment asked back."""

    payment = models.OneToOneField(Payment, models.CASCADE, primary_key=True, related_name="reversal_code")
    code_hash = models.CharField(max_length=128)
    expires_at = models.DateTimeField(_("code expires at"))
    tries = models.PositiveSmallIntegerField(default=0)
    codes_sent = models.PositiveSmallIntegerField(default=1)
    codes_sent_on = models.DateField()

    class Meta:
        verbose_name = _("recall code")
        verbose_name_plural = _("recall codes")
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=5), name="reversal_code_has_five_tries"),
            models.CheckConstraint(condition=Q(codes_sent__lte=3), name="reversal_sends_three_codes_a_day"),
        ]

    def __str__(self) -> str:
        return str(self.payment_id)


class Reversal(BaseModel):
    """A payment asked back from the company that has executed it; `our_ref` is what the company is told."""

    class Reason(models.TextChoices):
        WRONG_NUMBER = "wrong_number", _("wrong number")
        WRONG_HOUSEHOLD = "wrong_household", _("wrong household")

    class Status(models.TextChoices):
        ASKED = "asked", _("asked")
        TAKEN_BACK = "taken_back", _("reversed")
        REFUSED = "refused", _("refused")

    our_ref = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="reversals")
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    slip_no = models.CharField(_("slip shown"), max_length=32, blank=True, help_text=_("Empty: the payer's code."))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.ASKED)
    refusal_code = models.CharField(_("why refused"), max_length=40, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("requested at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    reviewed_at = models.DateTimeField(_("escalated at"), null=True, blank=True)

    class Meta:
        verbose_name = _("payment recall")
        verbose_name_plural = _("payment recalls")
        constraints = [
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(status__in=["asked", "taken_back"]),
                name="payment_is_asked_back_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status="asked", answered_at=None) | (~Q(status="asked") & Q(answered_at__isnull=False)),
                name="reversal_has_its_answer_exactly_when_answered",
            ),
            models.CheckConstraint(
                condition=(Q(status="refused") & ~Q(refusal_code="")) | (~Q(status="refused") & Q(refusal_code="")),
                name="reversal_has_a_reason_exactly_when_refused",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(status="asked", reviewed_at=None), name="reversal_waiting"),
        ]

    def __str__(self) -> str:
        return str(self.our_ref)
