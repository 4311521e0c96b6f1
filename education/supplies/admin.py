"""Campaigns and kits are read in the administration; hand-overs stand on their own pages, which record the reading."""

from django.contrib import admin

from core.administration import ReadAdmin
from education.supplies.models import READ, Campaign, Kit


@admin.register(Campaign)
class CampaignAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("name", "donor", "county", "starts_date", "ends_date")
    list_select_related = ("county",)
    ordering = ("-id",)


@admin.register(Kit)
class KitAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("serial", "campaign", "station", "state")
    list_filter = ("state",)
    list_select_related = ("campaign", "station")
    search_fields = ("=serial",)
    ordering = ("-pk",)
