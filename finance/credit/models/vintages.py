"""How well the loans do that one partner has recommended, and whether the partner recommends further ones."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.money import Money
from stations.scope import DivisionScopedQuerySet
from stations.two_persons import TwoPersons

READ = "finance.read_recommender"


class VintageQuerySet(DivisionScopedQuerySet):
    division_path = "county__path"
    read_verb = READ


class PartnerVintage(BaseModel):
    """The loans of one calendar quarter (`quarter_date` is its first day) that one person has recommended in a county.

    Stored at a close (`as_of_date`, business date of the book) when it differs from the one before; amounts are minor
    units of `currency`. `partner_ref` is the person behind the logins, see `stations.two_persons`.
    """

    partner_ref = models.UUIDField(_("person who recommends"))
    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", verbose_name=_("county"))
    quarter_date = models.DateField(_("quarter of the pay-out"))
    as_of_date = models.DateField(_("at the close of"))
    currency = CurrencyField(_("currency"))
    loans = models.PositiveIntegerField(_("loans"))
    disbursed_minor = models.BigIntegerField(_("paid out"))
    at_risk_minor = models.BigIntegerField(_("at risk or written off"))
    par30_bp = models.PositiveIntegerField(_("share at risk (0.01 %)"))

    objects = VintageQuerySet.as_manager()

    class Meta:
        verbose_name = _("quarter of recommended loans")
        verbose_name_plural = _("quarters of recommended loans")
        constraints = [
            models.UniqueConstraint(
                fields=["partner_ref", "county", "quarter_date", "currency", "as_of_date"],
                name="vintage_is_measured_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(loans__gt=0, disbursed_minor__gt=0, at_risk_minor__gte=0)
                & Q(at_risk_minor__lte=F("disbursed_minor"), par30_bp__lte=10_000),
                name="vintage_is_at_risk_up_to_what_was_paid_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_ref} {self.quarter_date}"

    @property
    def disbursed(self) -> Money:
        """What was paid out."""
        return Money(self.disbursed_minor, self.currency)

    @property
    def at_risk(self) -> Money:
        """Principal left of loans more than 30 days late or restructured, and what was written off."""
        return Money(self.at_risk_minor, self.currency)


class StandingQuerySet(VintageQuerySet):
    def suspended(self) -> Self:
        """Those who recommend no further loan."""
        return self.filter(status=RecommendationStanding.Status.SUSPENDED)


class RecommendationStanding(BaseModel):
    """Whether one person recommends loans: warned or suspended by the share at risk of one `quarter_date`.

    `partner` is the login that has recommended last. Suspended ends by two people only (`Reinstatement`).
    """

    class Status(models.TextChoices):
        RECOMMENDING = "recommending", _("recommends")
        WARNED = "warned", pgettext_lazy("recommender", "warned")
        SUSPENDED = "suspended", pgettext_lazy("recommender", "suspended")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner_ref = models.UUIDField(_("person who recommends"), unique=True)
    partner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who recommends")
    )
    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", verbose_name=_("county"))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.RECOMMENDING)
    quarter_date = models.DateField(_("because of the quarter"), null=True, blank=True)
    par30_bp = models.PositiveIntegerField(_("share at risk then (0.01 %)"), null=True, blank=True)
    since_date = models.DateField(_("since"))

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing of who recommends")
        verbose_name_plural = _("standings of who recommends")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="recommending", quarter_date=None, par30_bp=None)
                | Q(status__in=["warned", "suspended"], quarter_date__isnull=False, par30_bp__isnull=False),
                name="standing_names_its_quarter_exactly_when_not_good",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.status}"


class ReinstatementQuerySet(VintageQuerySet):
    division_path = "standing__county__path"


class Reinstatement(BaseModel):
    """The county asks that somebody recommends again, and the lender decides: two people (`TwoPersons`).

    Granted, it accepts the quarters as they were measured up to `seen_date`; what gets worse suspends again.
    """

    class Status(models.TextChoices):
        ASKED = "asked", pgettext_lazy("reinstatement", "waits for the lender")
        GRANTED = "granted", pgettext_lazy("reinstatement", "recommends again")
        REFUSED = "refused", pgettext_lazy("reinstatement", "stays suspended")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    standing = models.ForeignKey(
        RecommendationStanding,
        models.PROTECT,
        related_name="reinstatements",
        verbose_name=_("standing of who recommends"),
    )
    reason = LineField(_("reason"), max_length=200)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    seen_date = models.DateField(_("quarters seen up to"), null=True, blank=True)

    objects = ReinstatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("reinstatement of who recommends")
        verbose_name_plural = _("reinstatements of who recommends")
        constraints = [
            models.UniqueConstraint(
                fields=["standing"], condition=Q(status="asked"), name="reinstatement_is_asked_once_at_a_time"
            ),
            TwoPersons(checker="decided_by", makers=("asked_by",), name="reinstatement_is_decided_by_a_second_person"),
            models.CheckConstraint(
                condition=Q(status="asked", decided_by=None, decided_at=None, seen_date=None)
                | Q(status="refused", decided_by__isnull=False, decided_at__isnull=False, seen_date=None)
                | Q(status="granted", decided_by__isnull=False, decided_at__isnull=False, seen_date__isnull=False),
                name="reinstatement_is_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standing_id} {self.status}"
