"""Every look at what is hidden. Append-only."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField


class Reveal(BaseModel):
    """One look at a hidden field, with its reason. Append-only."""

    class Reason(models.TextChoices):
        CUSTOMER_PRESENT = "customer_present", _("the person is here")
        PROVIDER_ASKS = "provider_asks", _("the company asks for it")
        CLAIM = "claim", _("an insurance claim")
        EMERGENCY = "emergency", _("an emergency")
        OTHER = "other", _("another reason")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    person = models.ForeignKey("stations.Person", models.PROTECT, related_name="reveals")
    field = models.CharField(_("field"), max_length=20)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    note = LineField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))
    post = models.ForeignKey("stations.Post", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("reveal")
        verbose_name_plural = _("reveals")
        constraints = [
            models.CheckConstraint(condition=~Q(reason="other", note=""), name="reveal_for_another_reason_says_which"),
        ]
        indexes = [
            models.Index(fields=["user", "at"], name="reveal_by_user"),
            models.Index(fields=["at"], name="reveal_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.at}"


class AccessRead(BaseModel):
    """Who read which person's protected data, or looked beyond the own station. Append-only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    person = models.ForeignKey("stations.Person", models.PROTECT, null=True, blank=True, related_name="access_reads")
    what = models.CharField(_("what"), max_length=60)
    at = models.DateTimeField(_("at"))
    post = models.ForeignKey("stations.Post", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        indexes = [
            models.Index(fields=["person", "at"], name="access_read_of_person"),
            models.Index(fields=["at"], name="access_read_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.at}"
