"""Inspections and visits to read; the questions to edit."""

from django.contrib import admin

from core.administration import ReadAdmin, ReferenceAdmin
from stations.inspections.models import Inspection, InspectionQuestion, SupportVisit


@admin.register(InspectionQuestion)
class InspectionQuestionTable(ReferenceAdmin):
    """What is looked at; a question that is no longer asked stays for the inspections of before."""

    read_verb, edit_verb = "stations.read_reference_data", "stations.edit_reference_data"
    list_display = ("position", "code", "text", "weight", "is_asked")
    ordering = ("position",)


class OfStation(ReadAdmin):
    """Rows of a station within reach."""

    search_fields = ("station__code__startswith",)
    ordering = ("-pk",)


@admin.register(Inspection)
class InspectionTable(OfStation):
    """What was planned and found."""

    read_verb = "stations.read_inspection"
    list_display = ("status", "station", "planned_date", "done_at", "score", "inspector")
    list_filter = ("status",)
    list_select_related = ("station", "inspector")


@admin.register(SupportVisit)
class SupportVisitTable(OfStation):
    """Visits that warnings opened."""

    read_verb = "stations.read_support_visit"
    list_display = ("status", "station", "reason", "due_date", "done_at", "visitor")
    list_filter = ("status", "reason")
    list_select_related = ("station", "visitor")
