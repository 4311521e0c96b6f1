"""The rules are reference data; what residents say has no table in the administration."""

from django.contrib import admin

from core.administration import ReadAdmin
from health.consultations.models import ConsultationRules


@admin.register(ConsultationRules)
class ConsultationRulesAdmin(ReadAdmin):
    read_verb = "health.read_hospital"
    is_reference = True
    list_display = ("code", "revision", "country", "from_date", "to_date", "source")
    list_filter = ("country",)
    ordering = ("code", "-revision")
