"""Users, their devices, their posts, and what they need to sign in."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken
from phonenumber_field.modelfields import PhoneNumberField

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.language.text import is_hanzi
from core.web.ranges import InstantSpan
from stations.scope import StationScopedQuerySet, posts_granting
from stations.two_persons import TwoPersons


class User(AbstractUser):  # type: ignore[django-manager-missing]
    """A login. Raising `session_epoch` ends every session and token at once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    phone = PhoneNumberField(_("phone"), blank=True)
    person = models.ForeignKey("stations.Person", models.PROTECT, null=True, blank=True, related_name="logins")
    language = models.CharField(_("language"), max_length=16, default="zh-hans")
    text_size = models.PositiveSmallIntegerField(_("text size in percent"), default=100)
    must_change_password = models.BooleanField(default=False)
    session_epoch = models.PositiveIntegerField(default=0)
    # Wrong tries with password and authenticator app on browsers that this person has never signed in on.
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    last_try_at = models.DateTimeField(null=True, blank=True)
    # The half minute (Unix time / 30 s) of the last code of the authenticator app that was accepted: each works once.
    last_app_counter = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(is_active=True), name="person_has_at_most_one_active_login"
            ),
            models.CheckConstraint(condition=Q(text_size__in=[100, 125, 150]), name="user_text_size_is_offered"),
            models.CheckConstraint(condition=Q(wrong_tries__lte=5), name="user_has_five_tries"),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """As people say it: family name first when it is written in Chinese characters."""
        if self.last_name and is_hanzi(self.last_name[0]):
            return f"{self.last_name}{self.first_name}"
        return self.get_full_name() or self.username

    def get_short_name(self) -> str:
        """Whom the administration greets: a Chinese given name alone is no address."""
        return self.shown_name

    def get_session_auth_hash(self) -> str:
        """What a browser's session must match: it changes with the password and with `session_epoch`."""
        return salted_hmac("stations.User", f"{self.password}:{self.session_epoch}", algorithm="sha256").hexdigest()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under earlier secret keys."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield salted_hmac(
                "stations.User", f"{self.password}:{self.session_epoch}", secret=secret, algorithm="sha256"
            ).hexdigest()

    @cached_property
    def live_posts(self) -> list["Post"]:
        """The posts of this moment: read once in a request, never kept beyond it."""
        return list(self.posts.live(now()).with_reach())

    @property
    def posts_key(self) -> tuple[object, ...]:
        """What is equal as long as the person may do the same at the same places."""
        posts: list[Any] = self.live_posts
        reaches = ((post.pk, post.role, post.station_id, post.division_path, post.is_suspended) for post in posts)
        return (self.person_id, self.is_superuser, *reaches)


class Role(models.TextChoices):
    """The roles of the system; what each may do is `ecomnet/grants/`."""

    HELPER = "helper", _("Helper")
    PARTNER = "partner", _("Partner")
    COUNTY_CLERK = "county_clerk", _("County clerk")
    COUNTY_MANAGER = "county_manager", _("County manager")
    FINANCE_OFFICER = "finance_officer", _("Finance officer")
    CREDIT_OFFICER = "credit_officer", _("Credit officer")
    CLAIMS_ASSESSOR = "claims_assessor", _("Claims assessor")
    DOCTOR = "doctor", _("Doctor")
    NURSE = "nurse", _("Nurse")
    PHARMACIST = "pharmacist", _("Pharmacist")
    TEACHER = "teacher", _("Teacher")
    AUDITOR = "auditor", _("Auditor")
    PLATFORM_ADMIN = "platform_admin", _("Platform administrator")


#: Nobody approves amounts in these.
WITHOUT_APPROVALS = frozenset({Role.HELPER, Role.PARTNER, Role.COUNTY_CLERK, Role.AUDITOR, Role.PLATFORM_ADMIN})

#: Those who sign in with a second factor; partners and helpers have a PIN bound to the device instead.
STAFF_ROLES = frozenset(
    {
        Role.COUNTY_CLERK,
        Role.COUNTY_MANAGER,
        Role.FINANCE_OFFICER,
        Role.CREDIT_OFFICER,
        Role.CLAIMS_ASSESSOR,
        Role.DOCTOR,
        Role.NURSE,
        Role.PHARMACIST,
        Role.TEACHER,
        Role.AUDITOR,
        Role.PLATFORM_ADMIN,
    }
)


#: A break-glass post ends by itself.
LONGEST_BREAK_GLASS = dt.timedelta(hours=4)


class PostQuerySet(StationScopedQuerySet):
    read_verb = "stations.read_post"

    def live(self, at: dt.datetime) -> Self:
        """Those that count at this instant, to the second."""
        return self.filter(Q(to_at__gt=at) | Q(to_at=None), from_at__lte=at)

    def with_reach(self) -> Self:
        """With the division (level, path, name) that a regional post reaches, and whether its contract is suspended."""
        contracts = self.model._meta.get_field("user").related_model._meta.get_field("contracts").related_model
        suspended = contracts.objects.filter(user=OuterRef("user"), station=OuterRef("station"), status="suspended")
        return self.annotate(
            division_level=F("division__level"),
            division_path=F("division__path"),
            division_name=F("division__name"),
            is_suspended=Exists(suspended),
        )

    def open_to(self, user: Any, verb: str) -> Self:
        """The posts at stations within reach, and those over regions inside it."""
        regions = Q(pk__in=[])
        for post in posts_granting(user, verb):
            if post.reach == "network":
                return self.all()
            if post.reach == "region":
                regions |= Q(division__path__startswith=post.division_path)
        return self.filter(self.scope_of(user, verb) | regions)


class Post(BaseModel):
    """A role of a person at a station, over a region, or over the network, for a period `[from_at, to_at)`."""

    class Reach(models.TextChoices):
        STATION = "station", _("one station")
        REGION = "region", _("a region")
        NETWORK = "network", _("the whole network")

    user = models.ForeignKey(User, models.PROTECT, related_name="posts")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    reach = models.CharField(_("reach"), max_length=8, choices=Reach)
    station = models.ForeignKey("stations.Station", models.PROTECT, null=True, blank=True, related_name="posts")
    division = models.ForeignKey("stations.Division", models.PROTECT, null=True, blank=True, related_name="+")
    from_at = models.DateTimeField(_("from"))
    to_at = models.DateTimeField(_("to"), null=True, blank=True)
    appointed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = LineField(_("reason"), max_length=200, blank=True)
    is_break_glass = models.BooleanField(_("break-glass"), default=False)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    limit_minor = models.BigIntegerField(_("may approve up to"), null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.CheckConstraint(
                condition=Q(reach="station", station__isnull=False, division=None)
                | Q(reach="region", station=None, division__isnull=False)
                | Q(reach="network", station=None, division=None),
                name="post_sets_exactly_what_its_reach_names",
            ),
            models.CheckConstraint(
                condition=Q(to_at=None) | Q(to_at__gt=F("from_at")), name="post_ends_after_it_begins"
            ),
            TwoPersons(checker="appointed_by", makers=("user",), name="nobody_appoints_himself"),
            models.CheckConstraint(
                condition=Q(is_break_glass=False)
                | (Q(to_at__isnull=False, appointed_by__isnull=False) & ~Q(reason="")),
                name="break_glass_post_has_reason_and_end",
            ),
            models.CheckConstraint(
                condition=Q(is_break_glass=False) | Q(to_at__lte=F("from_at") + LONGEST_BREAK_GLASS),
                name="break_glass_post_ends_within_four_hours",
            ),
            TwoPersons(
                checker="reviewed_by",
                makers=("user", "appointed_by"),
                name="post_is_reviewed_by_neither_its_holder_nor_its_giver",
            ),
            ExclusionConstraint(
                name="post_stands_once_per_user_role_and_station",
                expressions=[
                    (F("user"), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.EQUAL),
                    (F("station"), RangeOperators.EQUAL),
                    (InstantSpan("from_at", "to_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(reach="station"),
            ),
            ExclusionConstraint(
                name="post_stands_once_per_user_role_and_region",
                expressions=[
                    (F("user"), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.EQUAL),
                    (F("division"), RangeOperators.EQUAL),
                    (InstantSpan("from_at", "to_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(reach="region"),
            ),
            ExclusionConstraint(
                name="post_stands_once_per_user_and_role_on_network",
                expressions=[
                    (F("user"), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.EQUAL),
                    (InstantSpan("from_at", "to_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(reach="network"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.station_id or self.division_id or ''}".strip()

    @property
    def place(self) -> str:
        """Where the post stands, in words; station and division are loaded."""
        return str(self.station or self.division or _("the whole network"))


class DeviceQuerySet(StationScopedQuerySet):
    read_verb = "stations.read_device"


class Device(BaseModel):  # type: ignore[django-manager-missing]
    """A browser or phone that somebody signed in on with a one-time code."""

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        QUARANTINED = "quarantined", _("quarantined")
        REVOKED = "revoked", _("revoked")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey("stations.Station", models.PROTECT, null=True, blank=True, related_name="devices")
    label = LineField(_("label"), max_length=80)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="devices_registered")
    registered_at = models.DateTimeField(_("registered at"))
    last_seen_at = models.DateTimeField(_("last seen at"), null=True, blank=True)
    reported_at = models.DateTimeField(_("reported at"), null=True, blank=True)
    app_version = LineField(_("version"), max_length=40, blank=True)
    queued_ops = models.PositiveIntegerField(_("unsent items"), default=0)
    queue_emptied_at = models.DateTimeField(_("all sent at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.ACTIVE)
    secret_hash = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the secret in the browser's cookie."
    )

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            models.UniqueConstraint(
                fields=["secret_hash"], condition=~Q(secret_hash=""), name="device_secret_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class DeviceToken(AbstractAuthToken):
    """The token of a mobile client, stored as a hash; it dies with its device and when `session_epoch` moves on."""

    device: "models.ForeignKey[Device, Device]" = models.ForeignKey(Device, models.CASCADE, related_name="tokens")
    session_epoch: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("device token")
        verbose_name_plural = _("device tokens")


class DevicePin(BaseModel):
    """A person's six digits on one device. Five wrong tries lock it until password and code are given again."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="pins")
    user = models.ForeignKey(User, models.CASCADE, related_name="device_pins")
    pin_hash = models.CharField(max_length=128)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("PIN on a device")
        verbose_name_plural = _("PINs on devices")
        constraints = [
            models.UniqueConstraint(fields=["device", "user"], name="device_pin_stands_once"),
            models.CheckConstraint(condition=Q(tries__lte=5), name="device_pin_has_five_tries"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.device_id}"


class LoginCode(BaseModel):
    """A one-time code for a first sign-in on a new device: sent by SMS, or issued by a manager or the server."""

    user = models.ForeignKey(User, models.CASCADE, related_name="login_codes")
    code_hash = models.CharField(max_length=128)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    is_text = models.BooleanField(_("sent to the phone"))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=5), name="login_code_has_five_tries"),
            models.CheckConstraint(
                condition=Q(is_text=False) | Q(issued_by=None), name="login_code_by_text_has_no_issuer"
            ),
            TwoPersons(checker="issued_by", makers=("user",), name="nobody_issues_his_own_login_code"),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="login_code_of_user"),
            models.Index(fields=["made_at"], name="login_code_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.expires_at}"


class SignInTries(BaseModel):
    """How often somebody tried to sign in as this person from one place, within a quarter of an hour.

    A place is a device that the person has signed in on, or a network address as a keyed hash. The row with the empty
    place counts, within an hour, the tries from everywhere that got past the first hurdle.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_in_tries")
    place_index = models.BinaryField(max_length=32)
    started_at = models.DateTimeField()
    count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("tries to sign in")
        verbose_name_plural = _("tries to sign in")
        constraints = [
            models.UniqueConstraint(fields=["user", "place_index"], name="tries_are_counted_once_a_place"),
        ]
        indexes = [models.Index(fields=["started_at"], name="sign_in_tries_by_age")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.count}"


class CodeAsks(BaseModel):
    """How often codes were asked for from one network address, and for one name from there, within a day.

    The address, and the name with it, are a keyed hash. It counts nothing against the person who has the name.
    """

    place_index = models.BinaryField(max_length=32, unique=True)
    started_at = models.DateTimeField()
    count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("code requests")
        verbose_name_plural = _("code requests")
        indexes = [models.Index(fields=["started_at"], name="code_asks_by_age")]

    def __str__(self) -> str:
        return str(self.count)
