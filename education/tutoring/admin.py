"""Tutors are read in the administration; lessons stand on their own pages, which record the reading."""

from django.contrib import admin

from core.administration import ReadAdmin
from education.tutoring.models import Tutor
from education.tutoring.models.tutors import READ_TUTOR


@admin.register(Tutor)
class TutorAdmin(ReadAdmin):
    read_verb = READ_TUTOR
    list_display = ("id", "county", "status", "max_per_day", "max_per_week", "active_since")
    list_filter = ("status",)
    list_select_related = ("county",)
    fields = ("county", "subjects", "languages", "max_per_day", "max_per_week", "rate_minor", "currency", "status")
    ordering = ("county__code", "id")
