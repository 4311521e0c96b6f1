"""Which banks and which county an installation works with in a country."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel


class InstalledCountry(BaseModel):
    """One country and currency in which this installation works: its banks, and the county that settles for the others.

    The providers must have the same country and currency, the county the same country: the database refuses others.
    """

    country = models.CharField(_("country"), max_length=2, validators=[RegexValidator(r"^[A-Z]{2}$")])
    currency = models.CharField(_("currency"), max_length=3, validators=[RegexValidator(r"^[A-Z]{3}$")])
    payout_bank_account = models.CharField(
        _("our bank account that payouts leave from"),
        max_length=40,
        default="main",
        validators=[RegexValidator(r"^[A-Za-z0-9-]+$")],
        help_text=_("As its statements are imported under."),
    )
    payout_provider = models.ForeignKey(
        "core.Provider",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("bank that executes payout files"),
        help_text=_("Empty: nothing is paid out."),
    )
    collection_provider = models.ForeignKey(
        "core.Provider",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gateway that collects by link or QR"),
        help_text=_("Empty: nothing is collected online."),
    )
    head_county = models.ForeignKey(
        "stations.Division",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"level": "county"},
        verbose_name=_("county that settles payees who belong to none"),
        help_text=_("Empty: the first county with stations."),
    )

    class Meta:
        verbose_name = _("installed country")
        verbose_name_plural = _("installed countries")
        constraints = [
            models.UniqueConstraint(fields=["country", "currency"], name="country_is_installed_once_per_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.currency}"
