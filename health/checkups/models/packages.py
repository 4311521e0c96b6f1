"""A package of a check-up in revisions: its items, and what is normal for whom. An approved one never changes."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7
from stations.accounts.models import User
from stations.places.models import HashOfKey
from stations.scope import holds_everywhere, posts_granting
from stations.two_persons import TwoPersons

READ_PACKAGE = "health.read_checkup_package"


class PackageQuerySet(models.QuerySet["CheckupPackage"]):
    read_verb = READ_PACKAGE

    def open_to(self, user: User, verb: str) -> Self:
        """To be read all of them: what is normal is no secret. Clinical leads, doctors over the network, change it."""
        may = posts_granting(user, verb) if verb == READ_PACKAGE else holds_everywhere(user, verb)
        return self.all() if may else self.none()


class CheckupPackage(BaseModel):
    """A revision of a package: from which age it is for, and within how many days its report is due.

    A draft is proposed by one person and approved by another, or discarded; of one that came with the system nobody is
    the first.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("package", "to be approved")
        ACTIVE = "active", pgettext_lazy("package", "in use")
        RETIRED = "retired", pgettext_lazy("package", "replaced")
        DISCARDED = "discarded", pgettext_lazy("package", "discarded")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(_("code"), max_length=20)
    revision = models.PositiveSmallIntegerField(_("revision"))
    name = LineField(_("name"), max_length=80)
    name_zh = LineField(_("name in Chinese"), max_length=80)
    country = models.CharField(_("country"), max_length=2)
    min_age = models.PositiveSmallIntegerField(_("from age"))
    report_days = models.PositiveSmallIntegerField(_("report within days"))
    source = LineField(_("source"), max_length=200)
    status = models.CharField(_("state"), max_length=9, choices=Status, default=Status.DRAFT)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proposed by")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    objects = PackageQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-up package")
        verbose_name_plural = _("check-up packages")
        constraints = [
            models.UniqueConstraint(fields=["code", "revision"], name="checkup_package_has_a_revision_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(status="draft"), name="checkup_package_has_one_draft_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["code"], condition=Q(status="active"), name="checkup_package_has_one_revision_in_use"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "discarded"], approved_by=None, approved_at=None)
                | (~Q(status__in=["draft", "discarded"]) & Q(approved_by__isnull=False, approved_at__isnull=False)),
                name="checkup_package_in_use_is_approved",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="checkup_package_names_its_source"),
            TwoPersons(checker="approved_by", makers=("proposed_by",), name="checkup_package_is_approved_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.revision}"

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name


class CheckupItem(BaseModel):
    """One thing that is looked at or measured. A number has a UCUM `unit` and lies within what is possible.

    A choice has `options`: code, words in English and Chinese, and whether it is a finding.
    """

    class Kind(models.TextChoices):
        NUMBER = "number", pgettext_lazy("check-up", "number")
        CHOICE = "choice", pgettext_lazy("check-up", "choice")

    class Group(models.TextChoices):
        LIFE = "life", pgettext_lazy("check-up", "daily life")
        BODY = "body", pgettext_lazy("check-up", "measuring")
        EXAM = "exam", pgettext_lazy("check-up", "examination")
        SENSES = "senses", pgettext_lazy("check-up", "mouth, eyes, ears")
        BLOOD = "blood", pgettext_lazy("check-up", "blood")
        URINE = "urine", pgettext_lazy("check-up", "urine")
        IMAGES = "images", pgettext_lazy("check-up", "heart trace and pictures")

    package = models.ForeignKey(CheckupPackage, models.PROTECT, related_name="items", verbose_name=_("package"))
    position = models.PositiveSmallIntegerField(_("position"))
    code = models.SlugField(_("code"), max_length=20)
    loinc = models.CharField(_("LOINC code"), max_length=8, blank=True)
    group = models.CharField(_("group"), max_length=6, choices=Group)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    name = LineField(_("name"), max_length=60)
    name_zh = LineField(_("name in Chinese"), max_length=60)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    least = models.DecimalField(_("least possible value"), max_digits=8, decimal_places=2, null=True, blank=True)
    most = models.DecimalField(_("greatest possible value"), max_digits=8, decimal_places=2, null=True, blank=True)
    options = models.JSONField(_("answers"), default=list, blank=True)
    is_required = models.BooleanField(_("is needed"), default=True)
    advice = LineField(_("what to do about a finding"), max_length=200, blank=True)
    advice_zh = LineField(_("what to do about a finding, in Chinese"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("item of a check-up")
        verbose_name_plural = _("items of check-ups")
        constraints = [
            models.UniqueConstraint(fields=["package", "code"], name="package_has_an_item_once"),
            models.CheckConstraint(
                condition=Q(kind="number", least__isnull=False, most__gt=F("least"), options=[])
                | (Q(kind="choice", least=None, most=None) & ~Q(options=[])),
                name="item_has_possible_values",
            ),
        ]
        ordering = ("position",)

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name

    @property
    def advice_text(self) -> str:
        """What to do about a finding, in the reader's language."""
        return self.advice_zh if (get_language() or "").startswith("zh") else self.advice

    def option(self, code: str) -> dict[str, Any] | None:
        """The answer with this code."""
        return next((each for each in self.options if each["code"] == code), None)

    def words_of(self, code: str) -> str:
        """An answer in the reader's language."""
        found = self.option(code) or {}
        return str(found.get("zh" if (get_language() or "").startswith("zh") else "en", code))


class AgeSpan(Func):
    """From an age in whole years until before another; an empty end is open."""

    function = "INT4RANGE"
    output_field = IntegerRangeField()


class ItemRange(BaseModel):
    """What is normal of an item, both ends included, for a sex, ages `[from_age, to_age)` and a laboratory.

    An empty sex or laboratory is any; the most specific one is taken. From a critical limit on somebody is called.
    """

    class Sex(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")

    item = models.ForeignKey(CheckupItem, models.PROTECT, related_name="ranges", verbose_name=_("item"))
    sex = models.CharField(_("sex"), max_length=6, choices=Sex, blank=True)
    from_age = models.PositiveSmallIntegerField(_("from age"), default=0)
    to_age = models.PositiveSmallIntegerField(_("until before age"), null=True, blank=True)
    laboratory = models.CharField(_("laboratory"), max_length=20, blank=True)
    low = models.DecimalField(_("normal from"), max_digits=8, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(_("normal up to"), max_digits=8, decimal_places=2, null=True, blank=True)
    critical_low = models.DecimalField(_("critical down from"), max_digits=8, decimal_places=2, null=True, blank=True)
    critical_high = models.DecimalField(_("critical from"), max_digits=8, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("normal range")
        verbose_name_plural = _("normal ranges")
        constraints = [
            ExclusionConstraint(
                name="item_has_one_normal_range_for_a_person",
                expressions=[
                    (F("item"), RangeOperators.EQUAL),
                    (HashOfKey("sex"), RangeOperators.EQUAL),
                    (HashOfKey("laboratory"), RangeOperators.EQUAL),
                    (AgeSpan("from_age", "to_age"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=(Q(low=None) | Q(high=None) | Q(low__lte=F("high")))
                & (Q(critical_low=None) | Q(low=None) | Q(critical_low__lt=F("low")))
                & (Q(critical_high=None) | Q(high=None) | Q(critical_high__gt=F("high"))),
                name="critical_limits_lie_outside_of_the_normal_range",
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=False)
                | Q(high__isnull=False)
                | Q(critical_low__isnull=False)
                | Q(critical_high__isnull=False),
                name="normal_range_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
