"""Complaints in the administration: to be read."""

from django.contrib import admin

from core.administration import ReadAdmin
from finance.complaints.models import Complaint


@admin.register(Complaint)
class ComplaintAdmin(ReadAdmin):
    """Answers are given on the complaints desk, where their clocks are seen."""

    read_verb = "finance.read_complaint"
    list_display = ("status", "number", "kind", "station", "assignee", "due_at", "outcome")
    list_filter = ("status", "kind", "channel")
    list_select_related = ("station", "assignee")
    search_fields = ("=number",)
    ordering = ("-id",)
