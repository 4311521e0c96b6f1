"""The rule of a country for consultations at a distance, as data."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField
from core.web.ranges import DateSpan


class ConsultationRules(BaseModel):
    """Which signs are an emergency, from which age, and how long each step may take, `[from_date, to_date)`.

    Minutes are counted in the open hours of the clinic's zone. The parameters never change: a revision is added.
    """

    code = models.CharField(_("code"), max_length=20)
    revision = models.PositiveSmallIntegerField(_("revision"))
    country = models.CharField(_("country"), max_length=2)
    parameters = models.JSONField(_("signs, ages and periods"))
    source = LineField(_("source"), max_length=200)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("rules for consultations")
        verbose_name_plural = _("rules for consultations")
        constraints = [
            models.UniqueConstraint(fields=["code", "revision"], name="consultation_rules_have_a_revision_once"),
            models.CheckConstraint(condition=~Q(source=""), name="consultation_rules_name_their_source"),
            ExclusionConstraint(
                name="a_country_has_one_rule_for_consultations_at_a_time",
                expressions=[
                    (F("country"), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.revision}"
