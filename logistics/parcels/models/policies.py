"""How long parcels wait."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel


def usual_reminders() -> list[int]:
    """The days after arrival on which the receiver is reminded."""
    return [1, 3, 6]


class StoragePolicy(BaseModel):
    """How many days a parcel waits at a station of a county, from one day on. Without a row it is the defaults."""

    division = models.ForeignKey(
        "stations.Division",
        models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"level": "county"},
        related_name="+",
        verbose_name=_("county"),
        help_text=_("Empty: in every county that has no rule of its own."),
    )
    valid_from_date = models.DateField(_("valid from"))
    days = models.PositiveSmallIntegerField(_("days"), default=7)
    extension_days = models.PositiveSmallIntegerField(_("days more, once"), default=7)
    reminder_days = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("reminders after days"), default=usual_reminders, blank=True
    )

    class Meta:
        verbose_name = _("rule of storage")
        verbose_name_plural = _("rules of storage")
        constraints = [
            models.UniqueConstraint(
                fields=["division", "valid_from_date"],
                nulls_distinct=False,
                name="one_storage_rule_of_a_county_and_day",
            ),
            models.CheckConstraint(condition=Q(days__gte=1), name="parcel_waits_at_least_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.division_id or '-'} {self.valid_from_date}"
