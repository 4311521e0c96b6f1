"""Hospitals with their departments and doctors, what a registration costs, and the rules under which it is made."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.web.ranges import DateSpan
from scheduling.calendars.models import BookingPolicy, Offering, Resource
from stations.accounts.models import Role
from stations.scope import NetworkScopedQuerySet, posts_granting

#: Roles that work in a hospital: their posts reach no further than the hospitals on whose staff they are.
HOSPITAL_ROLES = frozenset({Role.DOCTOR, Role.NURSE, Role.PHARMACIST})

MOST_BASIS_POINTS = 10_000

#: Whose bookings and calendars these are, as scheduling knows it.
OWNER_KIND = "health.appointment"


class Sensitivity(models.TextChoices):
    """Whether it may be told that somebody goes there."""

    NORMAL = "normal", pgettext_lazy("sensitivity", "may be named")
    RESTRICTED = "restricted", pgettext_lazy("sensitivity", "is never named")


class HospitalQuerySet(NetworkScopedQuerySet):
    read_verb = "health.read_hospital"

    def open_to(self, user: Any, verb: str) -> Self:
        """The hospitals whose staff the user is on; all for a post of the network. Reading: all, for every holder."""
        if verb == self.read_verb:
            return self.all() if posts_granting(user, verb) else self.none()
        return self.filter(staffed_by(user, verb))


def staffed_by(user: Any, verb: str, path: str = "") -> Q:
    """The condition that a hospital (through `path`) has this user on its staff, by a post that carries the verb."""
    reach = Q(pk__in=[])
    for post in posts_granting(user, verb):
        if post.reach == "network":
            return Q()
        if post.role in HOSPITAL_ROLES and post.reach == "region":
            within = Hospital.objects.filter(
                division__path__startswith=post.division_path, pk__in=HospitalStaff.objects.hospitals_of(user)
            )
            reach |= Q(**{f"{path}__in" if path else "pk__in": within.values("pk")})
    return reach


class Hospital(BaseModel):
    """A hospital that sells its numbers through the stations. Local times are those of its `zone` (IANA).

    `takes_fee` says who takes the fee of a registration: the station when it books, or the hospital's own desk.
    A restricted hospital is named nowhere outside of it: on slips and in messages its place stays empty.
    """

    class Level(models.TextChoices):
        VILLAGE_CLINIC = "village_clinic", _("village clinic")
        TOWNSHIP = "township", _("township hospital")
        COUNTY = "county", _("county hospital")
        CITY = "city", _("city hospital")

    class TakesFee(models.TextChoices):
        STATION = "station", _("the station, when it books")
        DESK = "desk", _("the desk of the hospital")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = LineField(_("name"), max_length=120)
    name_zh = LineField(_("name in Chinese"), max_length=120)
    level = models.CharField(_("level"), max_length=14, choices=Level)
    division = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", verbose_name=_("place"))
    zone = models.CharField(_("time zone"), max_length=40)
    currency = models.CharField(_("currency"), max_length=3)
    takes_fee = models.CharField(_("who takes the fee"), max_length=7, choices=TakesFee, default=TakesFee.STATION)
    consultation_fee_minor = models.PositiveBigIntegerField(
        _("fee of an online consultation"),
        null=True,
        blank=True,
        help_text=_("In minor units; 0 is free of charge, empty: no online consultations."),
    )
    address = LineField(_("address"), max_length=120, blank=True)
    bring = LineField(_("what to bring"), max_length=200, blank=True)
    bring_zh = LineField(_("what to bring, in Chinese"), max_length=200, blank=True)
    system = models.OneToOneField(
        "core.Provider",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="hospital",
        verbose_name=_("system that keeps its numbers"),
        help_text=_("The provider that is asked for each number. Empty: EcomNet keeps them."),
    )
    head = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("head, who reviews emergency access"),
    )
    is_restricted = models.BooleanField(_("is never named"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    objects = HospitalQuerySet.as_manager()

    class Meta:
        verbose_name = _("hospital")
        verbose_name_plural = _("hospitals")
        constraints = [
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="hospital_has_a_currency"),
            models.CheckConstraint(condition=~Q(zone=""), name="hospital_has_a_time_zone"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_in(get_language() or "")

    def name_in(self, language: str) -> str:
        """The name in a language."""
        return self.name_zh if language.startswith("zh") else self.name

    def place_in(self, language: str) -> str:
        """What messages and slips say of the place; nothing of a restricted hospital."""
        return "" if self.is_restricted else self.name_in(language)

    def bring_in(self, language: str) -> str:
        """What a patient brings, in a language."""
        return self.bring_zh if language.startswith("zh") else self.bring


class StaffQuerySet(models.QuerySet):
    def at_work(self, at: dt.datetime) -> Self:
        """Those who are on the staff at an instant."""
        return self.filter(Q(to_at=None) | Q(to_at__gt=at), from_at__lte=at)

    def hospitals_of(self, user: Any) -> Any:
        """The ids of the hospitals on whose staff a user is at this moment."""
        return self.at_work(now()).filter(user=user.pk).values("hospital")


class HospitalStaff(BaseModel):
    """Who works at the desk of a hospital: it narrows the post of a doctor or nurse to this hospital."""

    hospital = models.ForeignKey(Hospital, models.PROTECT, related_name="staff", verbose_name=_("hospital"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("login"))
    from_at = models.DateTimeField(_("from"))
    to_at = models.DateTimeField(_("to"), null=True, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of the staff of a hospital")
        verbose_name_plural = _("staff of hospitals")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "user"], condition=Q(to_at=None), name="person_is_on_the_staff_of_a_hospital_once"
            ),
            models.CheckConstraint(
                condition=Q(to_at=None) | Q(to_at__gt=F("from_at")), name="work_at_a_hospital_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hospital_id} {self.user_id}"

    def is_at_work(self, at: dt.datetime) -> bool:
        """Whether this was so at an instant."""
        return self.from_at <= at and (self.to_at is None or at < self.to_at)


class DepartmentQuerySet(HospitalQuerySet):
    def open_to(self, user: Any, verb: str) -> Self:
        """As hospitals."""
        if verb == self.read_verb:
            return self.all() if posts_granting(user, verb) else self.none()
        return self.filter(staffed_by(user, verb, "hospital"))


class Department(BaseModel):
    """A department of a hospital; a restricted one (psychiatry, infections) is named nowhere outside of it."""

    hospital = models.ForeignKey(Hospital, models.PROTECT, related_name="departments", verbose_name=_("hospital"))
    code = models.CharField(_("code"), max_length=20)
    name = LineField(_("name"), max_length=80)
    name_zh = LineField(_("name in Chinese"), max_length=80)
    sensitivity = models.CharField(_("sensitivity"), max_length=10, choices=Sensitivity, default=Sensitivity.NORMAL)
    is_active = models.BooleanField(_("active"), default=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "code"], name="department_has_its_code_once_in_a_hospital"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name

    @property
    def is_restricted(self) -> bool:
        """Whether it may be named outside of the hospital."""
        return self.sensitivity == Sensitivity.RESTRICTED


class DoctorQuerySet(NetworkScopedQuerySet):
    read_verb = "health.mark_doctor_away"

    def open_to(self, user: Any, verb: str) -> Self:
        """Their hospital's staff; whoever registers residents reads all of them."""
        if verb == "health.read_hospital":
            return self.all() if posts_granting(user, verb) else self.none()
        return self.filter(staffed_by(user, verb, "department__hospital"))


class Grade(models.TextChoices):
    """What a doctor's number costs follows from this."""

    ORDINARY = "ordinary", _("ordinary clinic")
    EXPERT = "expert", _("expert clinic")
    SPECIAL = "special", _("special clinic")


class Doctor(BaseModel):
    """A doctor of a department. The calendar is `resource`; what can be booked of it, under a public label, `offering`.

    `licensed_until_date` is the last local date on which the doctor can be booked. Online consultations are for doctors
    with a login who have practised independently for three years.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    department = models.ForeignKey(Department, models.PROTECT, related_name="doctors", verbose_name=_("department"))
    name = LineField(_("name"), max_length=80)
    grade = models.CharField(_("grade"), max_length=8, choices=Grade, default=Grade.ORDINARY)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("login")
    )
    licence_no = models.CharField(_("licence number"), max_length=30, unique=True)
    licensed_until_date = models.DateField(_("licensed until"), null=True, blank=True)
    independent_since_date = models.DateField(_("practises independently since"), null=True, blank=True)
    resource = models.OneToOneField(Resource, models.PROTECT, related_name="doctor", verbose_name=_("calendar"))
    offering = models.OneToOneField(
        Offering, models.PROTECT, related_name="doctor", verbose_name=_("what can be booked")
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = DoctorQuerySet.as_manager()

    class Meta:
        verbose_name = _("doctor")
        verbose_name_plural = _("doctors")
        constraints = [
            models.CheckConstraint(condition=~Q(licence_no=""), name="doctor_has_a_licence"),
        ]

    def __str__(self) -> str:
        return self.name


class Fee(BaseModel):
    """What a number of a grade costs at a hospital, in minor units of its currency, `[from_date, to_date)`."""

    hospital = models.ForeignKey(Hospital, models.PROTECT, related_name="fees", verbose_name=_("hospital"))
    grade = models.CharField(_("grade"), max_length=8, choices=Grade)
    amount_minor = models.BigIntegerField(_("fee"))
    currency = models.CharField(_("currency"), max_length=3)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("registration fee")
        verbose_name_plural = _("registration fees")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="registration_fee_is_not_negative"),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="registration_fee_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="a_grade_has_one_registration_fee_at_a_time",
                expressions=[
                    (F("hospital"), RangeOperators.EQUAL),
                    (F("grade"), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grade} {self.amount_minor} {self.currency}"


class RegistrationPolicy(BaseModel):
    """The rules of a hospital; a change is a new revision, and no revision ever changes (a trigger refuses it).

    Who was absent `most_absences` times within `absence_window_days` is registered again `absence_ban_days` after the
    last of them.

    `booking` has window, release hour and deadlines. Shares of the fee that come back are basis points, rounded half up
    to the minor unit once.
    """

    hospital = models.ForeignKey(Hospital, models.PROTECT, related_name="policies", verbose_name=_("hospital"))
    revision = models.PositiveIntegerField(_("revision"))
    booking = models.ForeignKey(BookingPolicy, models.PROTECT, related_name="+", verbose_name=_("window and deadlines"))
    late_refund_bp = models.PositiveSmallIntegerField(_("comes back when cancelled late, basis points"), default=0)
    noshow_refund_bp = models.PositiveSmallIntegerField(_("comes back to the absent, basis points"), default=0)
    most_open = models.PositiveSmallIntegerField(_("open registrations of a person"), default=3)
    min_age = models.PositiveSmallIntegerField(_("from age"), default=0)
    most_absences = models.PositiveSmallIntegerField(
        _("absences that end registration"), default=3, help_text=_("0: none does.")
    )
    absence_window_days = models.PositiveSmallIntegerField(_("within so many days"), default=90)
    absence_ban_days = models.PositiveSmallIntegerField(_("for so many days"), default=90)

    class Meta:
        verbose_name = _("registration policy")
        verbose_name_plural = _("registration policies")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "revision"], name="registration_policy_has_a_revision_once"),
            models.CheckConstraint(
                condition=Q(late_refund_bp__lte=MOST_BASIS_POINTS, noshow_refund_bp__lte=MOST_BASIS_POINTS),
                name="registration_policy_refunds_at_most_the_fee",
            ),
            models.CheckConstraint(condition=Q(most_open__gte=1), name="registration_policy_allows_a_registration"),
            models.CheckConstraint(
                condition=Q(most_absences=0) | Q(absence_window_days__gte=1, absence_ban_days__gte=1),
                name="registration_policy_restricts_for_some_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hospital_id} {self.revision}"
