"""Scorecards as data: what is looked at, which value earns how many points, and what each score was made of."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField
from core.money import Money
from finance.credit.models.reasons import Reason
from stations.two_persons import TwoPersons


class Scorecard(BaseModel):
    """One version; drawn up by one person, put in force by another, never edited afterwards."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", pgettext_lazy("scorecard", "in force")
        RETIRED = "retired", _("retired")

    code = models.CharField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"))
    country = models.CharField(_("country"), max_length=2)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.DRAFT)
    approve_from = models.PositiveSmallIntegerField(_("points that speak for approval"))
    refer_from = models.PositiveSmallIntegerField(_("points that leave it open"))
    thin_offline_from = models.PositiveSmallIntegerField(_("points of visits that leave a thin file open"))
    offline_share_max_bp = models.PositiveSmallIntegerField(_("share of visits at most (0.01 %)"), default=4_000)
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drawn up by"))
    made_at = models.DateTimeField(_("drawn up at"))
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )

    class Meta:
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")
        constraints = [
            models.UniqueConstraint(fields=["code", "country", "version"], name="scorecard_version_stands_once"),
            models.UniqueConstraint(
                fields=["country"], condition=Q(status="active"), name="country_has_one_scorecard_in_force"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", checker=None) | (~Q(status="draft") & Q(checker__isnull=False)),
                name="scorecard_is_approved_by_somebody",
            ),
            TwoPersons(checker="checker", makers=("maker",), name="scorecard_is_approved_by_another_person"),
            models.CheckConstraint(
                condition=Q(refer_from__lte=F("approve_from"), offline_share_max_bp__lte=10_000),
                name="scorecard_bands_are_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class ScorecardAttribute(BaseModel):
    """One thing that is looked at: online from facts, offline on visits."""

    class Block(models.TextChoices):
        ONLINE = "online", _("from the records")
        OFFLINE = "offline", _("from the visit")

    class Code(models.TextChoices):
        MONTHS_ACTIVE = "months_active", _("Months since the first sale or purchase")
        TURNOVER = "turnover", _("Turnover of a year beside the amount")
        RETURNS = "returns", _("Share of purchases that went back")
        BILLS_ON_TIME = "bills_on_time", _("Bills paid on time")
        LOANS = "loans", _("Earlier loans")
        RECHARGE_MONTHS = "recharge_months", _("Months with a recharge, of twelve")
        INSTALMENT_SHARE = "instalment_share", _("Instalment beside what is left in a month")
        PROOFS = "proofs", _("Proofs of land, house, shop")
        YEARS = "years", _("Years in the village")
        ACTIVITY = "activity", _("What was visited")
        REFERENCES = "references", _("Independent people asked")
        DEBT_SHARE = "debt_share", _("Other debts beside the yearly income")

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="attributes", verbose_name=_("scorecard"))
    position = models.PositiveSmallIntegerField(_("position"))
    code = models.CharField(_("what"), max_length=20, choices=Code)
    block = models.CharField(_("block"), max_length=8, choices=Block)
    max_points = models.PositiveSmallIntegerField(_("points at most"))
    no_fact_points = models.PositiveSmallIntegerField(_("points without a fact"), default=0)
    reason_code = models.CharField(_("reason"), max_length=24, choices=Reason)

    class Meta:
        verbose_name = _("line of a scorecard")
        verbose_name_plural = _("lines of scorecards")
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "position"], name="scorecard_line_has_its_position"),
            models.UniqueConstraint(fields=["scorecard", "code"], name="scorecard_looks_at_a_thing_once"),
            models.CheckConstraint(
                condition=Q(no_fact_points__lte=F("max_points")), name="scorecard_line_gives_at_most_its_points"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scorecard_id} {self.position}"


class ScorecardBin(BaseModel):
    """Values from `lower` up to but not including `upper` (none: no end) earn these points."""

    attribute = models.ForeignKey(
        ScorecardAttribute, models.CASCADE, related_name="bins", verbose_name=_("line of a scorecard")
    )
    lower = models.BigIntegerField(_("from"))
    upper = models.BigIntegerField(_("below"), null=True, blank=True)
    points = models.PositiveSmallIntegerField(_("points"))

    class Meta:
        verbose_name = _("step of a scorecard")
        verbose_name_plural = _("steps of scorecards")
        constraints = [
            ExclusionConstraint(
                name="steps_of_a_scorecard_do_not_overlap",
                expressions=[
                    (F("attribute"), RangeOperators.EQUAL),
                    (
                        Func(F("lower"), F("upper"), function="int8range", output_field=BigIntegerRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                condition=Q(upper=None) | Q(upper__gt=F("lower")), name="step_of_a_scorecard_is_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attribute_id} {self.lower}"


class ScoreRun(BaseModel):
    """One score as it was computed; the band only advises."""

    class Band(models.TextChoices):
        APPROVE = "approve", _("speaks for it")
        REFER = "refer", _("a person decides")
        DECLINE = "decline", _("speaks against it")

    application_ref = models.UUIDField(_("application"))
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="+", verbose_name=_("scorecard"))
    requested_minor = models.BigIntegerField(_("amount"))
    installment_minor = models.BigIntegerField(_("largest instalment of a month"))
    currency = CurrencyField(_("currency"))
    as_of_date = models.DateField(_("as of"))
    online_points = models.PositiveSmallIntegerField(_("from the records"))
    offline_points = models.PositiveSmallIntegerField(_("from the visit"))
    total = models.PositiveSmallIntegerField(_("total"))
    band = models.CharField(_("band"), max_length=8, choices=Band)
    thin_file = models.BooleanField(_("few records"))

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.CheckConstraint(
                condition=Q(total=F("online_points") + F("offline_points")), name="score_is_the_sum_of_its_blocks"
            ),
            models.CheckConstraint(
                condition=~Q(thin_file=True, band="approve"), name="few_records_never_speak_for_approval"
            ),
        ]
        indexes = [models.Index(fields=["application_ref", "-id"], name="score_of_application")]

    def __str__(self) -> str:
        return f"{self.total} {self.band}"

    @property
    def requested(self) -> Money:
        """What was scored."""
        return Money(self.requested_minor, self.currency)


class ScoreLine(BaseModel):
    """The points of one attribute; `input_value` is empty where there was no fact."""

    run = models.ForeignKey(ScoreRun, models.CASCADE, related_name="lines", verbose_name=_("score"))
    attribute = models.ForeignKey(
        ScorecardAttribute, models.PROTECT, related_name="+", verbose_name=_("line of a scorecard")
    )
    input_value = models.BigIntegerField(_("value"), null=True, blank=True)
    points = models.PositiveSmallIntegerField(_("points"))
    lost_points = models.PositiveSmallIntegerField(_("points lost"))

    class Meta:
        verbose_name = _("line of a score")
        verbose_name_plural = _("lines of scores")
        constraints = [models.UniqueConstraint(fields=["run", "attribute"], name="score_has_a_line_an_attribute")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.points}"
