"""Appointments: a booking with a doctor, its fee and its code. The status is that of the booking."""

from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.money import Money
from core.signed_refs import REF_LENGTH
from health.hospitals.models import HOSPITAL_ROLES, Doctor, Hospital, RegistrationPolicy, staffed_by
from scheduling.bookings.models import Booking
from stations.scope import StationScopedQuerySet, posts_granting

CODE_DIGITS = 8


class AppointmentQuerySet(StationScopedQuerySet):
    station_path = "booking__station"
    read_verb = "health.read_appointment"

    def open_to(self, user: Any, verb: str) -> Self:
        """Those of the own station; for doctors and nurses those of the hospitals on whose staff they are."""
        stations = [
            post.station_id
            for post in posts_granting(user, verb)
            if post.role not in HOSPITAL_ROLES and post.reach == "station"
        ]
        return self.filter(Q(booking__station__in=stations) | staffed_by(user, verb, "hospital"))


class Appointment(BaseModel):
    """A resident's booking with a doctor: what it costs, who paid it, and the code that the hospital asks for.

    The fee is that of the day of booking in minor units of the hospital's currency. `has_station_fee` says that the
    station takes it. The code is given with the number; nobody has one that is not paid. Why the resident goes is not
    stored here.

    A hospital with a system of its own is asked under `asked_ref`; `hospital_ref` and `hospital_number` are its answer,
    and `released_ref` gives them back. `link_ref` is the stored half of the address under which the resident chooses
    another time without a login (`core.signed_refs`). An absence that the hospital has excused counts against nobody.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    booking = models.OneToOneField(Booking, models.PROTECT, related_name="appointment")
    resident = models.ForeignKey("stations.Person", models.PROTECT, related_name="appointments")
    hospital = models.ForeignKey(Hospital, models.PROTECT, related_name="appointments")
    doctor = models.ForeignKey(Doctor, models.PROTECT, related_name="appointments")
    policy = models.ForeignKey(RegistrationPolicy, models.PROTECT, related_name="+")
    fee_minor = models.BigIntegerField(_("fee"))
    currency = models.CharField(_("currency"), max_length=3)
    has_station_fee = models.BooleanField(_("the station takes the fee"))
    payment = models.OneToOneField(
        "finance.Payment", models.PROTECT, null=True, blank=True, related_name="appointment", verbose_name=_("payment")
    )
    code = models.CharField(_("code"), max_length=CODE_DIGITS, blank=True)
    asked_ref = models.UUIDField(_("our reference at the hospital"), null=True, blank=True, unique=True)
    hospital_ref = LineField(_("reference of the hospital"), max_length=64, blank=True)
    hospital_number = models.PositiveIntegerField(_("number of the hospital"), null=True, blank=True)
    released_ref = models.UUIDField(_("our reference of the release"), null=True, blank=True, unique=True)
    missing_since_at = models.DateTimeField(_("missing in the hospital's list since"), null=True, blank=True)
    listed_since_at = models.DateTimeField(
        _("refused, and in the hospital's list all the same, since"), null=True, blank=True
    )
    link_ref = models.CharField(_("address of the other times"), max_length=REF_LENGTH, blank=True)
    excused_at = models.DateTimeField(_("absence excused at"), null=True, blank=True)
    settled_at = models.DateTimeField(_("fee settled at"), null=True, blank=True)
    called_at = models.DateTimeField(_("told by phone at"), null=True, blank=True)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("told by")
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(condition=Q(fee_minor__gte=0), name="appointment_fee_is_not_negative"),
            models.CheckConstraint(
                condition=Q(code="") | Q(fee_minor=0) | Q(has_station_fee=False) | Q(payment__isnull=False),
                name="appointment_with_a_code_is_paid",
            ),
            models.CheckConstraint(
                condition=Q(payment=None) | Q(has_station_fee=True, fee_minor__gt=0),
                name="appointment_is_paid_at_the_station_or_not_by_us",
            ),
            models.CheckConstraint(
                condition=Q(called_at=None, called_by=None) | Q(called_at__isnull=False, called_by__isnull=False),
                name="appointment_names_who_told_the_resident",
            ),
            models.CheckConstraint(
                condition=Q(hospital_ref="") | Q(asked_ref__isnull=False),
                name="hospital_gave_a_number_that_it_was_asked_for",
            ),
            models.CheckConstraint(
                condition=Q(released_ref=None) | ~Q(hospital_ref=""),
                name="hospital_is_given_back_what_it_gave",
            ),
            models.CheckConstraint(
                condition=Q(listed_since_at=None) | ~Q(hospital_ref=""),
                name="hospital_lists_a_number_under_its_reference",
            ),
            models.UniqueConstraint(
                fields=["link_ref"], condition=~Q(link_ref=""), name="address_of_other_times_is_of_one_appointment"
            ),
            models.UniqueConstraint(
                fields=["hospital", "code"], condition=~Q(code=""), name="code_stands_once_in_a_hospital"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)  # never a name: this text reaches logs and the administration

    @property
    def fee(self) -> Money:
        """What it costs."""
        return Money(self.fee_minor, self.currency)

    @property
    def status(self) -> str:
        """The status of the booking, which is the only truth."""
        return self.booking.status

    @property
    def number(self) -> int | None:
        """The number by which the patient is called: the hospital's own, where its system keeps them."""
        return self.booking.sequence_no if self.asked_ref is None else self.hospital_number

    @property
    def number_or_reference(self) -> int | str:
        """What a message says of the number; the reference, where the hospital's own is no number."""
        return self.number or self.hospital_ref

    @property
    def code_at_desk(self) -> str:
        """What the desk of the hospital asks for; empty without a number."""
        return (self.hospital_ref or self.code) if self.code else ""

    @property
    def is_being_asked(self) -> bool:
        """Whether the hospital has not said yet whether there is a number."""
        return self.asked_ref is not None and self.booking.status == Booking.Status.PENDING

    @property
    def is_missing(self) -> bool:
        """Whether the hospital's own list lacks a number that it gave: somebody has to call there."""
        return self.missing_since_at is not None and self.booking.status == Booking.Status.BOOKED

    @property
    def is_listed_though_refused(self) -> bool:
        """Whether the hospital refused a number, and its list has it all the same: somebody gives it back there."""
        is_over = self.booking.status == Booking.Status.CANCELLED
        return self.listed_since_at is not None and self.released_ref is None and is_over

    @property
    def department_shown(self) -> str:
        """The department for people outside of the hospital; empty where it is not named."""
        return "" if self.is_restricted else self.doctor.department.title

    @property
    def doctor_shown(self) -> str:
        """The doctor for people outside of the hospital; empty where it would tell the department."""
        return "" if self.is_restricted else self.doctor.name

    @property
    def hospital_shown(self) -> UUID | None:
        """The id of the hospital for people outside of it; none where it is not named."""
        return None if self.hospital.is_restricted else self.hospital_id

    @property
    def is_restricted(self) -> bool:
        """Whether nobody outside of the hospital may read where in it somebody goes."""
        return self.hospital.is_restricted or self.doctor.department.is_restricted
