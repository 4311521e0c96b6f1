"""Borrowers who stand up for each other: the group, its members, and what was collected at a meeting."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.money import Money
from stations.scope import StationScopedQuerySet

READ_GROUP = "finance.read_loan_group"
WEEK = 7
LONGEST_INTERVAL = 8
#: What was brought to a meeting counts from its day if it reaches us so many days later at most.
SYNC_WITHIN = dt.timedelta(days=3)


class BorrowerGroupQuerySet(StationScopedQuerySet):
    read_verb = READ_GROUP


class BorrowerGroup(BaseModel):
    """Borrowers of a station who meet every so many weeks from `first_meeting_date` on; each has an own loan.

    With joint liability no member gets a new loan while one of them is late for long.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("loan group", "meets")
        CLOSED = "closed", pgettext_lazy("loan group", "ended")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = LineField(_("name"), max_length=40)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    first_meeting_date = models.DateField(_("first meeting"))
    every_weeks = models.PositiveSmallIntegerField(_("weeks between meetings"))
    joint_liability = models.BooleanField(_("members stand up for each other"), default=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ACTIVE)
    formed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("formed by")
    )
    formed_at = models.DateTimeField(_("formed at"))
    closed_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = BorrowerGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("group of borrowers")
        verbose_name_plural = _("groups of borrowers")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "name"], condition=Q(status="active"), name="loan_group_has_a_name_of_its_own"
            ),
            models.CheckConstraint(
                condition=Q(every_weeks__gte=1, every_weeks__lte=LONGEST_INTERVAL), name="loan_group_meets_by_weeks"
            ),
            models.CheckConstraint(
                condition=Q(status="active", closed_at=None) | Q(status="closed", closed_at__isnull=False),
                name="loan_group_has_its_end_exactly_when_ended",
            ),
        ]
        indexes = [models.Index(fields=["station", "-id"], name="loan_group_of_station")]

    def __str__(self) -> str:
        return self.name

    def next_meeting(self, on: dt.date) -> dt.date:
        """The first day of a meeting on or after a date."""
        if on <= self.first_meeting_date:
            return self.first_meeting_date
        interval = self.every_weeks * WEEK
        meetings = -(-(on - self.first_meeting_date).days // interval)
        return self.first_meeting_date + dt.timedelta(days=meetings * interval)

    def meeting_to_record(self, on: dt.date) -> dt.date:
        """The meeting whose sheet is recorded on a date: one of the last days, else the next one."""
        following = self.next_meeting(on)
        last = following - dt.timedelta(days=self.every_weeks * WEEK)
        is_recent = last >= self.first_meeting_date and on <= last + SYNC_WITHIN
        return last if is_recent and following > on else following


class MemberQuerySet(StationScopedQuerySet):
    station_path = "group__station"
    read_verb = READ_GROUP


class GroupMember(BaseModel):
    """A resident in a group; in one at a time, and one member of a group leads it."""

    group = models.ForeignKey(
        BorrowerGroup, models.PROTECT, related_name="members", verbose_name=_("group of borrowers")
    )
    person = models.ForeignKey(
        "stations.Person", models.PROTECT, related_name="loan_memberships", verbose_name=_("resident")
    )
    is_leader = models.BooleanField(_("leads the group"), default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by"))
    joined_at = models.DateTimeField(_("joined at"))
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a group of borrowers")
        verbose_name_plural = _("members of groups of borrowers")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(left_at=None), name="resident_is_in_one_loan_group_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["group"], condition=Q(left_at=None, is_leader=True), name="loan_group_has_one_leader"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.person_id}"


class SheetQuerySet(StationScopedQuerySet):
    station_path = "group__station"
    read_verb = READ_GROUP


class CollectionSheet(BaseModel):
    """What was collected from a group on one day, in one act or member by member.

    It is the sum of its lines (a deferred trigger), which are never changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(
        BorrowerGroup, models.PROTECT, related_name="sheets", verbose_name=_("group of borrowers")
    )
    meeting_date = models.DateField(_("collected on"))
    currency = CurrencyField(_("currency"))
    expected_minor = models.BigIntegerField(_("due"))
    collected_minor = models.BigIntegerField(_("collected"))
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken by"))
    taken_at = models.DateTimeField(_("taken at"))

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection sheet")
        verbose_name_plural = _("collection sheets")
        constraints = [
            models.UniqueConstraint(fields=["group", "meeting_date"], name="loan_group_is_collected_from_once_a_day"),
            models.CheckConstraint(
                condition=Q(expected_minor__gte=0, collected_minor__gte=0), name="collection_sheet_takes_nothing_back"
            ),
        ]
        indexes = [models.Index(fields=["group", "-meeting_date"], name="collection_sheet_newest_first")]

    def __str__(self) -> str:
        return f"{self.group_id} {self.meeting_date}"

    @property
    def expected(self) -> Money:
        """What was due of all."""
        return Money(self.expected_minor, self.currency)

    @property
    def collected(self) -> Money:
        """What was taken of all."""
        return Money(self.collected_minor, self.currency)


class LineQuerySet(StationScopedQuerySet):
    station_path = "sheet__group__station"
    read_verb = READ_GROUP


class SheetLine(BaseModel):
    """One loan on a collection sheet: what was due, and the payment that was taken on it, if any.

    Somebody else of the group may pay it; the payment names them.
    """

    sheet = models.ForeignKey(CollectionSheet, models.PROTECT, related_name="lines", verbose_name=_("collection sheet"))
    loan = models.ForeignKey("finance.Loan", models.PROTECT, related_name="+", verbose_name=_("loan"))
    expected_minor = models.BigIntegerField(_("due"))
    collected_minor = models.BigIntegerField(_("collected"), default=0)
    payment = models.OneToOneField(
        "finance.Payment", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("payment")
    )
    reason = LineField(_("why not all"), max_length=120, blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a collection sheet")
        verbose_name_plural = _("lines of collection sheets")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "loan"], name="loan_stands_on_a_sheet_once"),
            models.CheckConstraint(
                condition=Q(collected_minor=0, payment=None) | Q(collected_minor__gt=0, payment__isnull=False),
                name="sheet_line_collects_by_a_payment",
            ),
            models.CheckConstraint(
                condition=Q(expected_minor__gte=0)
                & (Q(collected_minor__gte=models.F("expected_minor")) | ~Q(reason="")),
                name="sheet_line_says_why_less_was_collected",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.loan_id}"
