"""What one warehouse does for an order: it picks, packs and sends."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.web.page_actions import ObjectPage, PageAction
from orders.catalog.queries import quantity_words
from orders.purchases import services
from orders.purchases.display import part_kind
from orders.purchases.forms import (
    PackForm,
)
from orders.purchases.machine import FULFILMENT
from orders.purchases.models import Fulfilment
from stations.accounts.queries import history_of
from stations.requests import SignedInRequest

READ = "orders.read_purchase"


def _parts() -> "QuerySet[Fulfilment]":
    return Fulfilment.objects.select_related("order__station__county", "order__villager", "warehouse__station")


def _part_context(request: SignedInRequest, part: Fulfilment) -> dict[str, Any]:
    lines = part.lines.select_related("order_line__variant__product").order_by("pk")
    return {
        "part": part,
        "kind": part_kind(part),
        "lines": [
            {
                "title": line.order_line.variant.title,
                "sku": line.order_line.variant.sku,
                "quantity": quantity_words(line.order_line.variant, line.quantity),
            }
            for line in lines
        ],
        "order_page": reverse("purchases:purchase", args=[part.order_id]),
        "history": history_of(part),
    }


PART_PAGE = ObjectPage(
    name="purchases:part",
    template="orders/purchases/part.html",
    grant=READ,
    noun="fulfilment",
    rows=_parts,
    context=_part_context,
    machine=FULFILMENT,
    actions={
        "pick": PageAction(
            grant="orders.pick_fulfilment",
            service=services.pick_fulfilment,
            arrow="pick_fulfilment",
            title=_("Take it from the shelf"),
            button=_("Picked"),
            doing=_("Recording…"),
        ),
        "pack": PageAction(
            grant="orders.pack_fulfilment",
            service=services.pack_fulfilment,
            form=PackForm,
            arrow="pack_fulfilment",
            title=_("Pack it"),
            button=_("Packed"),
            doing=_("Recording…"),
        ),
        "dispatch": PageAction(
            grant="orders.dispatch_fulfilment",
            service=services.dispatch_fulfilment,
            arrow="dispatch_fulfilment",
            title=_("Send it to the station"),
            button=_("It has left"),
            doing=_("Recording…"),
        ),
    },
)
