"""The keys of personal numbers, by their fingerprints. They are changed by `manage.py data_keys` alone."""

from django.contrib import admin

from core.administration import ReadAdmin
from core.datakeys.models import DataKey


@admin.register(DataKey)
class DataKeyAdmin(ReadAdmin):
    read_verb = "core.read_data_key"
    ordering = ("kind", "number")
    list_display = ("kind", "number", "fingerprint", "writes_since", "retired_at")
