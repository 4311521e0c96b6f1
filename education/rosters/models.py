"""A file of a school as it was looked at, what is known from such files, and who of it is put on which class."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from stations.scope import DivisionScopedQuerySet

READ = "education.read_roster"


class RosterQuerySet(DivisionScopedQuerySet):
    division_path = "county__path"
    read_verb = READ


class Roster(BaseModel):
    """A file and what taking it in would do, line by line. Lines are kept until it is taken in or given up.

    The report names files, lines and ids of the school's system, and nobody.
    """

    class Status(models.TextChoices):
        CHECKED = "checked", pgettext_lazy("roster", "to be taken in")
        FAULTY = "faulty", pgettext_lazy("roster", "has errors")
        APPLIED = "applied", pgettext_lazy("roster", "taken in")
        DISCARDED = "discarded", pgettext_lazy("roster", "given up")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", verbose_name=_("county"))
    source_system = LineField(_("school’s system"), max_length=40)
    version = models.CharField(_("version of OneRoster"), max_length=3, choices=[("1.1", "1.1"), ("1.2", "1.2")])
    sha256 = models.CharField(max_length=64, editable=False)
    lines = models.JSONField(_("lines"), default=list)
    report = models.JSONField(_("report"), default=list)
    status = models.CharField(_("status"), max_length=9, choices=Status)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("brought by")
    )
    made_at = models.DateTimeField(_("brought at"))
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken in by")
    )
    applied_at = models.DateTimeField(_("taken in at"), null=True, blank=True)

    objects = RosterQuerySet.as_manager()

    class Meta:
        verbose_name = _("roster of a school")
        verbose_name_plural = _("rosters of schools")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="applied", applied_by__isnull=False, applied_at__isnull=False)
                | ~Q(status="applied") & Q(applied_by=None, applied_at=None),
                name="roster_that_was_taken_in_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(status="checked") | Q(lines=[]), name="roster_keeps_its_lines_only_until_it_is_taken_in"
            ),
        ]
        indexes = [models.Index(fields=["county", "-id"], name="roster_of_county")]

    def __str__(self) -> str:
        return f"{self.source_system} {self.made_at:%Y-%m-%d}"


class RosterRecordQuerySet(DivisionScopedQuerySet):
    division_path = "county__path"
    read_verb = READ

    def undecided(self) -> Self:
        """Pupils of whom nobody has said which resident they are, and classes that are none of ours yet."""
        pupils = Q(
            kind=RosterRecord.Kind.USER, learner=None, facts__is_student=True, seats_of_pupil__status="requested"
        )
        classes = Q(kind=RosterRecord.Kind.CLASS, run=None, seats_in_class__status="requested")
        waiting = self.filter(pupils | classes, is_ended=False)
        return self.filter(pk__in=waiting.values("pk"))


class RosterRecord(BaseModel):
    """What a school's system has said under one of its ids. Of pupils the name and the birth date, and nothing else.

    The ids of people are kept as marks (`rosters.marks`).
    """

    class Kind(models.TextChoices):
        ORG = "org", pgettext_lazy("roster", "school")
        SESSION = "academicSession", pgettext_lazy("roster", "term")
        COURSE = "course", pgettext_lazy("roster", "course")
        CLASS = "class", pgettext_lazy("roster", "class")
        USER = "user", pgettext_lazy("roster", "pupil")
        ENROLLMENT = "enrollment", pgettext_lazy("roster", "enrolment")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", verbose_name=_("county"))
    source_system = LineField(_("school’s system"), max_length=40)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    sourced_id = LineField(_("id in the school’s system"), max_length=255)
    facts = models.JSONField(_("facts"), default=dict)
    is_ended = models.BooleanField(_("ended"), default=False)
    roster = models.ForeignKey(Roster, models.PROTECT, related_name="+", verbose_name=_("said last by"))
    run = models.ForeignKey(
        "education.ClassRun", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("school class")
    )
    learner = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resident")
    )
    matched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("matched by")
    )
    matched_at = models.DateTimeField(_("matched at"), null=True, blank=True)

    objects = RosterRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a roster")
        verbose_name_plural = _("entries of rosters")
        constraints = [
            models.UniqueConstraint(
                fields=["county", "source_system", "kind", "sourced_id"], name="school_says_an_id_once"
            ),
            models.CheckConstraint(condition=Q(run=None) | Q(kind="class"), name="only_a_class_of_a_roster_is_a_class"),
            models.CheckConstraint(
                condition=Q(learner=None) | Q(kind="user"), name="only_a_pupil_of_a_roster_is_a_resident"
            ),
            models.UniqueConstraint(
                fields=["county", "source_system", "learner"],
                condition=Q(learner__isnull=False, is_ended=False),
                name="school_names_a_resident_once",
            ),
        ]
        indexes = [models.Index(fields=["learner"], name="roster_entry_of_learner")]

    def __str__(self) -> str:
        return str(self.facts.get("name") or self.facts.get("title") or self.sourced_id)


class RosterSeatQuerySet(DivisionScopedQuerySet):
    division_path = "record__county__path"
    read_verb = READ

    def requested(self) -> Self:
        """Those that wait."""
        return self.filter(status=RosterSeat.Status.REQUESTED)


class RosterSeat(BaseModel):
    """A school wants a pupil in a class: enrolled once resident, class and a guardian's consent are there."""

    class Status(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("roster", "waits")
        ENROLLED = "enrolled", pgettext_lazy("roster", "enrolled")
        ENDED = "ended", pgettext_lazy("roster", "ended")

    record = models.OneToOneField(
        RosterRecord, models.PROTECT, primary_key=True, related_name="seat", verbose_name=_("entry of a roster")
    )
    school_class = models.ForeignKey(
        RosterRecord, models.PROTECT, related_name="seats_in_class", verbose_name=_("class")
    )
    pupil = models.ForeignKey(RosterRecord, models.PROTECT, related_name="seats_of_pupil", verbose_name=_("pupil"))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.REQUESTED)
    waits_for = models.CharField(_("waits because of"), max_length=40, blank=True)
    #: The enrolment that was made for it; none where somebody had put the pupil on the class before.
    enrolment = models.ForeignKey(
        "education.Enrolment", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("enrolment")
    )

    objects = RosterSeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("pupil in a class of a roster")
        verbose_name_plural = _("pupils in classes of rosters")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="requested", enrolment=None) & ~Q(waits_for="")
                | ~Q(status="requested") & Q(waits_for=""),
                name="seat_of_a_roster_waits_for_something",
            ),
        ]
        indexes = [
            models.Index(fields=["pupil"], name="seat_of_pupil"),
            models.Index(fields=["school_class"], name="seat_in_class"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
