"""How much may be lent at once to a borrower, a household, in a village or county, on a partner's word."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField
from core.money import Money


class Scope(models.TextChoices):
    """What a cap is about, in the order in which counters are taken."""

    BORROWER = "borrower", _("borrower")
    COUNTY = "county", _("county")
    HOUSEHOLD = "household", _("household")
    PARTNER = "partner", _("partner who recommends")
    VILLAGE = "village", _("village")


class ExposureLimit(BaseModel):
    """A cap from a date on; the latest one of a scope and currency holds."""

    scope = models.CharField(_("about"), max_length=20, choices=Scope)
    country = models.CharField(_("country"), max_length=2)
    currency = CurrencyField(_("currency"))
    limit_minor = models.BigIntegerField(_("at most"))
    from_date = models.DateField(_("from"))

    class Meta:
        verbose_name = _("cap")
        verbose_name_plural = _("caps")
        constraints = [
            models.UniqueConstraint(fields=["scope", "country", "currency", "from_date"], name="cap_begins_once_a_day"),
            models.CheckConstraint(condition=Q(limit_minor__gte=0), name="cap_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.from_date}"

    @property
    def limit(self) -> Money:
        """The cap."""
        return Money(self.limit_minor, self.currency)


class ExposureCounter(BaseModel):
    """What of a cap is used by one borrower, household, partner, village or county."""

    scope = models.CharField(_("about"), max_length=20, choices=Scope)
    scope_ref = models.CharField(_("whose"), max_length=40)
    currency = CurrencyField(_("currency"))
    used_minor = models.BigIntegerField(_("used"), default=0)
    limit_minor = models.BigIntegerField(_("at most"))

    class Meta:
        verbose_name = _("use of a cap")
        verbose_name_plural = _("uses of caps")
        constraints = [
            models.UniqueConstraint(fields=["scope", "scope_ref", "currency"], name="cap_is_counted_once"),
            models.CheckConstraint(
                condition=Q(used_minor__gte=0, used_minor__lte=F("limit_minor")), name="cap_is_not_exceeded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.scope_ref}"


class ExposureEntry(BaseModel):
    """What one loan takes of a counter, or gives back; the counter is the sum of these."""

    class Kind(models.TextChoices):
        RESERVED = "reserved", _("reserved")
        RELEASED = "released", _("released")

    counter = models.ForeignKey(ExposureCounter, models.PROTECT, related_name="entries", verbose_name=_("use of a cap"))
    loan_ref = models.UUIDField(_("loan"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    event_ref = models.CharField(_("because of"), max_length=64)
    amount_minor = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("change of a cap")
        verbose_name_plural = _("changes of caps")
        constraints = [
            models.UniqueConstraint(fields=["counter", "loan_ref", "kind", "event_ref"], name="cap_changes_once"),
            models.CheckConstraint(
                condition=Q(kind="reserved", amount_minor__gt=0) | Q(kind="released", amount_minor__lt=0),
                name="cap_change_has_its_sign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"
