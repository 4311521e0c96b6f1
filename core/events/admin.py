"""The outbox, to be read."""

from django.contrib import admin

from core.administration import ReadAdmin
from core.events.models import Event


@admin.register(Event)
class EventAdmin(ReadAdmin):
    read_verb = "core.read_event"
    ordering = ("-pk",)
    list_display = ("name", "created_at", "payload")
    search_fields = ("=name",)
