"""Campaigns are read in the administration; kits and hand-overs stand on their own pages, which record the reading."""

from django.contrib import admin

from core.administration import ReadAdmin
from education.supplies.models import READ, Campaign


@admin.register(Campaign)
class CampaignAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("name", "donor", "county", "starts_date", "ends_date")
    list_select_related = ("county",)
    ordering = ("-id",)
