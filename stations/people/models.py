"""Households and residents; consents; and every look at what is hidden."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.base import BaseModel
from core.fields import LineField, uuid7
from stations.scope import StationScopedQuerySet, posts_granting


class HouseholdQuerySet(StationScopedQuerySet):
    station_path = "home_station"
    read_verb = "stations.read_person"


class Household(BaseModel):
    """People who live together; the head is a living member."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    village = models.ForeignKey("stations.Division", models.PROTECT, related_name="+")
    address_line = LineField(_("address"), max_length=200, blank=True)
    house_number = LineField(_("house number"), max_length=20, blank=True)
    head = models.ForeignKey("stations.Person", models.PROTECT, null=True, blank=True, related_name="+")
    home_station = models.ForeignKey("stations.Station", models.PROTECT, related_name="households")
    formed_date = models.DateField(_("formed"))
    dissolved_date = models.DateField(_("dissolved"), null=True, blank=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = [
            models.CheckConstraint(
                condition=Q(dissolved_date=None) | Q(dissolved_date__gte=F("formed_date")),
                name="household_dissolves_after_it_forms",
            ),
        ]
        indexes = [models.Index(fields=["village"], name="household_of_village")]

    def __str__(self) -> str:
        return self.number


#: Reading and finding go to the whole county of a station post: villagers are served where they happen to be. Looks
#: beyond the own station are logged (`AccessRead`); every other verb stays at the station.
COUNTY_VERBS = frozenset({"stations.find_person", "stations.read_person"})


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
        RETURNED = "returned", _("returned")
        MOVED_OUT = "moved_out", _("moved out")
        DECEASED = "deceased", _("deceased")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    full_name = LineField(_("full name"), max_length=120)
    preferred_name = LineField(_("preferred name"), max_length=120, blank=True)
    sex = models.CharField(_("sex"), max_length=8, choices=Sex, default=Sex.UNKNOWN)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    birth_precision = models.CharField(max_length=8, choices=BirthPrecision, default=BirthPrecision.UNKNOWN)
    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="people")
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
    erased_at = models.DateTimeField(_("forgotten at"), null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        constraints = [
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
        ]

    def __str__(self) -> str:
        return str(self.pk)  # never a name: this text reaches logs and the administration


class Membership(BaseModel):
    """Who belonged to which household, from when to when."""

    class Relation(models.TextChoices):
        HEAD = "head", _("head of household")
        SPOUSE = "spouse", _("spouse")
        CHILD = "child", _("child")
        PARENT = "parent", _("parent")
        GRANDCHILD = "grandchild", _("grandchild")
        OTHER = "other", _("other")

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    household = models.ForeignKey(Household, models.CASCADE, related_name="memberships")
    relation = models.CharField(_("relation"), max_length=12, choices=Relation)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(to_date=None), name="person_has_one_open_membership"
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gte=F("from_date")), name="membership_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.relation}"


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


class NameKey(BaseModel):
    """One way of typing a person's name; written by the service that writes the name.

    `name` and `served_at` repeat the person's folded name and last service, so that the index alone answers a search
    in the order in which people are shown.
    """

    class Kind(models.TextChoices):
        NAME = "name", _("name")
        INITIALS = "initials", _("initials")
        PINYIN = "pinyin", _("pinyin")

    person = models.ForeignKey(Person, models.CASCADE, related_name="name_keys", db_index=False)
    station = models.ForeignKey("stations.Station", models.CASCADE, related_name="+", db_index=False)
    county = models.ForeignKey("stations.Division", models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    served_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "key"], name="name_key_stands_once"),
        ]
        indexes = [
            models.Index(
                fields=["station", "kind", "key"],
                opclasses=["int8_ops", "text_ops", "text_pattern_ops"],
                include=["person", "served_at", "name"],
                name="name_key_at_station",
            ),
            models.Index(
                fields=["county", "kind", "key"],
                opclasses=["int8_ops", "text_ops", "text_pattern_ops"],
                include=["person", "station", "served_at", "name"],
                name="name_key_in_county",
            ),
            models.Index(
                F("county"),
                F("kind"),
                F("served_at").desc(nulls_last=True),
                F("name"),
                F("person"),
                include=["key", "station"],
                name="name_key_by_service",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.person_id}"


class SurnameReading(BaseModel):
    """How a surname is read where it differs from the character's usual reading: 单 shan, 覃 qin or tan."""

    surname = models.CharField(_("surname"), max_length=4)
    reading = models.CharField(_("reading"), max_length=20)
    rank = models.PositiveSmallIntegerField(_("rank"), default=1)

    class Meta:
        verbose_name = _("surname reading")
        verbose_name_plural = _("surname readings")
        constraints = [models.UniqueConstraint(fields=["surname", "reading"], name="surname_reading_stands_once")]

    def __str__(self) -> str:
        return f"{self.surname} {self.reading}"


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


class PhoneCode(BaseModel):
    """A six-digit code sent to a resident's phone, for one purpose: ten minutes, five tries, used once."""

    class Purpose(models.TextChoices):
        CONFIRM_PHONE = "confirm_phone", _("to confirm the phone")
        CONSENT = "consent", _("to agree to something")

    person = models.ForeignKey(Person, models.CASCADE, related_name="phone_codes")
    purpose = models.CharField(max_length=16, choices=Purpose)
    phone = PhoneNumberField(_("phone"))
    code_hash = models.CharField(max_length=64, help_text="HMAC-SHA256 under the key of the blind index.")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("sent at"))
    expires_at = models.DateTimeField(_("good until"))
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("code sent to a resident")
        verbose_name_plural = _("codes sent to residents")
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=5), name="phone_code_has_five_tries"),
        ]
        indexes = [
            models.Index(fields=["person", "purpose", "-sent_at"], name="phone_code_latest"),
            models.Index(fields=["sent_at"], name="phone_code_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.person_id}"


class ConsentText(BaseModel):
    """What is read out before a person agrees; never edited once used."""

    purpose = models.CharField(_("purpose"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=16)
    body = models.TextField(_("text"))
    from_date = models.DateField(_("from"))

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version", "language"], name="consent_text_stands_once"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} {self.language}"


class ConsentQuerySet(StationScopedQuerySet):
    station_path = "person__home_station"
    read_verb = "stations.read_person"


class Consent(BaseModel):
    """A person's agreement to one purpose; withdrawing takes effect with the next request."""

    class Manner(models.TextChoices):
        CODE = "code", _("code by SMS")
        SIGNATURE = "signature", _("signature")
        VOICE = "voice", _("recorded voice")
        PAPER = "paper", _("paper")

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=40)
    text_version = models.ForeignKey(ConsentText, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given at"))
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    manner = models.CharField(_("manner"), max_length=10, choices=Manner)
    evidence = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+")

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_at=None),
                name="person_has_one_open_consent_per_purpose",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, withdrawn_at__gte=F("given_at")),
                name="consent_is_withdrawn_by_somebody_after_it_was_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.purpose}"


class Reveal(BaseModel):
    """One look at a hidden field, with its reason. Append-only."""

    class Reason(models.TextChoices):
        CUSTOMER_PRESENT = "customer_present", _("the person is here")
        PROVIDER_ASKS = "provider_asks", _("the company asks for it")
        CLAIM = "claim", _("an insurance claim")
        EMERGENCY = "emergency", _("an emergency")
        OTHER = "other", _("another reason")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="reveals")
    field = models.CharField(_("field"), max_length=20)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    note = LineField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))
    post = models.ForeignKey("stations.Post", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("reveal")
        verbose_name_plural = _("reveals")
        constraints = [
            models.CheckConstraint(condition=~Q(reason="other", note=""), name="reveal_for_another_reason_says_which"),
        ]
        indexes = [
            models.Index(fields=["user", "at"], name="reveal_by_user"),
            models.Index(fields=["at"], name="reveal_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.at}"


class AccessRead(BaseModel):
    """Who read which person's protected data, or looked beyond the own station. Append-only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="access_reads")
    what = models.CharField(_("what"), max_length=60)
    at = models.DateTimeField(_("at"))
    post = models.ForeignKey("stations.Post", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        indexes = [
            models.Index(fields=["person", "at"], name="access_read_of_person"),
            models.Index(fields=["at"], name="access_read_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.at}"
