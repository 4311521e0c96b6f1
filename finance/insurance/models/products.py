"""What is insured and for how much: products whose versions are never edited once they are in force."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField, LineField
from core.money import Money
from finance.insurance.models.funds import CODE, Fund, Insurer, OfCountryQuerySet
from stations.two_persons import TwoPersons

READ = "finance.read_insurance_product"


class Peril(models.TextChoices):
    """What may happen to a family."""

    ILLNESS = "illness", _("illness")
    DISABILITY = "disability", _("disability")
    NATURAL_DISASTER = "natural_disaster", _("natural disaster")
    EDUCATION_COSTS = "education_costs", _("costs of school")


class EvidenceKind(models.TextChoices):
    """What a photo shows."""

    SETTLEMENT_SHEET = "settlement_sheet", _("settlement sheet of the hospital")
    DISCHARGE_PAPER = "discharge_paper", _("discharge paper")
    DISABILITY_CERTIFICATE = "disability_certificate", _("disability certificate")
    ACCIDENT_PAPER = "accident_paper", _("paper of the accident")
    DAMAGE_PHOTO = "damage_photo", _("photo of the damage")
    VILLAGE_CERTIFICATE = "village_certificate", _("certificate of the village")
    ENROLMENT_PAPER = "enrolment_paper", _("admission or enrolment paper")
    SCHOOL_BILL = "school_bill", _("bill of the school")
    OTHER = "other", _("another paper")


class IndexKind(models.TextChoices):
    """What an index is: of all days of a window so far."""

    RAINFALL = "rainfall", _("rain of the window (mm)")
    WATER_LEVEL = "water_level", _("highest water of the window (m)")
    LOWEST_TEMPERATURE = "lowest_temperature", _("lowest temperature of the window (°C)")
    HIGHEST_TEMPERATURE = "highest_temperature", _("highest temperature of the window (°C)")


class Grade(models.TextChoices):
    """How bad it is: grades of a disability, 1 the worst, and degrees of damage."""

    G1 = "1", _("grade 1")
    G2 = "2", _("grade 2")
    G3 = "3", _("grade 3")
    G4 = "4", _("grade 4")
    G5 = "5", _("grade 5")
    G6 = "6", _("grade 6")
    G7 = "7", _("grade 7")
    G8 = "8", _("grade 8")
    G9 = "9", _("grade 9")
    G10 = "10", _("grade 10")
    SLIGHT = "slight", _("slightly damaged")
    HEAVY = "heavy", _("heavily damaged")
    DESTROYED = "destroyed", _("destroyed")


class ProductQuerySet(OfCountryQuerySet):
    read_verb = READ


class InsuranceProduct(BaseModel):
    """A kind of cover of one insurer, in its country and currency; its terms are those of its versions."""

    insurer = models.ForeignKey(Insurer, models.PROTECT, related_name="products", verbose_name=_("insurer"))
    code = models.CharField(_("code"), max_length=40, validators=[CODE])
    name = LineField(_("name"), max_length=60)
    name_zh = LineField(_("Chinese name"), max_length=60)
    country = models.CharField(_("country"), max_length=2)
    currency = CurrencyField(_("currency"))

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("insurance product")
        verbose_name_plural = _("insurance products")
        constraints = [models.UniqueConstraint(fields=["insurer", "code"], name="insurer_has_a_product_once")]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name


class InsuranceVersionQuerySet(models.QuerySet):
    read_verb = READ

    def open_to(self, user: Any, verb: str) -> Self:
        """Those of the products that are open to this person."""
        return self.filter(product__in=InsuranceProduct.objects.all().open_to(user, verb))

    def active(self) -> Self:
        """Those that people are enrolled in."""
        return self.filter(status=InsuranceProductVersion.Status.ACTIVE)


class InsuranceProductVersion(BaseModel):
    """The terms of a product. Amounts are minor units of its currency, shares basis points.

    Made by one person, put in force by another, never edited afterwards. `payer` bears the claims: the insurer from its
    claims float, or a fund.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", pgettext_lazy("insurance product", "in force")
        RETIRED = "retired", _("retired")

    class Payer(models.TextChoices):
        INSURER = "insurer", _("the insurer")
        FUND = "fund", _("a fund")

    product = models.ForeignKey(
        InsuranceProduct, models.PROTECT, related_name="versions", verbose_name=_("insurance product")
    )
    version = models.PositiveSmallIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.DRAFT)
    premium_minor = models.BigIntegerField(_("premium of a person for the term"))
    term_months = models.PositiveSmallIntegerField(_("months insured"), default=12)
    age_min = models.PositiveSmallIntegerField(_("youngest age"), default=0)
    age_max = models.PositiveSmallIntegerField(_("oldest age"), default=120)
    payer = models.CharField(_("claims are paid by"), max_length=8, choices=Payer, default=Payer.INSURER)
    payer_fund = models.ForeignKey(
        Fund, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("fund that pays claims")
    )
    late_filing_days = models.PositiveSmallIntegerField(_("days in which a claim is filed"), default=180)
    decision_working_days = models.PositiveSmallIntegerField(_("working days to decide"), default=5)
    appeal_days = models.PositiveSmallIntegerField(_("days to appeal"), default=60)
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"))
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    checked_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    objects = InsuranceVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an insurance product")
        verbose_name_plural = _("versions of insurance products")
        constraints = [
            models.UniqueConstraint(fields=["product", "version"], name="insurance_version_stands_once"),
            models.UniqueConstraint(
                fields=["product"], condition=Q(status="active"), name="insurance_product_has_one_version_in_force"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", checker=None, checked_at=None)
                | (~Q(status="draft") & Q(checker__isnull=False, checked_at__isnull=False)),
                name="insurance_version_is_approved_by_somebody",
            ),
            TwoPersons(checker="checker", makers=("maker",), name="insurance_version_is_approved_by_another_person"),
            models.CheckConstraint(
                condition=Q(premium_minor__gt=0, term_months__gt=0, age_max__gte=F("age_min")),
                name="insurance_terms_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(payer="fund", payer_fund__isnull=False) | Q(payer="insurer", payer_fund=None),
                name="insurance_version_says_who_pays_claims",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} v{self.version}"

    @property
    def currency(self) -> str:
        """The currency of the product."""
        return self.product.currency

    @property
    def premium(self) -> Money:
        """What a person's cover costs for the term."""
        return Money(self.premium_minor, self.currency)


class FinancingShare(BaseModel):
    """Which kind of fund pays which share of the premium; one share takes what rounding leaves."""

    class Source(models.TextChoices):
        POVERTY_FUND = "poverty_fund", _("poverty fund")
        CROWD_FUND = "crowd_fund", _("crowd fund")

    version = models.ForeignKey(
        InsuranceProductVersion,
        models.CASCADE,
        related_name="shares",
        verbose_name=_("version of an insurance product"),
    )
    source = models.CharField(_("paid by"), max_length=12, choices=Source)
    share_bp = models.PositiveSmallIntegerField(_("share (0.01 %)"))
    takes_remainder = models.BooleanField(_("takes what rounding leaves"), default=False)

    class Meta:
        verbose_name = _("share of a premium")
        verbose_name_plural = _("shares of premiums")
        constraints = [
            models.UniqueConstraint(fields=["version", "source"], name="source_pays_one_share"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(takes_remainder=True), name="one_share_takes_the_remainder"
            ),
            models.CheckConstraint(condition=Q(share_bp__gt=0, share_bp__lte=10_000), name="premium_share_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.share_bp}"


class Benefit(BaseModel):
    """What is paid when a peril strikes. `cap_minor` and `deductible_minor` hold for a person and policy year.

    `sum_insured_minor` is the base of graded, fixed and parametric benefits; a parametric one pays from `trigger` on
    and in full at `exit`, in either direction, both of the index that `index_kind` names.
    """

    class Formula(models.TextChoices):
        REMAINING_COST = "remaining_cost", _("share of the cost that remains")
        GRADED = "graded", _("share of the sum insured by grade")
        FIXED = "fixed", _("the sum insured")
        TERM_COST = "term_cost", _("share of the bill of a term")
        PARAMETRIC = "parametric", _("by a measured index")

    class Per(models.TextChoices):
        EVENT = "event", _("event")
        TERM = "term", _("half-year")
        WINDOW = "window", _("window of the index")

    version = models.ForeignKey(
        InsuranceProductVersion,
        models.CASCADE,
        related_name="benefits",
        verbose_name=_("version of an insurance product"),
    )
    peril = models.CharField(_("peril"), max_length=16, choices=Peril)
    formula = models.CharField(_("formula"), max_length=16, choices=Formula)
    sum_insured_minor = models.BigIntegerField(_("sum insured"), null=True, blank=True)
    deductible_minor = models.BigIntegerField(_("deductible of a year"), default=0)
    share_bp = models.PositiveSmallIntegerField(_("share (0.01 %)"), default=10_000)
    cap_minor = models.BigIntegerField(_("at most in a year"), null=True, blank=True)
    waiting_days = models.PositiveSmallIntegerField(_("days before cover begins"), default=0)
    per = models.CharField(_("paid once for each"), max_length=6, choices=Per, default=Per.EVENT)
    index_kind = models.CharField(_("index"), max_length=20, choices=IndexKind, blank=True)
    trigger = models.DecimalField(_("pays from"), max_digits=10, decimal_places=2, null=True, blank=True)
    exit = models.DecimalField(_("pays in full at"), max_digits=10, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("benefit")
        verbose_name_plural = _("benefits")
        constraints = [
            models.UniqueConstraint(fields=["version", "peril", "formula"], name="benefit_of_a_peril_stands_once"),
            models.CheckConstraint(
                condition=Q(formula__in=["remaining_cost", "term_cost"], sum_insured_minor=None)
                | Q(formula__in=["graded", "fixed", "parametric"], sum_insured_minor__gt=0),
                name="benefit_has_its_sum_insured",
            ),
            models.CheckConstraint(
                condition=Q(deductible_minor__gte=0, share_bp__gt=0, share_bp__lte=10_000)
                & (Q(cap_minor=None) | Q(cap_minor__gt=0)),
                name="benefit_counts_in_shares_and_amounts",
            ),
            models.CheckConstraint(
                condition=(Q(formula="parametric", trigger__isnull=False, exit__isnull=False) & ~Q(trigger=F("exit")))
                | (~Q(formula="parametric") & Q(trigger=None, exit=None)),
                name="parametric_benefit_has_trigger_and_exit",
            ),
            models.CheckConstraint(
                condition=Q(formula="parametric", index_kind__in=IndexKind.values)
                | (~Q(formula="parametric") & Q(index_kind="")),
                name="parametric_benefit_names_its_index",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.peril} {self.formula}"


class GradeRow(BaseModel):
    """Which share of the sum insured a grade gives."""

    benefit = models.ForeignKey(Benefit, models.CASCADE, related_name="grades", verbose_name=_("benefit"))
    grade = models.CharField(_("grade"), max_length=10, choices=Grade)
    share_bp = models.PositiveSmallIntegerField(_("share (0.01 %)"))

    class Meta:
        verbose_name = _("grade of a benefit")
        verbose_name_plural = _("grades of benefits")
        constraints = [
            models.UniqueConstraint(fields=["benefit", "grade"], name="grade_of_a_benefit_stands_once"),
            models.CheckConstraint(condition=Q(share_bp__gt=0, share_bp__lte=10_000), name="grade_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.grade} {self.share_bp}"


class EvidenceRule(BaseModel):
    """Which papers a claim needs at least."""

    benefit = models.ForeignKey(Benefit, models.CASCADE, related_name="evidence_rules", verbose_name=_("benefit"))
    kind = models.CharField(_("paper"), max_length=24, choices=EvidenceKind)
    min_count = models.PositiveSmallIntegerField(_("at least"), default=1)

    class Meta:
        verbose_name = _("paper that a claim needs")
        verbose_name_plural = _("papers that claims need")
        constraints = [
            models.UniqueConstraint(fields=["benefit", "kind"], name="paper_of_a_benefit_stands_once"),
            models.CheckConstraint(condition=Q(min_count__gt=0), name="paper_is_needed_at_least_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.min_count}"


class CeilingRule(BaseModel):
    """The most that is paid: for an event, a person, a household in a year, or from a fund; of one peril, or of all.

    A ceiling of a fund without an amount is what the insurer or the fund has put up.
    """

    class Scope(models.TextChoices):
        EVENT = "event", _("event")
        PERSON_YEAR = "person_year", _("person and year")
        HOUSEHOLD_YEAR = "household_year", _("household and year")
        FUND_YEAR = "fund_year", _("fund and year")

    version = models.ForeignKey(
        InsuranceProductVersion,
        models.CASCADE,
        related_name="ceilings",
        verbose_name=_("version of an insurance product"),
    )
    scope = models.CharField(_("about"), max_length=16, choices=Scope)
    peril = models.CharField(_("peril"), max_length=16, choices=Peril, blank=True)
    limit_minor = models.BigIntegerField(_("at most"), null=True, blank=True)

    class Meta:
        verbose_name = _("ceiling")
        verbose_name_plural = _("ceilings")
        constraints = [
            models.UniqueConstraint(fields=["version", "scope", "peril"], name="ceiling_stands_once"),
            models.CheckConstraint(
                condition=Q(limit_minor__gt=0) | Q(limit_minor=None, scope="fund_year"),
                name="ceiling_has_its_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.peril}".strip()
