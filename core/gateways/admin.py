"""Administration of the gateways: providers, our instructions, their messages. It never shows a secret."""

import datetime as dt
from typing import Any

import orjson
from django.contrib import admin, messages
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.http import HttpRequest
from django.utils.timezone import localtime, now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.access import may, may_everywhere
from core.admin_amounts import AmountsAdmin
from core.administration import ReadAdmin
from core.days import day_in
from core.gateways.client import address_of, secret_of
from core.gateways.models import Callback, DailyFile, InboundMessage, Instruction, Provider
from core.gateways.services import apply_again, ask_again, ask_for_file, import_again, read_pieces
from core.money import Money

#: So much of a raw text is shown.
PREVIEW = 4000


@admin.register(Provider)
class ProviderAdmin(AmountsAdmin):
    list_display = ("code", "name", "breaker", "breaker_opened_at", "file_time", "is_set_up")
    fields = (
        *("code", "name", "name_zh", "key_id", "secret_name", "country", "currency", "time_zone", "file_time"),
        *("prefund_alarm_minor", "prefund_min_minor", "balance_now", "refused_minor"),
        *("breaker", "breaker_opened_at", "is_set_up"),
    )
    search_fields = ("code__startswith",)
    ordering = ("code",)
    show_full_result_count = False
    list_per_page = 50
    actions = ("fetch_yesterdays_file",)

    def read_only(self, request: HttpRequest, obj: Provider | None = None) -> list[str]:
        """The code is part of addresses and files, country and currency of the books: they never change."""
        computed = ["balance_now", "refused_minor", "breaker", "breaker_opened_at", "is_set_up"]
        return ["code", "country", "currency", *computed] if obj else computed

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return may(request.user, "core.read_provider")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "core.read_provider")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "core.edit_provider")

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return may(request.user, "core.edit_provider")

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        return may_everywhere(request.user, "core.ask_provider")

    @admin.display(description=_("balance that we hold there"))
    def balance_now(self, provider: Provider) -> str:
        """What they said last, and when."""
        if provider.balance_minor is None:
            return "–"
        amount = Money(provider.balance_minor, provider.currency).display()
        return f"{amount} ({localtime(provider.balance_at):%Y-%m-%d %H:%M})"

    @admin.display(description=_("address and secret are set"), boolean=True)
    def is_set_up(self, provider: Provider) -> bool:
        """Whether the environment of this process holds both; neither is shown."""
        try:
            return bool(address_of(provider) and secret_of(provider))
        except ImproperlyConfigured:
            return False

    @admin.action(description=_("Fetch yesterday's daily file now"), permissions=["act"])
    def fetch_yesterdays_file(self, request: HttpRequest, chosen: Any) -> None:
        at = now()
        for provider in chosen:
            yesterday = day_in(provider.time_zone, at) - dt.timedelta(days=1)
            ask_for_file(provider=provider, file_date=yesterday, at=at)
        count = len(chosen)
        text = ngettext("The daily file will be fetched.", "%(count)s daily files will be fetched.", count)
        messages.success(request, text % {"count": count})


@admin.register(Instruction)
class InstructionAdmin(ReadAdmin):
    read_verb, acting_verb = "core.read_instruction", "core.ask_provider"
    list_display = ("state", "outcome", "kind", "provider", "our_ref", "sent_at", "next_enquiry_at")
    list_filter = ("state", "kind", "provider")
    list_select_related = ("provider",)
    search_fields = ("our_ref__exact",)
    ordering = ("-our_ref",)
    exclude = ("request",)
    readonly_fields = ("asked",)
    actions = ("ask_now",)

    @admin.display(description=_("request"))
    def asked(self, instruction: Instruction) -> str:
        """What we sent, without anybody's phone."""
        shown = {name: value for name, value in instruction.request.items() if "phone" not in name}
        return orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode()

    @admin.action(description=_("Check with the company now"), permissions=["act"])
    def ask_now(self, request: HttpRequest, chosen: Any) -> None:
        at = now()
        asked = sum(ask_again(our_ref=instruction.pk, at=at) for instruction in chosen)
        text = ngettext("Checking with the company.", "Checking %(count)s of these with the companies.", asked)
        messages.success(request, text % {"count": asked})


@admin.register(Callback)
class CallbackAdmin(ReadAdmin):
    read_verb, acting_verb = "core.read_instruction", "core.ask_provider"
    list_display = ("state", "event_type", "provider", "our_ref", "received_at", "note")
    list_filter = ("state", "provider")
    list_select_related = ("provider",)
    search_fields = ("our_ref__exact",)
    ordering = ("-pk",)
    fields = ("state", "note", "provider", "event_id", "event_type", "our_ref", "received_at", "headers", "raw")
    readonly_fields = ("raw",)
    actions = ("apply_once_more",)

    @admin.display(description=_("body"))
    def raw(self, callback: Callback) -> str:
        """The bytes as they came, as text."""
        return bytes(callback.body)[:PREVIEW].decode("utf-8", "replace")

    @admin.action(description=_("Apply again"), permissions=["act"])
    def apply_once_more(self, request: HttpRequest, chosen: Any) -> None:
        at = now()
        for callback in chosen:
            apply_again(callback=callback, at=at)
        count = len(chosen)
        text = ngettext("The callback is being applied again.", "%(count)s callbacks are being applied again.", count)
        messages.success(request, text % {"count": count})


@admin.register(InboundMessage)
class InboundMessageAdmin(ReadAdmin):
    read_verb = "core.read_instruction"
    list_display = ("state", "word", "phone_tail", "provider", "received_at")
    list_filter = ("state", "provider")
    list_select_related = ("provider",)
    ordering = ("-pk",)
    fields = ("state", "word", "phone_tail", "provider", "message_id", "received_at")


@admin.register(DailyFile)
class DailyFileAdmin(ReadAdmin):
    read_verb, acting_verb = "core.read_instruction", "core.ask_provider"
    list_display = ("file_date", "provider", "received_at", "refusal")
    list_filter = ("provider",)
    list_select_related = ("provider",)
    ordering = ("-pk",)
    fields = ("provider", "file_date", "received_at", "refusal", "size", "sha256", "raw")
    readonly_fields = ("raw",)
    actions = ("read_once_more",)

    @admin.display(description=_("beginning"))
    def raw(self, daily_file: DailyFile) -> str:
        """The first lines, as text."""
        return next(read_pieces(daily_file=daily_file), b"")[:PREVIEW].decode("gb18030", "replace")

    @admin.action(description=_("Read again"), permissions=["act"])
    def read_once_more(self, request: HttpRequest, chosen: Any) -> None:
        at = now()
        for daily_file in chosen:
            import_again(daily_file=daily_file, at=at)
        count = len(chosen)
        text = ngettext("The file is being read again.", "%(count)s files are being read again.", count)
        messages.success(request, text % {"count": count})
