"""Terminations in the administration: to read."""

from django.contrib import admin

from core.administration import ReadAdmin
from stations.contracts.models import Termination


@admin.register(Termination)
class TerminationTable(ReadAdmin):
    """Who asked to end which contract, and what became of it; decided on the county's pages by two people."""

    read_verb = "stations.read_contract"
    list_display = ("status", "contract", "reason", "asked_by", "asked_at", "ended_by", "ended_at")
    list_filter = ("status",)
    list_select_related = ("contract", "asked_by", "ended_by")
    search_fields = ("contract__station__code__startswith",)
    ordering = ("-pk",)
