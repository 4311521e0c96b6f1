"""Merges in the administration: to read."""

from django.contrib import admin

from core.administration import ReadAdmin
from stations.duplicates.models import PersonMerge


@admin.register(PersonMerge)
class PersonMergeTable(ReadAdmin):
    """Which records became one, by whom, and what was undone; decided on the county's pages by two people."""

    read_verb = "stations.read_person_merge"
    list_display = ("status", "kept_id", "merged_id", "proposed_by", "proposed_at", "decided_by", "undone_by")
    list_filter = ("status",)
    list_select_related = ("proposed_by", "decided_by", "undone_by")
    search_fields = ("=kept__id", "=merged__id")
    ordering = ("-pk",)
    exclude = ("kept", "merged")
    readonly_fields = ("kept_id", "merged_id")
