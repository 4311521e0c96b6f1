"""Drugs are reference data; what is recorded of residents has no table in the administration."""

from django.contrib import admin

from core.administration import ReferenceAdmin
from health.records.models import Drug


@admin.register(Drug)
class DrugAdmin(ReferenceAdmin):
    read_verb = "health.read_hospital"
    edit_verb = "health.edit_hospital"
    list_display = ("code", "name", "name_zh", "is_controlled", "is_active")
    list_filter = ("is_controlled", "is_active")
    search_fields = ("=code", "name_zh", "name")
    ordering = ("code",)
    fixed_fields = ("code",)
