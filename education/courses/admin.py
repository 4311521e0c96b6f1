"""Classes and certificates are read; who was there stands on the pages of the station alone."""

from django.contrib import admin

from core.administration import ReadAdmin
from education.courses.models import ClassRun, CourseCertificate
from education.courses.models.certificates import READ_CERTIFICATE
from education.courses.models.classes import READ_CLASS


@admin.register(ClassRun)
class ClassRunAdmin(ReadAdmin):
    read_verb = READ_CLASS
    list_display = ("course", "station", "mode", "seats", "seats_taken", "starts_date", "status")
    list_filter = ("status",)
    list_select_related = ("course", "station")
    ordering = ("-starts_date", "-id")


@admin.register(CourseCertificate)
class CourseCertificateAdmin(ReadAdmin):
    read_verb = READ_CERTIFICATE
    list_display = ("serial", "course", "issued_date", "expires_date", "status")
    list_filter = ("status",)
    list_select_related = ("course",)
    search_fields = ("=serial",)
    ordering = ("-issued_date", "-id")
