"""Drugs as data: what doctors choose from, and to which group of allergens each belongs."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField


class Allergen(models.TextChoices):
    """What residents are allergic to: groups of drugs, and all else by its name."""

    PENICILLINS = "penicillins", pgettext_lazy("allergen", "penicillins")
    CEPHALOSPORINS = "cephalosporins", pgettext_lazy("allergen", "cephalosporins")
    SULFONAMIDES = "sulfonamides", pgettext_lazy("allergen", "sulfonamides")
    MACROLIDES = "macrolides", pgettext_lazy("allergen", "macrolides")
    QUINOLONES = "quinolones", pgettext_lazy("allergen", "quinolones")
    NSAIDS = "nsaids", pgettext_lazy("allergen", "painkillers such as aspirin or ibuprofen")
    ACE_INHIBITORS = "ace_inhibitors", pgettext_lazy("allergen", "ACE inhibitors")
    OTHER = "other", pgettext_lazy("allergen", "something else")


class Drug(BaseModel):
    """A drug by its ATC code. A controlled one (narcotic, psychotropic) is never prescribed online."""

    code = models.CharField(_("ATC code"), max_length=7, unique=True)
    name = LineField(_("name"), max_length=80)
    name_zh = LineField(_("name in Chinese"), max_length=80)
    allergens = ArrayField(
        models.CharField(max_length=14, choices=Allergen), default=list, blank=True, verbose_name=_("allergens")
    )
    is_controlled = models.BooleanField(_("is controlled"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("drug")
        verbose_name_plural = _("drugs")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}$"), name="drug_has_an_atc_code"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name
