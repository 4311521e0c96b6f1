"""Residents, who answers for them, and the card that finds them."""

from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from core.base import BaseModel
from core.fields import LineField, uuid7
from stations.scope import StationScopedQuerySet, posts_granting

#: Reading and finding go to the whole county of a station post: villagers are served where they happen to be. Looks
#: beyond the own station are logged (`AccessRead`); every other verb stays at the station.
COUNTY_VERBS = frozenset({"stations.find_person", "stations.read_person"})


#: A document's, a phone's or an account's number, in half-width or full-width digits.
DIGITS_OF_A_NUMBER = "[0-9０-９]{7}"


class PersonQuerySet(StationScopedQuerySet):
    station_path = "home_station"
    read_verb = "stations.read_person"

    def open_to(self, user: Any, verb: str) -> Self:
        """As everywhere, but finding and reading reach the county of a station post."""
        reached = super().open_to(user, verb)
        if verb not in COUNTY_VERBS:
            return reached
        stations = [post.station_id for post in posts_granting(user, verb) if post.reach == "station"]
        if not stations:
            return reached
        Station = self.model._meta.get_field("home_station").related_model
        counties = Station.objects.filter(pk__in=stations).values("county")
        return reached | self.filter(home_station__county__in=counties)

    def living(self) -> Self:
        """Records that stand for somebody: not merged into another."""
        return self.filter(merged_into=None)

    def of_people(self, *records: UUID) -> Self:
        """All records of the people to whom these belong: those that stand and all that became part of them."""
        return self.filter(pk__in=_RecordsOfPeople(Value(list(records), output_field=ArrayField(models.UUIDField()))))


class _RecordsOfPeople(Func):
    template = "(SELECT records_of_person(standing_record(record)) FROM unnest(%(expressions)s::uuid[]) AS record)"
    output_field = models.UUIDField()


class RecordsOfPerson(Func):
    """All records of the person to whom a record belongs: the one that stands and all that became part of it."""

    template = "ARRAY(SELECT records_of_person(standing_record(%(expressions)s)))"
    arity = 1

    def __init__(self, record: models.F) -> None:
        super().__init__(record, output_field=ArrayField(models.UUIDField()))


class EachRecordOfPerson(Func):
    """The same records as rows, for `person__in` of a subquery."""

    template = "(SELECT records_of_person(standing_record(%(expressions)s)))"
    output_field = models.UUIDField()
    arity = 1


class StandingRecord(Func):
    """The record that stands for somebody: itself, or the one that it became part of."""

    function = "standing_record"
    output_field = models.UUIDField()
    arity = 1


class Person(BaseModel):
    """A resident. The identity number is encrypted, found by its blind index, and stands nowhere in clear."""

    class Sex(models.TextChoices):
        MALE = "male", _("male")
        FEMALE = "female", _("female")
        OTHER = "other", _("other")
        UNKNOWN = "unknown", _("unknown")

    class BirthPrecision(models.TextChoices):
        DAY = "day", _("day known")
        MONTH = "month", _("month known")
        YEAR = "year", _("year known")
        UNKNOWN = "unknown", _("unknown")

    class IdKind(models.TextChoices):
        RESIDENT_ID = "resident_id", _("resident identity card")
        PASSPORT = "passport", _("passport")
        PERMIT = "permit", _("residence permit")
        NONE = "none", _("none")

    class Residence(models.TextChoices):
        RESIDENT = "resident", _("lives here")
        AWAY = "away", _("works away")
        RETURNED = "returned", pgettext_lazy("residence", "returned")
        MOVED_OUT = "moved_out", _("moved out")
        DECEASED = "deceased", _("deceased")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    full_name = LineField(_("full name"), max_length=120)
    preferred_name = LineField(_("preferred name"), max_length=120, blank=True)
    sex = models.CharField(_("sex"), max_length=8, choices=Sex, default=Sex.UNKNOWN)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    birth_precision = models.CharField(max_length=8, choices=BirthPrecision, default=BirthPrecision.UNKNOWN)
    household = models.ForeignKey("stations.Household", models.PROTECT, null=True, blank=True, related_name="people")
    village = models.ForeignKey(
        "stations.Division", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("village")
    )
    home_station = models.ForeignKey("stations.Station", models.PROTECT, related_name="people")
    phone = PhoneNumberField(_("phone"), blank=True)
    phone_reversed = models.CharField(max_length=16, blank=True)
    phone_verified_at = models.DateTimeField(_("phone confirmed at"), null=True, blank=True)
    id_kind = models.CharField(_("document"), max_length=12, choices=IdKind, default=IdKind.NONE)
    id_cipher = models.BinaryField(null=True, blank=True)
    id_key_no = models.PositiveSmallIntegerField(null=True, blank=True)
    id_index = models.BinaryField(null=True, blank=True)
    language = models.CharField(_("language"), max_length=16, default="zh-hans")
    residence = models.CharField(_("residence"), max_length=10, choices=Residence, default=Residence.RESIDENT)
    is_walk_in = models.BooleanField(_("walk-in"), default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    died_date = models.DateField(_("died"), null=True, blank=True)
    death_evidence = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    last_served_at = models.DateTimeField(_("last served"), null=True, blank=True)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        constraints = [
            models.CheckConstraint(
                condition=~Q(full_name__regex=DIGITS_OF_A_NUMBER) & ~Q(preferred_name__regex=DIGITS_OF_A_NUMBER),
                name="name_of_a_person_is_no_number",
            ),
            models.UniqueConstraint(
                fields=["id_index"], condition=Q(merged_into=None), name="identity_number_unique_among_living_records"
            ),
            models.CheckConstraint(
                condition=Q(id_cipher=None, id_key_no=None, id_index=None)
                | Q(id_cipher__isnull=False, id_key_no__isnull=False, id_index__isnull=False),
                name="identity_cipher_key_and_index_come_together",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="person_is_not_merged_into_himself"
            ),
            models.CheckConstraint(
                # One day of grace: a child born today in China is born tomorrow in UTC. The service is exact.
                condition=Q(birth_date=None) | Q(birth_date__lte=TruncDate(Now()) + 1),
                name="person_is_born_already",
            ),
            models.CheckConstraint(
                condition=Q(residence="deceased", died_date__isnull=False)
                | (~Q(residence="deceased") & Q(died_date=None)),
                name="person_has_died_date_exactly_when_deceased",
            ),
            models.CheckConstraint(
                condition=Q(birth_date=None, birth_precision="unknown")
                | (Q(birth_date__isnull=False) & ~Q(birth_precision="unknown")),
                name="person_birth_date_has_a_precision",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(phone="", phone_reversed="", id_cipher=None, birth_date=None, preferred_name="", household=None),
                name="nothing_tells_of_a_person_who_is_forgotten",
            ),
        ]
        indexes = [
            models.Index(
                fields=["home_station", "phone_reversed"],
                opclasses=["int8_ops", "text_pattern_ops"],
                name="person_by_phone_tail",
            ),
            models.Index(fields=["phone_reversed"], opclasses=["text_pattern_ops"], name="person_by_any_phone_tail"),
            models.Index(fields=["household"], name="person_of_household"),
            models.Index(fields=["full_name"], condition=Q(archived_at__isnull=False), name="person_set_aside_by_name"),
        ]

    def __str__(self) -> str:
        return str(self.pk)  # never a name: this text reaches logs and the administration


class PersonKey(BaseModel):
    """The key of one person's own under which their identity number stands; destroyed when they are forgotten."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="data_key")
    key = models.BinaryField(max_length=32, editable=False)

    class Meta:
        verbose_name = _("key of a person")
        verbose_name_plural = _("keys of people")

    def __str__(self) -> str:
        return str(self.person_id)


class GuardianshipQuerySet(StationScopedQuerySet):
    station_path = "child__home_station"
    read_verb = "stations.read_person"


class Guardianship(BaseModel):
    """An adult who answers for a child."""

    class Kind(models.TextChoices):
        PARENT = "parent", _("parent")
        GRANDPARENT = "grandparent", _("grandparent")
        OTHER_KIN = "other_kin", _("other kin")
        APPOINTED = "appointed", _("appointed")

    child = models.ForeignKey(Person, models.CASCADE, related_name="guardianships")
    guardian = models.ForeignKey(Person, models.CASCADE, related_name="wardships")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)
    evidence = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = GuardianshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("guardianship")
        verbose_name_plural = _("guardianships")
        constraints = [
            models.CheckConstraint(condition=~Q(child=F("guardian")), name="guardian_is_another_person"),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gte=F("from_date")), name="guardianship_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guardian_id} {self.kind}"


class ResidentCard(BaseModel):
    """A card with a code that finds its holder; a lost one is revoked, its code never used again."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="cards")
    code = models.CharField(_("code"), max_length=32, unique=True)
    issued_at = models.DateTimeField(_("issued at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("resident card")
        verbose_name_plural = _("resident cards")
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(revoked_at=None), name="person_has_one_live_card"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"
