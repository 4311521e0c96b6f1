"""Administration of this app: a table of contents, and the history that all objects share."""

from django.contrib import admin

from core.administration import ReadAdmin
from core.datakeys.admin import DataKeyAdmin
from core.events.admin import EventAdmin
from core.files.admin import StoredFileAdmin
from core.gateways.admin import (
    CallbackAdmin,
    DailyFileAdmin,
    InboundMessageAdmin,
    InstructionAdmin,
    ProviderAdmin,
)
from core.jobs.admin import JobAdmin
from core.keys.admin import RequestKeyAdmin
from core.models import StatusChange
from core.notices.admin import NoticeAdmin


@admin.register(StatusChange)
class StatusChangeAdmin(ReadAdmin):
    read_verb = "core.read_status_change"
    ordering = ("-pk",)
    list_display = ("at", "content_type", "object_id", "old", "new", "actor_kind", "reason")
    list_select_related = ("content_type",)
    search_fields = ("=object_id",)
