"""Booths, the people whom a child may call, calls and each try. There is no column for a recording."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from stations.scope import StationScopedQuerySet

if TYPE_CHECKING:
    import datetime as dt

READ_CALL, READ_BOOTH = "education.read_call", "education.read_call_booth"
#: What `core.crypto` authenticates with the numbers of parents.
PHONE_CONTEXT = "education_callcontact.phone"
MOST_CONTACTS, MOST_TRIES = 6, 3


class BoothQuerySet(StationScopedQuerySet):
    read_verb = READ_BOOTH


class Booth(BaseModel):
    """A quiet corner of a station with a telephone; its hours are those of its resource in the calendar."""

    class Minutes(models.IntegerChoices):
        QUARTER = 15, _("15 minutes")
        HALF_HOUR = 30, _("30 minutes")

    station = models.ForeignKey(
        "stations.Station", models.PROTECT, related_name="call_booths", verbose_name=_("station")
    )
    name = LineField(_("name"), max_length=60)
    minutes = models.PositiveSmallIntegerField(_("minutes of a call"), choices=Minutes, default=Minutes.HALF_HOUR)
    offering = models.OneToOneField("scheduling.Offering", models.PROTECT, related_name="+")
    resource = models.OneToOneField("scheduling.Resource", models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = BoothQuerySet.as_manager()

    class Meta:
        verbose_name = _("call booth")
        verbose_name_plural = _("call booths")
        constraints = [
            models.UniqueConstraint(fields=["station", "name"], name="station_has_one_booth_of_a_name"),
            models.CheckConstraint(condition=Q(minutes__in=[15, 30]), name="booth_has_calls_of_15_or_30_minutes"),
        ]

    def __str__(self) -> str:
        return self.name


class CallerQuerySet(StationScopedQuerySet):
    station_path = "child__home_station"
    read_verb = READ_CALL

    def reachable(self) -> Self:
        """Those who have somebody to call, each child once: of a record that was merged the one that stands."""
        of_child = Q(child=models.OuterRef("child")) | Q(child__merged_into=models.OuterRef("child"))
        active = CallContact.objects.filter(of_child, is_active=True)
        return self.filter(models.Exists(active), child__died_date=None, child__merged_into__caller=None)

    def unreached(self, since: "dt.datetime") -> Self:
        """Those who have somebody to call and have not talked to anybody since then."""
        return self.reachable().filter(silent_since__lte=since)


class Caller(BaseModel):
    """A child with people to call. `silent_since` is when the child last talked to one, or could first have done so."""

    child = models.OneToOneField("stations.Person", models.PROTECT, related_name="caller", verbose_name=_("child"))
    silent_since = models.DateTimeField(_("no call home since"))

    objects = CallerQuerySet.as_manager()

    class Meta:
        verbose_name = _("child who calls home")
        verbose_name_plural = _("children who call home")
        indexes = [models.Index(fields=["silent_since"], name="caller_by_silence")]

    def __str__(self) -> str:
        return str(self.child_id)


class CallContactQuerySet(StationScopedQuerySet):
    station_path = "child__home_station"
    read_verb = READ_CALL


class CallContact(BaseModel):
    """Somebody whom a child may call. The number is encrypted and never changes: another number is another row.

    Of a child who was erased name and number go.

    `place` numbers the active ones of a child; the database has six places.
    """

    class Relation(models.TextChoices):
        FATHER = "father", _("father")
        MOTHER = "mother", _("mother")
        GRANDPARENT = "grandparent", _("grandparent")
        SIBLING = "sibling", _("brother or sister")
        OTHER = "other", pgettext_lazy("relation", "other relative")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    child = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("child"))
    place = models.PositiveSmallIntegerField(editable=False)
    name = LineField(_("name"), max_length=60)
    relation = models.CharField(_("relation"), max_length=12, choices=Relation)
    phone_cipher = models.BinaryField(null=True, blank=True, editable=False)
    phone_key_no = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    phone_tail = models.CharField(_("end of the number"), max_length=4, blank=True)
    zone = models.CharField(_("time zone"), max_length=40)
    language = models.CharField(_("language"), max_length=16)
    verified_at = models.DateTimeField(_("checked at"))
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("checked by")
    )
    is_active = models.BooleanField(_("active"), default=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = CallContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("person to call")
        verbose_name_plural = _("people to call")
        constraints = [
            models.UniqueConstraint(
                fields=["child", "place"], condition=Q(is_active=True), name="one_person_to_call_in_a_place"
            ),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=MOST_CONTACTS), name="child_has_at_most_six_people_to_call"
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(phone_cipher__isnull=False, phone_key_no__isnull=False),
                name="active_person_to_call_has_a_number",
            ),
            models.CheckConstraint(
                condition=Q(is_active=True, ended_at=None) | Q(is_active=False, ended_at__isnull=False),
                name="person_to_call_ended_at_an_instant",
            ),
            # A call refers to both columns (`hotlines.sql`).
            models.UniqueConstraint(fields=["id", "child"], name="person_to_call_is_of_one_child"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class CallQuerySet(StationScopedQuerySet):
    station_path = "booth__station"
    read_verb = READ_CALL

    def to_come(self) -> Self:
        """Those that are booked and not over."""
        return self.filter(booking__status__in=Call.TO_COME)


class Call(BaseModel):
    """A booked call of a child; the status is that of its booking, this row says what became of the call."""

    class Outcome(models.TextChoices):
        TALKED = "talked", _("talked")
        CUT_SHORT = "cut_short", _("cut short")
        UNANSWERED = "unanswered", _("no answer")

    TO_COME = ("booked", "arrived")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    booking = models.OneToOneField("scheduling.Booking", models.PROTECT, related_name="+")
    booth = models.ForeignKey(Booth, models.PROTECT, related_name="calls", verbose_name=_("call booth"))
    child = models.ForeignKey("stations.Person", models.PROTECT, related_name="calls", verbose_name=_("child"))
    contact = models.ForeignKey(CallContact, models.PROTECT, related_name="calls", verbose_name=_("person to call"))
    consent = models.ForeignKey("stations.Consent", models.PROTECT, related_name="+", verbose_name=_("consent"))
    reminded = models.PositiveSmallIntegerField(default=0, editable=False)
    failed = models.PositiveSmallIntegerField(_("tries without an answer"), default=0)
    last_tried_at = models.DateTimeField(_("last tried at"), null=True, blank=True)
    connected_at = models.DateTimeField(_("connected at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call home")
        verbose_name_plural = _("calls home")
        constraints = [
            models.CheckConstraint(
                condition=Q(failed__lte=MOST_TRIES), name="call_is_tried_in_vain_at_most_three_times"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(connected_at__isnull=False, ended_at__gte=F("connected_at")),
                name="call_ends_after_it_connected",
            ),
            models.CheckConstraint(
                condition=Q(outcome="")
                | Q(outcome="unanswered", connected_at=None, failed=MOST_TRIES)
                | Q(outcome__in=["talked", "cut_short"], connected_at__isnull=False),
                name="outcome_of_a_call_fits_what_happened",
            ),
        ]
        indexes = [
            models.Index(fields=["booth", "-id"], name="call_of_booth"),
            models.Index(fields=["child", "-id"], name="call_of_child"),
            models.Index(fields=["created_at"], name="call_by_age"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class CallAttempt(BaseModel):
    """One time that a number was dialled, and what came of it. Append-only."""

    class Result(models.TextChoices):
        CONNECTED = "connected", _("connected")
        NO_ANSWER = "no_answer", _("no one answered")
        BUSY = "busy", pgettext_lazy("telephone", "busy")
        FAILED = "failed", _("no connection")

    call = models.ForeignKey(Call, models.PROTECT, related_name="attempts", verbose_name=_("call home"))
    number = models.PositiveSmallIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    result = models.CharField(_("result"), max_length=10, choices=Result)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))

    class Meta:
        verbose_name = _("try of a call")
        verbose_name_plural = _("tries of calls")
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="try_of_a_call_has_its_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="tries_of_a_call_count_from_one"),
        ]
        indexes = [models.Index(fields=["at"], name="try_of_a_call_by_age")]

    def __str__(self) -> str:
        return f"{self.number} {self.result}"
