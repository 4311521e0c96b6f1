"""What is pushed to suppliers, in the administration: what waits, what has failed, and sending it again."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.administration import ReadAdmin
from core.errors import Refused
from orders.suppliers.models import SupplierOrder, SupplierWebhook
from orders.suppliers.services import note_examined, send_again
from stations.requests import signed_in


@admin.register(SupplierWebhook)
class SupplierWebhookAdmin(ReadAdmin):
    read_verb, acting_verb = "orders.read_supplier_webhook", "orders.resend_supplier_webhook"
    list_display = ("status", "kind", "supplier", "order", "made_at", "attempts", "next_attempt_at", "last_error")
    list_filter = ("status", "kind", "supplier")
    list_select_related = ("supplier", "order")
    search_fields = ("=order__number",)
    ordering = ("-pk",)
    exclude = ("body",)
    readonly_fields = ("said",)
    actions = ("send_once_more",)

    @admin.display(description=_("body"))
    def said(self, webhook: SupplierWebhook) -> str:
        """What the supplier is told."""
        return json.dumps(webhook.body, ensure_ascii=False, indent=2)

    @admin.action(description=_("Push again"), permissions=["act"])
    def send_once_more(self, request: HttpRequest, chosen: Any) -> None:
        at, sent = now(), 0
        for webhook in chosen:
            try:
                send_again(webhook=webhook, at=at)
            except Refused as refusal:
                messages.error(request, f"{webhook.order}: {refusal}")
            else:
                sent += 1
        text = ngettext("The webhook is being sent again.", "%(count)s webhooks are being sent again.", sent)
        messages.success(request, text % {"count": sent})


@admin.register(SupplierOrder)
class SupplierOrderAdmin(ReadAdmin):
    """What becomes of the goods is said on the page of the goods to send."""

    read_verb, acting_verb = "orders.read_supplier_webhook", "orders.resend_supplier_webhook"
    actions = ("note_as_examined",)
    list_display = ("status", "supplier", "fulfilment", "made_at", "attempts", "next_attempt_at", "last_error")
    list_filter = ("status", "supplier")
    list_select_related = ("supplier", "fulfilment__order", "fulfilment__warehouse__station")
    search_fields = ("=fulfilment__order__number", "=supplier_ref")
    ordering = ("-pk",)

    @admin.action(description=_("Examined: what is recorded here stands"), permissions=["act"])
    def note_as_examined(self, request: HttpRequest, chosen: QuerySet[SupplierOrder]) -> None:
        self.each(
            request,
            chosen,
            self.acting_verb,
            lambda order, reason: note_examined(order=order, reason=reason, by=signed_in(request), at=now()),
        )
