"""A prescription: written by the doctor of a consultation, in force when a pharmacist has released it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from health.consultations.models.consultations import Consultation
from health.hospitals.models import staffed_by
from health.records.models import Drug
from stations.accounts.models import User
from stations.two_persons import TwoPersons

READ_PRESCRIPTION = "health.read_prescription"


class PrescriptionQuerySet(models.QuerySet):
    read_verb = READ_PRESCRIPTION

    def open_to(self, user: User, verb: str) -> Self:
        """Those of the clinics on whose staff the user is."""
        return self.filter(staffed_by(user, verb, "consultation__clinic"))


class Prescription(BaseModel):
    """One drug with its dose for some days. It never changes; one that was returned is written anew.

    `last_date`, a day of the clinic, is the last one of its days: from the release on, from the day on which it was
    handed out once it was. After it a job completes it.

    `reviewed_by` released or returned it, and is another person than the doctor who signed. Of a department that is
    never named it is restricted, as is the medicine in the record.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("prescription", "to be released")
        ACTIVE = "active", pgettext_lazy("prescription", "to be handed out")
        DISPENSED = "dispensed", pgettext_lazy("prescription", "handed out")
        RETURNED = "returned", pgettext_lazy("prescription", "returned to the doctor")
        STOPPED = "stopped", pgettext_lazy("prescription", "stopped by the doctor")
        COMPLETED = "completed", pgettext_lazy("prescription", "its days are over")

    #: The resident takes it, or may still collect it.
    IN_FORCE = (Status.ACTIVE, Status.DISPENSED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="prescriptions", verbose_name=_("consultation")
    )
    drug = models.ForeignKey(Drug, models.PROTECT, related_name="+", verbose_name=_("drug"))
    dose = LineField(_("dose"), max_length=120)
    days = models.PositiveSmallIntegerField(_("days"))
    status = models.CharField(_("state"), max_length=9, choices=Status, default=Status.DRAFT)
    is_restricted = models.BooleanField(_("is restricted"), default=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("signed by")
    )
    signed_at = models.DateTimeField(_("signed at"))
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    returned_because = LineField(_("why it was returned"), max_length=200, blank=True)
    dispensed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed out by"),
    )
    dispensed_at = models.DateTimeField(_("handed out at"), null=True, blank=True)
    last_date = models.DateField(_("last day"), null=True, blank=True)
    stopped_because = LineField(_("why it was stopped"), max_length=200, blank=True)

    objects = PrescriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("prescription")
        verbose_name_plural = _("prescriptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft", reviewed_by=None, reviewed_at=None)
                | (~Q(status="draft") & Q(reviewed_by__isnull=False, reviewed_at__isnull=False)),
                name="prescription_is_in_force_exactly_when_it_is_reviewed",
            ),
            models.CheckConstraint(
                condition=(Q(status="returned") & ~Q(returned_because=""))
                | (~Q(status="returned") & Q(returned_because="")),
                name="prescription_that_was_returned_says_why",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["dispensed", "stopped", "completed"],
                    dispensed_by__isnull=False,
                    dispensed_at__isnull=False,
                )
                | (~Q(status="dispensed") & Q(dispensed_by=None, dispensed_at=None)),
                name="prescription_that_was_handed_out_names_who_did",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "returned"], last_date=None)
                | Q(status__in=["active", "dispensed", "stopped", "completed"], last_date__isnull=False),
                name="prescription_that_was_released_has_a_last_day",
            ),
            models.CheckConstraint(
                condition=(Q(status="stopped") & ~Q(stopped_because=""))
                | (~Q(status="stopped") & Q(stopped_because="")),
                name="prescription_that_was_stopped_says_why",
            ),
            models.CheckConstraint(condition=Q(days__range=(1, 30)), name="prescription_is_for_one_to_thirty_days"),
            TwoPersons(checker="reviewed_by", makers=("signed_by",), name="prescription_is_reviewed_by_another"),
            TwoPersons(checker="dispensed_by", makers=("signed_by",), name="prescription_is_handed_out_by_another"),
        ]
        indexes = [
            models.Index(fields=["signed_at"], condition=Q(status="draft"), name="prescription_to_release"),
            models.Index(fields=["reviewed_at"], condition=Q(status="active"), name="prescription_to_hand_out"),
            models.Index(
                fields=["last_date"], condition=Q(status__in=["active", "dispensed"]), name="prescription_in_force"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
