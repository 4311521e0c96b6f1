"""Protocols are read by all who use them; what is recorded of residents has no table in the administration."""

from django.contrib import admin

from core.administration import ReadAdmin
from health.chronic.models import ProtocolVersion


@admin.register(ProtocolVersion)
class ProtocolVersionAdmin(ReadAdmin):
    read_verb = "health.read_hospital"
    is_reference = True
    list_display = ("code", "revision", "programme", "country", "from_date", "to_date")
    ordering = ("code", "-revision")
