"""Requests of people in the administration: to read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.administration import ReadAdmin
from stations.rights.models import PersonRequest


@admin.register(PersonRequest)
class PersonRequestTable(ReadAdmin):
    """Who asked for what, and whether it was done in time."""

    read_verb = "stations.read_access_read"
    list_display = ("status", "number", "kind", "person_id", "asked_at", "due_at", "ended_at")
    list_filter = ("status", "kind")
    search_fields = ("=person__id",)
    ordering = ("-pk",)
    exclude = ("person", "file")
    readonly_fields = ("person_id",)

    @admin.display(description=_("number"))
    def number(self, row: PersonRequest) -> str:
        """What people quote."""
        return row.number
