"""Packages with their items are read by all who register; nobody's check-up has a table in the administration."""

from django.contrib import admin

from core.administration import ReadAdmin
from health.checkups.models import CheckupItem, CheckupPackage, ItemRange


@admin.register(CheckupPackage)
class CheckupPackageAdmin(ReadAdmin):
    read_verb = "health.read_hospital"
    is_reference = True
    list_display = ("code", "revision", "country", "min_age", "status")
    ordering = ("code", "-revision")


@admin.register(CheckupItem)
class CheckupItemAdmin(ReadAdmin):
    read_verb = "health.read_hospital"
    is_reference = True
    list_display = ("package", "code", "group", "kind", "unit", "is_required")
    list_select_related = ("package",)
    ordering = ("package", "position")


@admin.register(ItemRange)
class ItemRangeAdmin(ReadAdmin):
    read_verb = "health.read_hospital"
    is_reference = True
    list_display = ("item", "sex", "from_age", "to_age", "laboratory", "low", "high", "critical_low", "critical_high")
    list_select_related = ("item",)
    ordering = ("item", "pk")
