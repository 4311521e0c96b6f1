"""Who is to have a kit of a campaign: proposed at the station, decided by another person in the county."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from education.supplies.models.campaigns import Campaign
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons

READ_ENTITLEMENT = "education.read_kit_entitlement"


class KitEntitlementQuerySet(StationScopedQuerySet):
    read_verb = READ_ENTITLEMENT

    def live(self) -> Self:
        """Those that stand or may come to stand."""
        return self.filter(status__in=KitEntitlement.LIVE)

    def to_decide(self) -> Self:
        """Those that wait for the county."""
        return self.filter(status__in=KitEntitlement.WAITING)


class KitEntitlement(BaseModel):
    """A child that is to have a kit. One that may be the second for the same child is `held` for a closer look.

    The database lets nobody approve what they have proposed, and no child be entitled twice.
    """

    class Status(models.TextChoices):
        PENDING = "pending", pgettext_lazy("entitlement", "waits for the county")
        HELD = "held", pgettext_lazy("entitlement", "may be a second one")
        APPROVED = "approved", pgettext_lazy("entitlement", "approved")
        REFUSED = "refused", pgettext_lazy("entitlement", "refused")
        CANCELLED = "cancelled", pgettext_lazy("entitlement", "cancelled")
        EXPIRED = "expired", pgettext_lazy("entitlement", "expired")
        HANDED_OVER = "handed_over", pgettext_lazy("kit", "handed over")
        RETURNED = "returned", pgettext_lazy("kit", "returned")

    WAITING = (Status.PENDING, Status.HELD)
    #: They end with the campaign, with the consent and with the child.
    OPEN = (*WAITING, Status.APPROVED)
    LIVE = (*OPEN, Status.HANDED_OVER)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="entitlements", verbose_name=_("campaign"))
    child = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("child"))
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    consent = models.ForeignKey("stations.Consent", models.PROTECT, related_name="+", verbose_name=_("consent"))
    status = models.CharField(_("status"), max_length=11, choices=Status)
    is_suspected = models.BooleanField(_("may be a second one of the same child"), default=False)
    #: A device has reported a second hand-over, and nobody in the county has looked at it.
    is_contested = models.BooleanField(_("handed over twice, as devices report"), default=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = LineField(_("reason"), max_length=200, blank=True)

    objects = KitEntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("entitlement to a school kit")
        verbose_name_plural = _("entitlements to school kits")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "child"],
                condition=Q(status__in=["pending", "held", "approved", "handed_over"]),
                name="child_is_entitled_once_in_a_campaign",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None) & ~Q(status__in=["approved", "refused", "handed_over"])
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(status__in=["pending", "held"]),
                name="entitlement_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["refused", "cancelled"]) | ~Q(reason=""),
                name="entitlement_that_is_refused_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved", is_suspected=True) | ~Q(reason=""),
                name="second_entitlement_is_approved_with_a_reason",
            ),
            TwoPersons(checker="decided_by", makers=("proposed_by",), name="entitlement_is_decided_by_another_person"),
        ]
        indexes = [
            models.Index(fields=["station", "-proposed_at"], name="entitlement_of_station"),
            models.Index(fields=["campaign", "status"], name="entitlement_of_campaign"),
            models.Index(fields=["child"], name="entitlement_of_child"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
