"""What residents agree to, and the codes that say so."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.base import BaseModel
from stations.scope import StationScopedQuerySet


class PhoneCode(BaseModel):
    """A six-digit code sent to a resident's phone, for one purpose: ten minutes, five tries, used once."""

    class Purpose(models.TextChoices):
        CONFIRM_PHONE = "confirm_phone", _("to confirm the phone")
        CONSENT = "consent", _("to give consent")
        LOAN = "loan", _("to sign a loan")
        LOAN_PLAN = "loan_plan", _("to sign a new plan of a loan")
        RECEIPT = "receipt", _("to receive goods")
        ADVANCE = "advance", _("to receive an advance")
        COUPON = "coupon", _("to agree to a coupon of a shop")

    person = models.ForeignKey("stations.Person", models.CASCADE, related_name="phone_codes")
    purpose = models.CharField(max_length=16, choices=Purpose)
    phone = PhoneNumberField(_("phone"))
    code_hash = models.CharField(max_length=64, help_text="HMAC-SHA256 under the key of the blind index.")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("sent at"))
    expires_at = models.DateTimeField(_("good until"))
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("code sent to a resident")
        verbose_name_plural = _("codes sent to residents")
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=5), name="phone_code_has_five_tries"),
        ]
        indexes = [
            models.Index(fields=["person", "purpose", "-sent_at"], name="phone_code_latest"),
            models.Index(fields=["sent_at"], name="phone_code_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.person_id}"


class ConsentText(BaseModel):
    """What is read out before a person agrees; never edited once used."""

    purpose = models.CharField(_("purpose"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=16)
    body = models.TextField(_("text"))
    from_date = models.DateField(_("from"))
    agrees_from_age = models.PositiveSmallIntegerField(
        _("agrees from this age"), default=14, help_text=_("Below it a guardian agrees.")
    )

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version", "language"], name="consent_text_stands_once"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} {self.language}"


class ConsentQuerySet(StationScopedQuerySet):
    station_path = "person__home_station"
    read_verb = "stations.read_person"


class Consent(BaseModel):
    """A person's agreement to one purpose; withdrawing takes effect with the next request."""

    class Manner(models.TextChoices):
        CODE = "code", _("code by SMS")
        SIGNATURE = "signature", _("signature")
        VOICE = "voice", _("recorded voice")
        PAPER = "paper", _("paper")

    person = models.ForeignKey("stations.Person", models.CASCADE, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=40)
    text_version = models.ForeignKey(ConsentText, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given at"))
    given_by = models.ForeignKey("stations.Person", models.PROTECT, related_name="+")
    manner = models.CharField(_("manner"), max_length=10, choices=Manner)
    evidence = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey("stations.Person", models.PROTECT, null=True, blank=True, related_name="+")
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+")

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_at=None),
                name="person_has_one_open_consent_per_purpose",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, withdrawn_at__gte=F("given_at")),
                name="consent_is_withdrawn_by_somebody_after_it_was_given",
            ),
        ]
        indexes = [
            models.Index(
                fields=["withdrawn_at"], condition=Q(withdrawn_at__isnull=False), name="consent_by_its_withdrawal"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.purpose}"
