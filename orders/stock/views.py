"""One warehouse with goods that arrive, and one article with its movements."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.language import formatting
from core.web.page_actions import ObjectPage, PageAction
from core.web.tables import Cell, Column, Table
from orders.catalog.models import Variant
from orders.catalog.queries import quantity_words
from orders.stock import services
from orders.stock.display import shown
from orders.stock.forms import CountForm, ReceiveForm
from orders.stock.models import StockLevel, StockMovement, Warehouse
from stations.accounts.models import User
from stations.requests import SignedInRequest

READ, RECEIVE, ADJUST = "orders.read_stock", "orders.receive_stock", "orders.adjust_stock"
PAGE = 50


def level_row(level: StockLevel) -> dict[str, Any]:
    """A level as a row shows it."""
    variant = level.variant
    reserved, badge = {"quantity": quantity_words(variant, level.allocated)}, shown(level)
    return {
        "level": level,
        "quantity": quantity_words(variant, level.free),
        "reserved": gettext("%(quantity)s reserved") % reserved if level.allocated else "",
        "kind": badge.kind,
        "words": badge.words,
    }


def _levels() -> Any:
    return StockLevel.objects.select_related("variant__product__supplier", "warehouse__station")


def _warehouse_context(_request: SignedInRequest, found: Warehouse) -> dict[str, Any]:
    low = _levels().filter(warehouse=found).low().order_by("pk")[:PAGE]
    latest = _levels().filter(warehouse=found, moved_at__isnull=False).order_by("-moved_at", "pk")[:PAGE]
    return {
        "warehouse": found,
        "low": [level_row(level) for level in low],
        "latest": [level_row(level) for level in latest],
    }


def _level_context(_request: SignedInRequest, found: StockLevel) -> dict[str, Any]:
    variant = found.variant
    moves = found.movements.select_related("made_by").order_by("-pk")[:PAGE]
    return {
        **level_row(found),
        "on_hand": quantity_words(variant, found.on_hand),
        "allocated": quantity_words(variant, found.allocated),
        "warn_below": quantity_words(variant, found.low_stock_at),
        "moves": _moves_table(variant, moves),
    }


def _moves_table(variant: Variant, moves: "QuerySet[StockMovement]") -> Table:
    rows = [
        (
            Cell(move.get_kind_display(), detail=move.reason or (move.made_by.shown_name if move.made_by else "")),
            formatting.near(timezone.localtime(move.at), timezone.localtime()),
            _signed(variant, move.on_hand_delta),
            _signed(variant, move.allocated_delta),
        )
        for move in moves
    ]
    columns = [
        *(Column(gettext("Movement")), Column(gettext("When"))),
        *(Column(gettext("In the warehouse"), number=True), Column(gettext("Reserved"), number=True)),
    ]
    return Table(gettext("The last movements"), columns, rows, empty=gettext("Nothing has moved yet."))


def _signed(variant: Variant, quantity: int) -> str:
    if not quantity:
        return "–"
    return f"{'+' if quantity > 0 else '−'}{quantity_words(variant, abs(quantity))}"


def _warehouses() -> "QuerySet[Warehouse]":
    return Warehouse.objects.select_related("station")


def _is_active(found: Warehouse, _user: User) -> bool:
    return found.is_active


WAREHOUSE_PAGE = ObjectPage(
    name="stock:warehouse",
    template="orders/stock/warehouse.html",
    grant=READ,
    noun="warehouse",
    rows=_warehouses,
    context=_warehouse_context,
    actions={
        "receive": PageAction(
            grant=RECEIVE,
            service=services.receive_stock,
            form=ReceiveForm,
            is_open=_is_active,
            done=_("The goods are booked."),
            title=_("Goods have arrived"),
            button=_("Book them"),
            doing=_("Recording…"),
        ),
    },
)
LEVEL_PAGE = ObjectPage(
    name="stock:level",
    template="orders/stock/level.html",
    grant=READ,
    noun="level",
    rows=_levels,
    context=_level_context,
    actions={
        "count": PageAction(
            grant=ADJUST,
            service=services.adjust_stock,
            form=CountForm,
            done=_("The count is booked."),
            title=_("Count the stock"),
            button=_("Book the count"),
            doing=_("Recording…"),
        ),
    },
)
