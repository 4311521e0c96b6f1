"""What one warehouse does for an order: it picks, packs and sends; what a supplier keeps is confirmed and received."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.files.services import store_photo
from core.web.page_actions import ObjectPage, PageAction
from orders.catalog.queries import quantity_words
from orders.purchases import services
from orders.purchases.display import part_kind
from orders.purchases.forms import ConfirmForm, GiveBackForm, PackForm, ReasonForm
from orders.purchases.machine import FULFILMENT
from orders.purchases.models import Fulfilment
from orders.purchases.queries import is_unpaid_again, was_at_centre
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.requests import SignedInRequest

READ = "orders.read_purchase"
_NOT_BEGUN = (Fulfilment.Status.PENDING, Fulfilment.Status.ALLOCATED)


def _parts() -> "QuerySet[Fulfilment]":
    return Fulfilment.objects.select_related(
        "order__station__county",
        "order__villager",
        "warehouse__station",
        "supplier",
        "supplier_told_by",
        "given_back_by",
    )


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
        "is_unpaid": part.status in _NOT_BEGUN and is_unpaid_again(part.order),
        "message": services.message_to_supplier(part) if part.not_needed_at else None,
        "order_page": reverse("purchases:purchase", args=[part.order_id]),
        "history": history_of(part),
    }


def _is_on_demand(part: Fulfilment, _user: User) -> bool:
    return part.is_on_demand


def _is_in_warehouse(part: Fulfilment, _user: User) -> bool:
    return not part.is_on_demand


def _is_asked(part: Fulfilment, _user: User) -> bool:
    return part.is_on_demand and not part.order.advance_due


def _is_not_shipped(part: Fulfilment, _user: User) -> bool:
    return part.is_on_demand and part.shipped_at is None


def _must_be_informed(part: Fulfilment, _user: User) -> bool:
    return part.not_needed_at is not None and part.supplier_told_at is None


def _waits_for_supplier(part: Fulfilment, _user: User) -> bool:
    return part.waits_for_supplier


def _were_here(_request: HttpRequest, part: Fulfilment) -> dict[str, bool]:
    return {"were_here": was_at_centre(part)}


def _give_back(
    *, fulfilment: Fulfilment, photo: UploadedFile | None, by: User, at: dt.datetime, **typed: Any
) -> Fulfilment:
    stored = store_photo(upload=photo, by=by.pk, at=at, field="photo") if photo else None
    return services.give_back_fulfilment(fulfilment=fulfilment, photo=stored, by=by, at=at, **typed)


def _lines_of(_request: HttpRequest, part: Fulfilment) -> dict[str, Fulfilment]:
    return {"part": part}


PART_PAGE = ObjectPage(
    name="purchases:part",
    template="orders/purchases/part.html",
    grant=READ,
    noun="fulfilment",
    rows=_parts,
    context=_part_context,
    machine=FULFILMENT,
    actions={
        "confirm": PageAction(
            grant="orders.confirm_fulfilment",
            service=services.confirm_fulfilment,
            form=ConfirmForm,
            form_kwargs=_lines_of,
            arrow="confirm_fulfilment",
            is_open=_is_asked,
            title=_("The supplier confirms"),
            button=_("Confirmed"),
            doing=_("Recording…"),
        ),
        "receive": PageAction(
            grant="orders.receive_fulfilment",
            service=services.receive_fulfilment,
            arrow="receive_fulfilment",
            is_open=_is_on_demand,
            title=_("The goods are here"),
            button=_("Goods received"),
            doing=_("Recording…"),
        ),
        "ship": PageAction(
            grant="orders.ship_fulfilment",
            service=services.ship_fulfilment,
            arrow="ship_fulfilment",
            is_open=_is_not_shipped,
            title=_("The supplier has sent them"),
            button=_("They are on their way"),
            doing=_("Recording…"),
            kind="",
        ),
        "refuse": PageAction(
            grant="orders.refuse_fulfilment",
            service=services.refuse_fulfilment,
            form=ReasonForm,
            arrow="refuse_fulfilment",
            is_open=_is_on_demand,
            title=_("The supplier does not deliver"),
            button=_("Cancel these goods"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "supplier-told": PageAction(
            grant="orders.note_supplier_informed",
            service=services.note_supplier_informed,
            arrow="note_supplier_informed",
            is_open=_must_be_informed,
            title=_("The supplier has to know that they are not needed"),
            button=_("The supplier knows"),
            doing=_("Recording…"),
        ),
        "give-back": PageAction(
            grant="orders.give_back_fulfilment",
            service=_give_back,
            form=GiveBackForm,
            form_kwargs=_were_here,
            arrow="give_back_fulfilment",
            is_open=_waits_for_supplier,
            title=_("The goods go back to their supplier"),
            button=_("Record it"),
            doing=_("Recording…"),
        ),
        "pick": PageAction(
            grant="orders.pick_fulfilment",
            service=services.pick_fulfilment,
            arrow="pick_fulfilment",
            is_open=_is_in_warehouse,
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
        "cancel": PageAction(
            grant="orders.cancel_fulfilment",
            service=services.cancel_fulfilment,
            form=ReasonForm,
            arrow="cancel_fulfilment",
            title=_("End this part of the order"),
            button=_("Cancel this part"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
