"""Exports, to be read: who asked for what, and what became of it. The files are for the one who asked."""

from django.contrib import admin

from core.administration import ReadAdmin
from health.exports.models import READ, Export


@admin.register(Export)
class ExportAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("requested_at", "requested_by", "status", "division", "programme", "resident_count", "completed_at")
    list_filter = ("status",)
    list_select_related = ("requested_by", "division")
    ordering = ("-requested_at",)
