"""Messages to people: whether they arrived, not what they said."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.administration import ReadAdmin
from core.notices.models import Notice


@admin.register(Notice)
class NoticeAdmin(ReadAdmin):
    read_verb = "core.read_notice"
    ordering = ("-pk",)
    list_display = ("state", "template", "language", "masked_phone", "send_at", "use_by", "created_at")
    search_fields = ("=our_ref",)
    fields = ("state", "template", "language", "zone", "masked_phone", "our_ref", "send_at", "use_by", "read_at")
    readonly_fields = ("masked_phone",)

    @admin.display(description=_("phone"))
    def masked_phone(self, notice: Notice) -> str:
        """The last digits alone."""
        return f"••• {notice.phone_tail}" if notice.phone_tail else "–"
