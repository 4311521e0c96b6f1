"""Writes that came with a key, to be looked up by the key that a client quotes. Answers are not shown."""

from django.contrib import admin

from core.administration import ReadAdmin
from core.keys.models import RequestKey


@admin.register(RequestKey)
class RequestKeyAdmin(ReadAdmin):
    read_verb = "core.read_request_key"
    ordering = ("-pk",)
    list_display = ("created_at", "operation", "key", "status", "person")
    search_fields = ("=person",)
    fields = ("person", "operation", "key", "fingerprint", "status", "created_at")
