"""Safeguarding in the administration: vettings and children's files to be read; concerns stand on their own page."""

from django.contrib import admin

from core.administration import ReadAdmin
from education.safeguarding.models import ChildFile, Vetting


@admin.register(Vetting)
class VettingAdmin(ReadAdmin):
    read_verb = "education.read_vetting"
    list_display = ("status", "kind", "person", "issued_date", "valid_to_date", "checked_by")
    list_filter = ("status", "kind")
    list_select_related = ("person", "checked_by")
    ordering = ("-id",)


@admin.register(ChildFile)
class ChildFileAdmin(ReadAdmin):
    """When files are due for review; what they say is read on the child's page, which records the reading."""

    read_verb = "education.read_child_file"
    list_display = ("child", "reviewed_date", "next_review_date")
    list_select_related = ("child",)
    fields = ("child", "reviewed_date", "next_review_date")
    ordering = ("-pk",)
