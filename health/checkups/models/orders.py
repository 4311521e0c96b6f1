"""One resident's check-up: when they come, under which bar code, and the report."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from health.checkups.models.campaigns import ARRIVE, READ_ROSTER, Campaign, CheckupDay, at_station_or_clinic
from health.hospitals.models import staffed_by
from scheduling.calendars.models import Slot
from stations.accounts.models import User
from stations.scope import StationScopedQuerySet

READ_REPORT, INDICATOR = "health.read_checkup_report", "health.read_indicator"
#: What a station may do with the list of its day: no value is reached by these.
AT_STATION = frozenset({READ_ROSTER, ARRIVE})


class OrderQuerySet(StationScopedQuerySet):
    station_path = "resident__home_station"
    read_verb = READ_REPORT

    def open_to(self, user: User, verb: str) -> Self:
        """Those of the own clinics; lists of the own station; numbers by the place of the resident."""
        if verb == INDICATOR:
            return super().open_to(user, verb)
        if verb in AT_STATION:
            return self.filter(at_station_or_clinic(user, verb, station="day__station", clinic="campaign__clinic"))
        return self.filter(staffed_by(user, verb, "campaign__clinic"))

    def standing(self) -> Self:
        """All but those that were taken from the list."""
        return self.exclude(status="revoked")


class CheckupOrder(BaseModel):
    """A resident on the list of a day: half-hour and place in it, and the bar code that is on every sample."""

    class Status(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("check-up", "on the list")
        COMPLETED = "completed", pgettext_lazy("check-up", "completed")
        REVOKED = "revoked", pgettext_lazy("check-up", "taken from the list")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="orders", verbose_name=_("campaign"))
    day = models.ForeignKey(CheckupDay, models.PROTECT, related_name="orders", verbose_name=_("day"))
    resident = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("resident"))
    serial = models.CharField(_("bar code"), max_length=12, unique=True)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="+", verbose_name=_("half-hour"))
    place = models.PositiveSmallIntegerField(_("place"))
    status = models.CharField(_("state"), max_length=9, choices=Status, default=Status.ACTIVE)
    rostered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("put on the list by")
    )
    arrived_at = models.DateTimeField(_("came at"), null=True, blank=True)
    arrived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("check-up", "received by"),
    )
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("completed by"),
    )
    visit = models.OneToOneField(
        "health.FollowUpVisit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("counts as this visit"),
    )

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-up")
        verbose_name_plural = _("check-ups")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "resident"],
                condition=~Q(status="revoked"),
                name="resident_has_one_checkup_in_a_campaign",
            ),
            models.UniqueConstraint(
                fields=["slot", "place"], condition=~Q(status="revoked"), name="place_of_a_half_hour_is_given_once"
            ),
            models.CheckConstraint(
                condition=Q(status="completed", completed_at__isnull=False, completed_by__isnull=False)
                | (~Q(status="completed") & Q(completed_at=None, completed_by=None, visit=None)),
                name="checkup_is_completed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at=None, arrived_by=None) | Q(arrived_at__isnull=False, arrived_by__isnull=False),
                name="who_came_was_received_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["day", "status"], name="checkup_of_day"),
            models.Index(fields=["resident"], name="checkup_of_resident"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ReportQuerySet(models.QuerySet["CheckupReport"]):
    read_verb = READ_REPORT

    def open_to(self, user: User, verb: str) -> Self:
        """Those of the own clinics."""
        return self.filter(staffed_by(user, verb, "order__campaign__clinic"))


class CheckupReport(BaseModel):
    """The report of a check-up, due on a day of the clinic's zone. A doctor releases it; then the resident is told.

    What is corrected after that makes it `amended`: a doctor releases it anew, and the resident is told anew.
    """

    class Status(models.TextChoices):
        REGISTERED = "registered", pgettext_lazy("report", "check-up not completed")
        PRELIMINARY = "preliminary", pgettext_lazy("report", "to be released")
        FINAL = "final", pgettext_lazy("report", "released")
        AMENDED = "amended", pgettext_lazy("report", "corrected")

    class How(models.TextChoices):
        IN_PERSON = "in_person", pgettext_lazy("told", "in person")
        PHONE = "phone", pgettext_lazy("told", "by phone")
        FAMILY = "family", pgettext_lazy("told", "through the family")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.OneToOneField(CheckupOrder, models.PROTECT, related_name="report", verbose_name=_("check-up"))
    status = models.CharField(_("state"), max_length=11, choices=Status, default=Status.REGISTERED)
    due_date = models.DateField(_("due"))
    summary = LineField(_("what the doctor says"), max_length=300, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("report", "released by"),
    )
    released_at = models.DateTimeField(pgettext_lazy("report", "released at"), null=True, blank=True)
    told_how = models.CharField(_("told"), max_length=9, choices=How, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("told by")
    )
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a check-up")
        verbose_name_plural = _("reports of check-ups")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["registered", "preliminary"], released_at=None, released_by=None)
                | Q(status="final", released_at__isnull=False, released_by__isnull=False)
                | Q(status="amended", released_at=None, released_by=None)
                | Q(status="amended", released_at__isnull=False, released_by__isnull=False),
                name="final_report_is_released_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(told_at=None, told_by=None, told_how="")
                | (Q(told_at__isnull=False, told_by__isnull=False, released_at__isnull=False) & ~Q(told_how="")),
                name="resident_is_told_of_a_released_report",
            ),
        ]
        indexes = [
            models.Index(fields=["due_date"], condition=Q(told_at=None), name="report_to_tell"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
