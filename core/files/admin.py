"""Stored files, to be counted but not opened: who may see one is known to what it belongs to."""

from django.contrib import admin

from core.administration import ReadAdmin
from core.files.models import StoredFile


@admin.register(StoredFile)
class StoredFileAdmin(ReadAdmin):
    read_verb = "core.read_stored_file"
    ordering = ("-pk",)
    list_display = ("id", "media_type", "size", "stored_at", "stored_by")
    search_fields = ("=id",)
    fields = ("media_type", "size", "sha256", "stored_by", "stored_at")
