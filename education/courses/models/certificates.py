"""Certificates of completed courses. Anyone verifies one by the token of its QR code."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from education.courses.models.classes import ClassRun
from education.courses.models.courses import Course
from stations.scope import StationScopedQuerySet

READ_CERTIFICATE = "education.read_course_certificate"
BASE32 = r"^[A-Z2-7]{26}$"


class CertificateCounter(models.Model):
    """The last number that a course has given in a year: without gaps."""

    code = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "year"], name="course_counts_once_a_year")]

    def __str__(self) -> str:
        return f"{self.code} {self.year}"


class CourseCertificateQuerySet(StationScopedQuerySet):
    station_path = "run__station"
    read_verb = READ_CERTIFICATE


class CourseCertificate(BaseModel):
    """Somebody has completed a course."""

    class Status(models.TextChoices):
        ISSUED = "issued", pgettext_lazy("certificate", "valid")
        REVOKED = "revoked", pgettext_lazy("certificate", "revoked")
        EXPIRED = "expired", pgettext_lazy("certificate", "expired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    serial = models.CharField(_("serial number"), max_length=32, unique=True)
    token = models.CharField(max_length=26, unique=True, editable=False)
    learner = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("learner"))
    course = models.ForeignKey(Course, models.PROTECT, related_name="certificates", verbose_name=_("course"))
    run = models.ForeignKey(ClassRun, models.PROTECT, related_name="certificates", verbose_name=_("school class"))
    issued_date = models.DateField(_("issued on"))
    expires_date = models.DateField(_("valid through"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("minutes learnt"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ISSUED)
    revoked_reason = LineField(_("reason"), max_length=200, blank=True)

    objects = CourseCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate of a course")
        verbose_name_plural = _("certificates of courses")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "course"],
                condition=~Q(status="revoked"),
                name="learner_has_one_certificate_of_a_course",
            ),
            models.CheckConstraint(
                condition=~Q(status="revoked") | ~Q(revoked_reason=""), name="revoked_course_certificate_says_why"
            ),
            models.CheckConstraint(condition=Q(token__regex=BASE32), name="token_is_128_random_bits"),
        ]
        indexes = [models.Index(fields=["run", "-issued_date"], name="certificate_of_class")]

    def __str__(self) -> str:
        return self.serial
