"""Learning record stores, edited for the network, and what is sent to them: read, and sent once more."""

import json
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.administration import ReadAdmin, ReferenceAdmin
from core.errors import Refused
from education.statements import xapi
from education.statements.models import READ, RESEND, RecordStore, Statement, UntoldFact
from education.statements.queries import lacking_consent
from education.statements.services import send_again

#: What stands in place of a statement that nobody may read.
NOT_SHOWN = "–"


@admin.register(RecordStore)
class RecordStoreAdmin(ReferenceAdmin):
    read_verb, edit_verb = READ, "education.edit_record_store"
    list_display = ("county", "provider", "since_date", "collected_until", "failures", "next_attempt_at", "last_error")
    list_select_related = ("county", "provider")
    raw_id_fields = ("county", "provider")
    ordering = ("county__code",)
    fixed_fields = ("county",)


@admin.register(Statement)
class StatementAdmin(ReadAdmin):
    """Of whom a statement tells is shown as the name alone that the store of the county is told."""

    read_verb, acting_verb = READ, RESEND
    list_display = ("status", "kind", "station", "happened_at", "stored_at", "delivered_at", "last_error")
    list_filter = ("status", "kind")
    list_select_related = ("station",)
    search_fields = ("=id",)
    ordering = ("-stored_at", "-pk")
    exclude = ("content", "actor")
    readonly_fields = ("said",)
    actions = ("send_once_more",)

    @admin.display(description=_("content"))
    def said(self, statement: Statement) -> str:
        """What the store is told; of a minor without a guardian's consent nothing is shown."""
        if statement.status == Statement.Status.WITHHELD or lacking_consent([statement], now()):
            return NOT_SHOWN
        store = RecordStore.objects.get(county=statement.station.county_id)
        return json.dumps(xapi.rendered(statement, xapi.store_reader(store)), ensure_ascii=False, indent=2)

    @admin.action(description=_("Send again"), permissions=["act"])
    def send_once_more(self, request: HttpRequest, chosen: Any) -> None:
        at, sent = now(), 0
        for statement in chosen:
            try:
                send_again(statement=statement, at=at)
            except Refused as refusal:
                messages.error(request, f"{statement}: {refusal}")
            else:
                sent += 1
        text = ngettext("The statement waits to be sent.", "%(count)s statements wait to be sent.", sent)
        messages.success(request, text % {"count": sent})


@admin.register(UntoldFact)
class UntoldFactAdmin(ReadAdmin):
    """Why no statement could be made of something; nothing of whom it tells."""

    read_verb = READ
    list_display = ("id", "store", "error", "found_at", "tried_at", "told_at")
    list_filter = (("told_at", admin.EmptyFieldListFilter),)
    list_select_related = ("store__county",)
    ordering = ("-found_at", "-pk")
