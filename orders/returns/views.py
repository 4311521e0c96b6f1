"""Pages of returns: asked for at the counter, and one return with what may be done."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import load, may, requires
from core.files.services import store_photo
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from logistics.parcels.display import words_of
from orders.purchases.models import Order
from orders.purchases.queries import refundable_methods
from orders.returns import services
from orders.returns.display import LineRow, kind_of, line_rows, title_of
from orders.returns.forms import DropForm, EndUnpaidForm, InspectForm, RejectForm, RequestReturnForm
from orders.returns.machine import RETURN
from orders.returns.models import Return
from orders.returns.queries import handed_over, parcel_of, returnable, returns
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, REQUEST = "orders.read_purchase", "orders.request_return"


@requires(REQUEST, one_object=True)
def new(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take articles of an order back: how much of each, why, and what the buyer wants for them."""
    orders = Order.objects.select_related("station__county", "villager")
    order = load(orders, request.user, REQUEST, pk=pk)
    lines = list(returnable(order, at=now()))
    offered = lines if request.method == "GET" else list(handed_over(order))
    form = RequestReturnForm(request.POST or None, lines=offered)
    return form_page(
        request,
        operation=REQUEST,
        form=form,
        service=partial(_request, order=order, form=form),
        then=page_of("returns:return"),
        template="orders/returns/new.html",
        page=lambda: {"order": order, "lines": lines, "paid": refundable_methods(order)},
    )


def _request(*, order: Order, form: RequestReturnForm, by: User, at: dt.datetime, **typed: Any) -> Return:
    return services.request_return(order=order, **typed, by=by, at=at, key=form.cleaned_data["key"])


@requires(READ, one_object=True)
def slip(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What the buyer takes home: what was taken in, in which parcel it goes back, and when there is money."""
    found = load(returns(), request.user, READ, pk=pk)
    page = {"found": found, "rows": line_rows(found.lines.all())}
    return render(request, "orders/returns/slip.html", page)


def _context(request: SignedInRequest, found: Return) -> dict[str, Any]:
    rows = line_rows(found.lines.all())
    refunds = found.refunds.select_related("refund").order_by("pk")
    parcel = parcel_of(found)
    return {
        "found": found,
        "kind": kind_of(found),
        "title": title_of(found.lines.all()),
        "rows": rows,
        "again": getattr(found, "replacement", None),
        "parcel": parcel,
        "parcel_words": words_of(parcel) if parcel else "",
        "refunds": [row.refund for row in refunds] if may(request.user, "finance.read_refund") else [],
        "keeps_leg": found.bearer == Return.Bearer.BUYER and bool(found.leg_minor),
        "history": history_of(found),
    }


def _drop(
    *, goods_return: Return, looks: Sequence[tuple[UUID, str, UploadedFile | None]], by: User, at: dt.datetime
) -> Return:
    seen = [
        services.Seen(line, condition, store_photo(upload=photo, by=by.pk, at=at, field="photo") if photo else None)
        for line, condition, photo in looks
    ]
    return services.drop_return(goods_return=goods_return, seen=seen, by=by, at=at)


def _rows(_request: HttpRequest, found: Return) -> dict[str, list[LineRow]]:
    return {"rows": line_rows(found.lines.all())}


def _to_look_at(_request: HttpRequest, found: Return) -> dict[str, Any]:
    return {"rows": line_rows(found.lines.all()), "needs_photo": found.needs_photo}


def _is_not_the_buyer(found: Return, user: User) -> bool:
    return not is_same_person(user, found.order.villager_id)


def _is_unsettled(found: Return, _user: User) -> bool:
    return found.unsettled_at is not None


def _is_under_way(found: Return, _user: User) -> bool:
    """What waits for somebody to settle its money is neither sent, received, replaced nor refunded."""
    return found.unsettled_at is None


def _may_end_unpaid(found: Return, user: User) -> bool:
    return found.unsettled_at is not None and _is_another(found, user)


def _is_another(found: Return, user: User) -> bool:
    return not is_same_person(user, found.requested_by_id, found.order.villager_id)


RETURN_PAGE = ObjectPage(
    name="returns:return",
    template="orders/returns/return.html",
    grant=READ,
    noun="goods_return",
    rows=returns,
    context=_context,
    machine=RETURN,
    actions={
        "approve": PageAction(
            grant="orders.approve_return",
            service=services.approve_return,
            arrow="approve_return",
            is_open=_is_not_the_buyer,
            title=_("The goods may come back"),
            button=_("Approve"),
            doing=_("Recording…"),
        ),
        "reject": PageAction(
            grant="orders.reject_return",
            service=services.reject_return,
            form=RejectForm,
            arrow="reject_return",
            title=_("The buyer keeps the goods"),
            button=_("Reject"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "drop": PageAction(
            grant="orders.drop_return",
            service=_drop,
            form=DropForm,
            form_kwargs=_to_look_at,
            arrow="drop_return",
            title=_("The goods are here"),
            button=_("Take them in"),
            doing=_("Recording…"),
        ),
        "send": PageAction(
            grant="orders.send_return",
            service=services.send_return,
            arrow="send_return",
            is_open=_is_under_way,
            title=_("It leaves without a van that scans it"),
            button=_("It has left"),
            doing=_("Recording…"),
        ),
        "receive": PageAction(
            grant="orders.receive_return",
            service=services.receive_return,
            arrow="receive_return",
            is_open=_is_under_way,
            title=_("The goods have arrived at the county centre"),
            button=_("Record it"),
            doing=_("Recording…"),
        ),
        "inspect": PageAction(
            grant="orders.inspect_return",
            service=services.inspect_return,
            form=InspectForm,
            form_kwargs=_rows,
            arrow="inspect_return",
            is_open=_is_another,
            title=_("Inspect the goods"),
            button=_("Inspected"),
            doing=_("Recording…"),
        ),
        "replace": PageAction(
            grant="orders.replace_return",
            service=services.replace_return,
            arrow="replace_return",
            is_open=_is_under_way,
            title=_("Send the same again"),
            button=_("Send it again"),
            doing=_("Reserving…"),
        ),
        "refund": PageAction(
            grant="orders.refund_return",
            service=services.refund_return,
            arrow="refund_return",
            is_open=_is_under_way,
            title=_("Give the money back instead"),
            button=_("Give the money back"),
            doing=_("Recording…"),
        ),
        "send-back": PageAction(
            grant="orders.send_back_return",
            service=services.send_back_return,
            arrow="send_back_return",
            title=_("Send it back to the buyer"),
            button=_("It has left"),
            doing=_("Recording…"),
        ),
        "settle": PageAction(
            grant="orders.settle_return",
            service=services.settle_return,
            arrow="settle_return",
            is_open=_is_unsettled,
            title=_("The money could not move"),
            button=_("Try again"),
            doing=_("Recording…"),
        ),
        "end-unpaid": PageAction(
            grant="orders.end_return_unpaid",
            service=services.end_return_unpaid,
            form=EndUnpaidForm,
            arrow="end_return_unpaid",
            is_open=_may_end_unpaid,
            title=_("The buyer has the money already"),
            button=_("End it without money"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "cancel": PageAction(
            grant="orders.cancel_return",
            service=services.cancel_return,
            arrow="cancel_return",
            title=_("The buyer keeps the goods after all"),
            button=_("Cancel the return"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
