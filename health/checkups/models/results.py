"""What was found: one row for each reading, which never changes; and what must be done the same day."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from health.checkups.models.orders import READ_REPORT, CheckupOrder
from health.checkups.models.packages import CheckupItem
from health.hospitals.models import Hospital, staffed_by
from stations.accounts.models import User


class CheckupResult(BaseModel):
    """A value of an item as a device or a person entered it, with the range that was normal for this resident then.

    Of several the one that was made last counts, whichever arrived first; a value before the reason for having none.
    """

    class Flag(models.TextChoices):
        NORMAL = "N", pgettext_lazy("result", "normal")
        LOW = "L", pgettext_lazy("result", "low")
        HIGH = "H", pgettext_lazy("result", "high")
        CRITICAL_LOW = "LL", pgettext_lazy("result", "much too low")
        CRITICAL_HIGH = "HH", pgettext_lazy("result", "much too high")
        FINDING = "A", pgettext_lazy("result", "to be watched")

    class Absent(models.TextChoices):
        REFUSED = "refused", pgettext_lazy("no result", "does not want it")
        NOT_POSSIBLE = "not_possible", pgettext_lazy("no result", "not possible for this person")
        SAMPLE_LOST = "sample_lost", pgettext_lazy("no result", "sample lost or spoilt")
        NO_DEVICE = "no_device", pgettext_lazy("no result", "device not available")

    #: From these on somebody is called the same day.
    CRITICAL = (Flag.CRITICAL_LOW, Flag.CRITICAL_HIGH)

    #: Made by the device or the page: the same reading sent twice is one.
    op_id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(CheckupOrder, models.PROTECT, related_name="results", verbose_name=_("check-up"))
    item = models.ForeignKey(CheckupItem, models.PROTECT, related_name="+", verbose_name=_("item"))
    value = models.DecimalField(_("value"), max_digits=8, decimal_places=2, null=True, blank=True)
    choice = models.CharField(_("answer"), max_length=20, blank=True)
    text = LineField(_("note"), max_length=200, blank=True)
    absent_because = models.CharField(_("why there is none"), max_length=12, choices=Absent, blank=True)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    low = models.DecimalField(_("normal from"), max_digits=8, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(_("normal up to"), max_digits=8, decimal_places=2, null=True, blank=True)
    flag = models.CharField(_("meaning"), max_length=2, choices=Flag, blank=True)
    device = LineField(_("device"), max_length=40, blank=True)
    reason = LineField(_("reason of the correction"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made at, by the device’s clock"))
    received_at = models.DateTimeField(_("received at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    is_current = models.BooleanField(_("counts"))

    class Meta:
        verbose_name = _("result of a check-up")
        verbose_name_plural = _("results of check-ups")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "item"], condition=Q(is_current=True), name="one_result_of_an_item_counts"
            ),
            models.CheckConstraint(
                condition=(Q(value__isnull=False, choice="", absent_because=""))
                | (Q(value=None, absent_because="") & ~Q(choice=""))
                | (Q(value=None, choice="", flag="") & ~Q(absent_because="")),
                name="result_is_a_value_an_answer_or_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["order", "item"], name="result_of_checkup")]

    def __str__(self) -> str:
        return str(self.pk)


class TaskQuerySet(models.QuerySet["CareTask"]):
    read_verb = READ_REPORT

    def open_to(self, user: User, verb: str) -> Self:
        """Those of the own clinics."""
        return self.filter(staffed_by(user, verb, "clinic"))

    def open(self) -> Self:
        """Those that nobody has done."""
        return self.filter(status="requested")


class CareTask(BaseModel):
    """A critical result: the resident is called or visited the same day of the clinic's zone, and somebody says so."""

    class Status(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("task", "to do today")
        COMPLETED = "completed", pgettext_lazy("task", "done")
        CANCELLED = "cancelled", pgettext_lazy("task", "not needed any more")

    class Outcome(models.TextChoices):
        HOSPITAL = "hospital", pgettext_lazy("task", "goes to hospital today")
        SEEN = "seen", pgettext_lazy("task", "a doctor has seen the resident")
        WAITS = "waits", pgettext_lazy("task", "is well, comes to the clinic tomorrow")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Hospital, models.PROTECT, related_name="+", verbose_name=_("clinic"))
    order = models.ForeignKey(CheckupOrder, models.PROTECT, related_name="tasks", verbose_name=_("check-up"))
    result = models.OneToOneField(CheckupResult, models.PROTECT, related_name="task", verbose_name=_("result"))
    due_date = models.DateField(_("due"))
    status = models.CharField(_("state"), max_length=9, choices=Status, default=Status.REQUESTED)
    outcome = models.CharField(_("what was done"), max_length=8, choices=Outcome, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    completed_at = models.DateTimeField(_("done at"), null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("urgent result")
        verbose_name_plural = _("urgent results")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(status="completed", completed_by__isnull=False, completed_at__isnull=False) & ~Q(outcome="")
                )
                | (~Q(status="completed") & Q(outcome="", completed_by=None, completed_at=None)),
                name="urgent_result_is_done_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["clinic", "due_date"], condition=Q(status="requested"), name="urgent_result_due")
        ]

    def __str__(self) -> str:
        return str(self.pk)
