"""The standing of partners and helpers: contracts and certificates."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, WordsField
from stations.scope import DivisionScopedQuerySet, StationScopedQuerySet
from stations.two_persons import TwoPersons


class ContractQuerySet(StationScopedQuerySet):
    read_verb = "stations.read_contract"

    def running(self) -> Self:
        """Those that bind both sides now."""
        return self.filter(status__in=Contract.RUNNING)


class Contract(BaseModel):
    """A partner's or helper's contract; its status is the person's standing."""

    class Kind(models.TextChoices):
        PARTNER = "partner", _("partner")
        HELPER = "helper", _("helper")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SIGNED = "signed", _("signed by one side")
        ACTIVE = "active", pgettext_lazy("contract", "active")
        ON_LEAVE = "on_leave", _("on leave")
        SUSPENDED = "suspended", pgettext_lazy("contract", "suspended")
        ENDED = "ended", _("ended")
        TERMINATED = "terminated", _("terminated")

    RUNNING = (Status.ACTIVE, Status.ON_LEAVE, Status.SUSPENDED)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="contracts")
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="contracts")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"))
    terms_file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    terms_sha256 = models.CharField(max_length=64)
    commission_plan_code = models.CharField(_("commission plan"), max_length=40)
    helper_share_bp = models.PositiveSmallIntegerField(_("helper's share in basis points"), null=True, blank=True)
    partner_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="helper_contracts"
    )
    signed_by_person_at = models.DateTimeField(_("signed by the person at"), null=True, blank=True)
    signed_by_county_at = models.DateTimeField(_("signed by the county at"), null=True, blank=True)
    county_signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.UniqueConstraint(
                fields=["station"],
                condition=Q(kind="partner", status__in=["active", "on_leave", "suspended"]),
                name="station_has_one_running_partner_contract",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(kind="partner", status__in=["active", "on_leave", "suspended"]),
                name="user_has_one_running_partner_contract",
            ),
            models.CheckConstraint(
                condition=Q(kind="helper", partner_user__isnull=False) | Q(kind="partner", partner_user=None),
                name="helper_contract_names_its_partner",
            ),
            models.CheckConstraint(
                condition=Q(kind="helper", helper_share_bp__gte=0, helper_share_bp__lte=5000)
                | Q(kind="partner", helper_share_bp=None),
                name="helper_share_is_at_most_half",
            ),
            TwoPersons(
                checker="county_signer", makers=("user", "partner_user"), name="contract_is_signed_by_two_persons"
            ),
            TwoPersons(checker="partner_user", makers=("user",), name="nobody_is_his_own_helper"),
            models.CheckConstraint(
                condition=~Q(status__in=["active", "on_leave", "suspended"])
                | Q(signed_by_person_at__isnull=False, signed_by_county_at__isnull=False, county_signer__isnull=False),
                name="contract_runs_only_with_both_signatures",
            ),
            models.CheckConstraint(condition=Q(to_date__gt=F("from_date")), name="contract_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.station_id}"


class CertificateQuerySet(StationScopedQuerySet):
    read_verb = "stations.read_station"


class Certificate(BaseModel):
    """What a person is certified for; anybody can check the number. `expires_date` is the last valid day."""

    class Subject(models.TextChoices):
        PARTNER = "partner", _("partner")
        HELPER = "helper", _("helper")
        INSURANCE = "insurance", _("insurance")
        TRAVEL = "travel", _("travel")
        LOAN_RECOMMENDATION = "loan_recommendation", _("loan recommendation")
        CASH_SERVICES = "cash_services", _("cash services")

    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates")
    subject = models.CharField(pgettext_lazy("certificate", "subject"), max_length=24, choices=Subject)
    number = models.CharField(_("number"), max_length=18, unique=True)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="certificates")
    issued_date = models.DateField(_("issued"))
    expires_date = models.DateField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    photo = models.ForeignKey(
        "core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "subject"],
                condition=Q(revoked_at=None),
                name="holder_has_one_valid_certificate_per_subject",
            ),
            models.CheckConstraint(
                condition=Q(expires_date__gte=F("issued_date")), name="certificate_expires_after_it_is_issued"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CourseReport(BaseModel):
    """Somebody has completed a version of a course, as education reported it. A certificate may need it."""

    person = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("person"))
    course = models.CharField(_("code of the course"), max_length=12)
    version = models.PositiveSmallIntegerField(_("version"))
    reported_at = models.DateTimeField(_("reported at"))

    class Meta:
        verbose_name = _("completed course")
        verbose_name_plural = _("completed courses")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course", "version", "reported_at"], name="completed_course_is_reported_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} {self.version}"


class RegisterLookUps(BaseModel):
    """How many numbers one address looked up in one minute; the address only as a keyed hash."""

    address_index = models.BinaryField(max_length=32)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("look-ups of an address")
        verbose_name_plural = _("look-ups of addresses")
        constraints = [
            models.UniqueConstraint(fields=["address_index", "minute"], name="look_ups_are_counted_once_a_minute")
        ]
        indexes = [models.Index(fields=["minute"], name="look_ups_by_age")]

    def __str__(self) -> str:
        return f"{self.minute} {self.count}"


class RegisterReportQuerySet(DivisionScopedQuerySet):
    division_path = "county__path"
    read_verb = "stations.read_register_report"


class RegisterReport(BaseModel):
    """What somebody told through the report button of the public register: a row for the county to answer."""

    class Kind(models.TextChoices):
        ASKED_FOR_MONEY = "asked_for_money", _("someone asked for a joining fee")
        NOT_THIS_PERSON = "not_this_person", _("the person is not the one of the certificate")
        FAKE = "fake", _("the certificate looks fake")
        OTHER = "other", _("something else")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("report", "open")
        ANSWERED = "answered", pgettext_lazy("report", "answered")

    number = models.CharField(_("number"), max_length=18)
    county = models.ForeignKey("stations.Division", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    text = WordsField(_("in words"), max_length=1000, blank=True)
    phone = LineField(_("phone"), max_length=24, blank=True, help_text=_("Stored as typed. Optional."))
    at = models.DateTimeField(_("at"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    finding = LineField(_("finding"), max_length=200, blank=True)

    objects = RegisterReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report to the register")
        verbose_name_plural = _("reports to the register")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", answered_by=None, answered_at=None)
                | Q(status="answered", answered_by__isnull=False, answered_at__isnull=False),
                name="register_report_is_answered_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["county", "status", "-at"], name="register_reports_of_county")]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"
