"""Booths are read in the administration; calls stand on their own pages, which record the reading."""

from django.contrib import admin

from core.administration import ReadAdmin
from education.hotlines.models import READ_BOOTH, Booth


@admin.register(Booth)
class BoothAdmin(ReadAdmin):
    read_verb = READ_BOOTH
    list_display = ("station", "name", "minutes")
    list_select_related = ("station",)
    fields = ("station", "name", "minutes")
    ordering = ("station__code", "name")
