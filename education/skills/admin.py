"""Which courses certificates need is reference data; sign-ins name people and stand on the pages of their station."""

from django.contrib import admin

from core.administration import DatedAdmin
from education.skills.models import READ_GATE, Gate


@admin.register(Gate)
class GateAdmin(DatedAdmin):
    read_verb = READ_GATE
    edit_verb = "education.edit_gate"
    list_display = ("country", "subject", "courses", "refresher", "from_date", "to_date")
    list_filter = ("country",)
    ordering = ("country", "subject", "-from_date")
