"""What was seen at a borrower's place, with photos, and which ties were found between those who take part."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField, WordsField, uuid7
from core.money import Money
from stations.scope import StationScopedQuerySet


class AssessmentQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_loan_application"


class Assessment(BaseModel):
    """One visit. Never updated: a correction is a new row that `replaces` it.

    `application_ref` is the id of an application, which this slice does not know. Amounts are of a month, but
    `other_debt_minor`, which is what is owed elsewhere.
    """

    class Role(models.TextChoices):
        RECOMMENDER = "recommender", _("who recommends")
        SECOND_ASSESSOR = "second_assessor", _("the second assessor")

    class Relationship(models.TextChoices):
        NONE = "none", _("none")
        SELF = "self", _("the borrower is myself")
        SPOUSE = "spouse", _("married")
        KIN = "kin", _("related, or of one household")
        SUPPLIER = "supplier", _("buys from me or sells to me")
        CREDITOR = "creditor", _("owes me money")

    class Activity(models.TextChoices):
        NONE = "none", _("nothing to see")
        WEAK = "weak", _("weak")
        SOUND = "sound", _("sound")
        STRONG = "strong", _("strong")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application_ref = models.UUIDField(_("application"))
    person = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("borrower"))
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who visited")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role)
    relationship = models.CharField(_("tie to the borrower"), max_length=10, choices=Relationship)
    income_minor = models.BigIntegerField(_("household's income a month"))
    outgo_minor = models.BigIntegerField(_("household's expenses a month"))
    other_debt_minor = models.BigIntegerField(_("owed elsewhere"), default=0)
    currency = CurrencyField(_("currency"))
    proofs_seen = models.PositiveSmallIntegerField(_("proofs seen of land, house, shop"))
    years_in_village = models.PositiveSmallIntegerField(_("years in the village"))
    activity = models.CharField(_("what was visited is"), max_length=8, choices=Activity)
    references_called = models.PositiveSmallIntegerField(_("independent people asked"))
    recommended_minor = models.BigIntegerField(_("would lend"))
    opinion = WordsField(_("in words"), max_length=500)
    photos = models.ManyToManyField("core.StoredFile", related_name="+", verbose_name=_("photos"))
    signed_at = models.DateTimeField(_("signed at"))
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.UniqueConstraint(
                fields=["application_ref", "role"],
                condition=Q(replaces=None),
                name="application_is_assessed_once_a_role",
            ),
            models.CheckConstraint(
                condition=Q(income_minor__gte=0, outgo_minor__gte=0, other_debt_minor__gte=0, recommended_minor__gte=0),
                name="assessment_amounts_are_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["application_ref"], name="assessment_of_application")]

    def __str__(self) -> str:
        return f"{self.role} {self.signed_at:%Y-%m-%d}"

    @property
    def surplus(self) -> Money:
        """What the household has left in a month; below nought where it spends more than it has."""
        return Money(self.income_minor - self.outgo_minor, self.currency)

    @property
    def other_debt(self) -> Money:
        """What is owed elsewhere."""
        return Money(self.other_debt_minor, self.currency)

    @property
    def recommended(self) -> Money:
        """What the assessor would lend."""
        return Money(self.recommended_minor, self.currency)


class ConflictCheck(BaseModel):
    """Whether one kind of tie was found between a borrower and whoever recommends; written when it was looked for."""

    class Code(models.TextChoices):
        DECLARED = "declared", _("declared a tie")
        SAME_HOUSEHOLD = "same_household", _("same household")
        SAME_PHONE = "same_phone", _("same phone")
        GUARDIAN = "guardian", _("one is the other's guardian")

    application_ref = models.UUIDField(_("application"))
    code = models.CharField(_("kind"), max_length=20, choices=Code)
    hit = models.BooleanField(_("found"))
    is_hidden = models.BooleanField(_("was not declared"), default=False)
    run = models.PositiveSmallIntegerField(_("run"))
    at = models.DateTimeField(_("looked for at"))

    class Meta:
        verbose_name = _("check for ties")
        verbose_name_plural = _("checks for ties")
        constraints = [
            models.UniqueConstraint(fields=["application_ref", "code", "run"], name="tie_is_looked_for_once_a_run"),
            models.CheckConstraint(condition=Q(hit=True) | Q(is_hidden=False), name="only_a_found_tie_was_hidden"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.hit}"
