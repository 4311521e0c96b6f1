"""Reference data of produce: crops with their grades, city buyers, and what is deducted from a sale."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.base import BaseModel
from core.fields import CurrencyField, LineField
from core.language import formatting
from core.web.ranges import DateSpan
from stations.places.models import HashOfKey


class Crop(BaseModel):
    """What farmers grow and stations take in."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = LineField(_("name"), max_length=60)
    name_zh = LineField(_("name in Chinese"), max_length=60)
    keeps_days = models.PositiveSmallIntegerField(_("days that it keeps"), default=14)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("crop")
        verbose_name_plural = _("crops")

    def __str__(self) -> str:
        return formatting.name_of(self)


class GradeSheet(BaseModel):
    """The grades of a crop between two dates."""

    crop = models.ForeignKey(Crop, models.PROTECT, related_name="sheets", verbose_name=_("crop"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("grade sheet")
        verbose_name_plural = _("grade sheets")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="grade_sheet_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="crop_has_one_grade_sheet_at_any_date",
                expressions=[
                    ("crop", RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.crop} {self.from_date}"


class Grade(BaseModel):
    """One grade of a sheet; the best has position 1."""

    sheet = models.ForeignKey(GradeSheet, models.PROTECT, related_name="grades", verbose_name=_("grade sheet"))
    code = models.CharField(_("code"), max_length=8)
    name = LineField(_("name"), max_length=40)
    name_zh = LineField(_("name in Chinese"), max_length=40)
    rule = LineField(_("what it must be"), max_length=120, blank=True)
    rule_zh = LineField(_("what it must be, in Chinese"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("grade")
        verbose_name_plural = _("grades")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "code"], name="sheet_has_a_grade_once"),
            models.UniqueConstraint(fields=["sheet", "position"], name="sheet_has_one_grade_at_a_position"),
        ]

    def __str__(self) -> str:
        return formatting.name_of(self)

    @property
    def rule_words(self) -> str:
        """What it must be, in the reader's language."""
        return self.rule_zh if formatting.in_chinese() else self.rule


class ProduceBuyer(BaseModel):
    """A wholesaler, canteen or shop in the city that buys lots on account."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = LineField(_("name"), max_length=80)
    country = models.CharField(_("country"), max_length=2)
    currency = CurrencyField(_("currency"))
    phone = PhoneNumberField(_("phone"), blank=True)
    language = models.CharField(_("language"), max_length=10)
    claim_days = models.PositiveSmallIntegerField(_("days to claim"), default=7)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("buyer of produce")
        verbose_name_plural = _("buyers of produce")

    def __str__(self) -> str:
        return self.name


class DeductionPlan(BaseModel):
    """What is deducted from a sale in one county, or in every county with this currency, between two dates."""

    division = models.ForeignKey(
        "stations.Division",
        models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"level": "county"},
        related_name="+",
        verbose_name=_("county"),
        help_text=_("Empty: in every county that has this currency."),
    )
    currency = CurrencyField(_("currency"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("deduction plan")
        verbose_name_plural = _("deduction plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="deduction_plan_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="county_has_one_deduction_plan_at_any_date",
                expressions=[
                    (HashOfKey("currency"), RangeOperators.EQUAL),
                    (Coalesce(F("division"), 0, output_field=models.BigIntegerField()), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.division_id or '*'} {self.currency} {self.from_date}"


class DeductionRow(BaseModel):
    """One deduction of a plan: for each 1,000 grams in minor units, or of the gross in basis points.

    The code says who gets it: packing the county centre, freight its carrier, handling the partner of the farmer's
    station, the platform itself; what is kept back for claims returns to the farmer.
    """

    class Code(models.TextChoices):
        PACKING = "packing", _("packing")
        FREIGHT = "freight", _("freight")
        STATION_HANDLING = "station_handling", _("handling at the station")
        PLATFORM = "platform", _("platform")
        CLAIMS_RESERVE = "claims_reserve", _("kept back for claims")

    class Basis(models.TextChoices):
        PER_1000_G = "per_1000_g", _("for each kilogram")
        PERCENT_OF_GROSS = "percent_of_gross", _("of the gross, in basis points")

    plan = models.ForeignKey(DeductionPlan, models.PROTECT, related_name="rows", verbose_name=_("deduction plan"))
    code = models.CharField(_("deduction"), max_length=16, choices=Code)
    basis = models.CharField(_("calculated"), max_length=16, choices=Basis)
    value = models.PositiveIntegerField(_("value"), help_text=_("In minor units, or in basis points."))
    carrier = models.CharField(_("carrier"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("deduction")
        verbose_name_plural = _("deductions")
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="plan_deducts_each_code_once"),
            models.CheckConstraint(
                condition=Q(code="freight") & ~Q(carrier="") | ~Q(code="freight") & Q(carrier=""),
                name="freight_alone_names_its_carrier",
            ),
            models.CheckConstraint(
                condition=~Q(basis="percent_of_gross") | Q(value__lte=10_000), name="deduction_is_at_most_the_gross"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.value}"
