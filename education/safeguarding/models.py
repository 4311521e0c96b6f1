"""Vetting of adults, concerns about children, and the file of a child."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, WordsField, uuid7
from stations.people.models import Person
from stations.scope import DivisionScopedQuerySet, StationScopedQuerySet
from stations.two_persons import TwoPersons


class VettingQuerySet(StationScopedQuerySet):
    station_path = "person__home_station"
    read_verb = "education.read_vetting"


class Vetting(BaseModel):
    """A document about an adult that somebody of the county has checked: valid through its last day."""

    class Kind(models.TextChoices):
        IDENTITY = "identity", _("identity")
        POLICE_RECORD = "police_record", _("police record certificate")
        TEACHING = "teaching_qualification", _("teaching qualification")

    class Status(models.TextChoices):
        DRAFT = "draft", _("to be checked")
        VALID = "valid", pgettext_lazy("vetting", "valid")
        REVOKED = "revoked", pgettext_lazy("vetting", "revoked")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey("stations.Person", models.PROTECT, related_name="vettings", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    issued_date = models.DateField(_("issued on"))
    valid_to_date = models.DateField(_("valid through"))
    document = models.ForeignKey(
        "core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("document")
    )
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.DRAFT)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked by")
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)

    objects = VettingQuerySet.as_manager()

    class Meta:
        verbose_name = _("vetting")
        verbose_name_plural = _("vettings")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to_date__gte=F("issued_date")), name="vetting_ends_after_it_was_issued"
            ),
            models.CheckConstraint(
                condition=~Q(status="valid") | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="valid_vetting_was_checked_by_a_person",
            ),
            TwoPersons(
                checker="checked_by", makers=("person", "recorded_by"), name="vetting_is_checked_by_another_person"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "kind", "-valid_to_date"], name="vetting_of_person"),
            models.Index(fields=["valid_to_date"], condition=Q(status="valid"), name="vetting_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class ConcernQuerySet(DivisionScopedQuerySet):
    """Those handled within a region, but for those about the reader: nobody reads a report about themselves."""

    division_path = "handling__path"
    read_verb = "education.read_concern"

    def open_to(self, user: Any, verb: str) -> Self:
        return super().open_to(user, verb).not_about(user)

    def not_about(self, user: Any) -> Self:
        """Those that are not about this person, under whichever login or record."""
        about = Q(about_user=user.pk)
        if user.person_id:
            records = Person.objects.of_people(user.person_id).values("pk")
            about |= Q(about_person__in=records) | Q(about_user__person__in=records)
        return self.exclude(pk__in=self.model._base_manager.filter(about).values("pk"))


class Concern(BaseModel):
    """What somebody fears for a child. Its words never change and it is never deleted: the database refuses both."""

    class Category(models.TextChoices):
        WELFARE = "welfare", _("not well looked after")
        ABUSE = "abuse", _("violence or abuse")
        NEGLECT = "neglect", _("neglect")
        SELF_HARM = "self_harm", _("may harm themselves")
        CONTACT = "contact", _("contact that is not right")
        OTHER = "other", _("something else")

    class Urgency(models.TextChoices):
        NOW = "now", _("Danger now")
        TODAY = "today", _("Today")
        NORMAL = "normal", _("In the next days")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("concern", "open")
        ACKNOWLEDGED = "acknowledged", _("being looked into")
        REFERRED = "referred", _("passed on to the authority")
        CLOSED = "closed", pgettext_lazy("concern", "closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    child = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("child"))
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    handling = models.ForeignKey(
        "stations.Division", models.PROTECT, related_name="+", verbose_name=_("region that handles it")
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    about_person = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("about")
    )
    about_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("about the login"),
    )
    category = models.CharField(_("what it is about"), max_length=12, choices=Category)
    urgency = models.CharField(_("how urgent"), max_length=8, choices=Urgency)
    text = WordsField(_("in words"), max_length=2000)
    raised_at = models.DateTimeField(_("reported at"))
    acknowledge_due_at = models.DateTimeField(_("to be taken on by"))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.OPEN)
    escalated_at = models.DateTimeField(_("escalated at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handled by")
    )
    acknowledged_at = models.DateTimeField(_("taken on at"), null=True, blank=True)
    authority = LineField(_("authority"), max_length=120, blank=True)
    reference = LineField(_("reference of the authority"), max_length=60, blank=True)
    outcome = WordsField(_("outcome"), max_length=2000, blank=True)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        verbose_name = _("concern")
        verbose_name_plural = _("concerns")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open") | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
                name="concern_past_open_names_who_handles_it",
            ),
            models.CheckConstraint(
                condition=~Q(status="referred") | ~Q(authority=""), name="referred_concern_names_the_authority"
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | ~Q(outcome=""), name="closed_concern_has_an_outcome"
            ),
            TwoPersons(
                checker="acknowledged_by",
                makers=("about_person", "about_user"),
                name="concern_is_not_handled_by_the_person_reported",
            ),
        ]
        indexes = [
            models.Index(fields=["handling", "-id"], name="concern_of_region"),
            models.Index(fields=["child"], name="concern_of_child"),
            models.Index(
                fields=["acknowledge_due_at"], condition=Q(status="open", escalated_at=None), name="concern_by_clock"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ConcernNote(BaseModel):
    """What was found or done about a concern. Append-only."""

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="notes", verbose_name=_("concern"))
    text = WordsField(_("in words"), max_length=2000)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("note on a concern")
        verbose_name_plural = _("notes on concerns")

    def __str__(self) -> str:
        return str(self.pk)


class ChildFileQuerySet(StationScopedQuerySet):
    station_path = "child__home_station"
    read_verb = "education.read_child_file"


class ChildFile(BaseModel):
    """What a station needs to know to look after a child; looked at again every 90 days."""

    class LeftBehind(models.TextChoices):
        NO = "no", _("parents live here")
        ONE_PARENT = "one_parent", _("one parent works away")
        BOTH_PARENTS = "both_parents", _("both parents work away")

    child = models.OneToOneField("stations.Person", models.PROTECT, related_name="child_file", verbose_name=_("child"))
    left_behind = models.CharField(_("parents"), max_length=12, choices=LeftBehind)
    carer = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("carer")
    )
    parents_place = LineField(_("where the parents work"), max_length=120, blank=True)
    school = LineField(_("school"), max_length=120, blank=True)
    grade = models.PositiveSmallIntegerField(_("grade"), null=True, blank=True)
    reviewed_date = models.DateField(_("reviewed on"))
    next_review_date = models.DateField(_("next review"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    objects = ChildFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("child's file")
        verbose_name_plural = _("children's files")
        constraints = [
            models.CheckConstraint(
                condition=Q(next_review_date__gt=F("reviewed_date")), name="child_file_is_reviewed_again_later"
            ),
            models.CheckConstraint(condition=~Q(carer=F("child")), name="child_is_not_the_own_carer"),
        ]
        indexes = [models.Index(fields=["next_review_date"], name="child_file_by_review")]

    def __str__(self) -> str:
        return str(self.child_id)
