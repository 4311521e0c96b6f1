"""The agreement to an order: a code from the buyer's phone, a signature with a witness, or that somebody pays it.

Who calls the station reads the same code back on the phone.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.base import BaseModel
from core.fields import uuid7
from stations.two_persons import TwoPersons


class OrderConsent(BaseModel):
    """One request for agreement, and how it was given; a new request ends the one before."""

    class Kind(models.TextChoices):
        SMS_CODE = "sms_code", _("code by SMS")
        VOICE_READ_BACK = "voice_read_back", _("code by SMS, read back on the phone")
        PRINTED_SLIP = "printed_slip", _("signature on the slip, with a witness")
        PAYER_PAYMENT = "payer_payment", _("payment by link")
        PLEDGE = "pledge", _("money put into a group order")
        REPLACEMENT = "replacement", _("goods brought back to be replaced")

    #: A code goes to the phone in the buyer's file.
    BY_CODE = (Kind.SMS_CODE, Kind.VOICE_READ_BACK)
    #: What the counter can ask for, of who stands there or has called; a payment is the agreement where a link was
    #: offered.
    AT_COUNTER = tuple((kind, kind.label) for kind in (*BY_CODE, Kind.PRINTED_SLIP))

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="consents")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    content_hash = models.CharField(max_length=64, help_text="SHA-256 of what was read out: lines, total, station.")
    code_hash = models.CharField(max_length=64, blank=True, help_text="HMAC-SHA256 under the key of the blind index.")
    phone = PhoneNumberField(_("phone"), blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    is_live = models.BooleanField(_("stands"), default=True)
    giver = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("buyer")
    )
    witness = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("witness")
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    expires_at = models.DateTimeField(_("expires at"))
    given_at = models.DateTimeField(_("given at"), null=True, blank=True)

    class Meta:
        verbose_name = _("agreement to an order")
        verbose_name_plural = _("agreements to orders")
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(is_live=True), name="order_has_one_live_consent"),
            models.CheckConstraint(condition=Q(tries__lte=5), name="order_consent_has_five_tries"),
            models.CheckConstraint(
                condition=(
                    Q(kind__in=["sms_code", "voice_read_back"]) & ~Q(code_hash="") & ~Q(phone="") & Q(witness=None)
                )
                | Q(kind="printed_slip", code_hash="", phone="")
                | Q(kind__in=["payer_payment", "pledge", "replacement"], code_hash="", phone="", witness=None),
                name="order_consent_by_code_names_its_phone",
            ),
            models.CheckConstraint(
                condition=Q(given_at=None) | ~Q(kind="printed_slip") | Q(witness__isnull=False),
                name="signed_consent_has_a_witness",
            ),
            TwoPersons(
                checker="witness", makers=("asked_by", "giver"), name="nobody_witnesses_an_order_that_they_take_or_give"
            ),
        ]
        indexes = [models.Index(fields=["order", "-id"], name="order_consent_of_order")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"
