"""Proposals for the archive in the administration: to read."""

from django.contrib import admin

from core.administration import ReadAdmin
from stations.archive.models import ArchiveProposal


@admin.register(ArchiveProposal)
class ArchiveProposalTable(ReadAdmin):
    """Who was proposed, and what the county decided; decided on the county's page."""

    read_verb = "stations.read_archive_proposal"
    list_display = ("status", "person_id", "last_seen_at", "proposed_at", "decided_by", "reason")
    list_filter = ("status",)
    list_select_related = ("decided_by",)
    search_fields = ("=person__id",)
    ordering = ("-pk",)
    exclude = ("person",)
    readonly_fields = ("person_id",)
