"""Which keys this system has had."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel


class DataKey(BaseModel):
    """A numbered key of the settings, known by a fingerprint that gives nothing away; the key itself is never stored.

    `writes_since`: the instant from which new values were written with it. A retired key must not come back.
    """

    class Kind(models.TextChoices):
        DATA = "data", _("encrypts numbers")
        INDEX = "index", _("finds numbers again")

    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    number = models.PositiveSmallIntegerField(_("number"))
    fingerprint = models.CharField(_("fingerprint"), max_length=16)
    writes_since = models.DateTimeField(_("in use since"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        verbose_name = _("key of personal numbers")
        verbose_name_plural = _("keys of personal numbers")
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="data_key_has_one_number"),
            models.UniqueConstraint(fields=["kind", "fingerprint"], name="data_key_is_noted_once"),
            models.CheckConstraint(condition=Q(kind__in=["data", "index"]), name="data_key_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=255), name="data_key_number_fits_a_byte"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
