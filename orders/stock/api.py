"""Stock over the API."""

import datetime as dt
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from orders.catalog.queries import variant_called
from orders.stock import services
from orders.stock.models import StockLevel, Warehouse
from stations.accounts.models import User

READ, RECEIVE, ADJUST = "orders.read_stock", "orders.receive_stock", "orders.adjust_stock"
MOST = 10**12


class StockLevelOut(ReadSerializer):
    """How much of a variant lies in a warehouse, in pieces or grams; `free` can still be reserved."""

    id = serializers.IntegerField()
    warehouse = serializers.IntegerField(source="warehouse_id")
    station = serializers.CharField(source="warehouse.station.code")
    sku = serializers.CharField(source="variant.sku")
    unit = serializers.CharField(source="variant.unit")
    on_hand = serializers.IntegerField()
    allocated = serializers.IntegerField()
    free = serializers.IntegerField()
    low_stock_at = serializers.IntegerField()


EXAMPLE = {
    "id": 41,
    "warehouse": 3,
    "station": "321324-0001",
    "sku": "RICE-25",
    "unit": "piece",
    "on_hand": 40,
    "allocated": 6,
    "free": 34,
    "low_stock_at": 10,
}


class LevelPages(CursorPages):
    """In the order of their ids."""

    ordering = "pk"


class LevelQuery(serializers.Serializer):
    """Which warehouse."""

    warehouse = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


@extend_schema(parameters=[OpenApiParameter("warehouse", int, description="The id of one warehouse.")])
class StockLevels(generics.ListAPIView):
    """List what lies in the warehouses within reach."""

    requires = READ
    serializer_class = StockLevelOut
    pagination_class = LevelPages
    out_example = EXAMPLE

    def get_queryset(self) -> Any:
        query = LevelQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        levels = StockLevel.objects.open_to(self.request.user, READ).select_related("variant", "warehouse__station")
        return levels.filter(**query.validated_data)


class ReceiveStockIn(serializers.Serializer):
    """What has arrived: a barcode or an article number, and how many pieces or grams."""

    variant = Line(max_length=40)
    quantity = serializers.IntegerField(min_value=1, max_value=MOST)
    low_stock_at = serializers.IntegerField(
        min_value=0, max_value=MOST, required=False, help_text="Below so much the clerk is warned."
    )
    reason = Line(max_length=200, required=False, allow_blank=True, help_text="Delivery note or remark.")


class ReceiveStock(VerbView):
    """Book goods that have arrived in a warehouse.

    Refused: `warehouse_closed`, `quantity_step`.
    """

    requires = RECEIVE
    one_object = True
    In = ReceiveStockIn
    Out = StockLevelOut
    refusals = refused_by(services.receive_stock)
    in_example = {"variant": "6901234567892", "quantity": 40, "low_stock_at": 10, "reason": "LS-2210"}
    out_example = EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> StockLevel:
        warehouse = load(Warehouse.objects, user, RECEIVE, pk=pk)
        variant = variant_called(data.pop("variant"))
        if variant is None:
            raise ValidationError({"variant": ["No article has this number."]})
        return services.receive_stock(warehouse=warehouse, variant=variant, **data, by=user, at=at)


class AdjustStockIn(serializers.Serializer):
    """What was counted, reserved goods included, and why it differs."""

    counted = serializers.IntegerField(min_value=0, max_value=MOST)
    reason = Line(max_length=200)


class AdjustStock(VerbView):
    """Book what was counted of an article in a warehouse.

    Refused: `stock_is_reserved`.
    """

    requires = ADJUST
    one_object = True
    In = AdjustStockIn
    Out = StockLevelOut
    refusals = refused_by(services.adjust_stock)
    in_example = {"counted": 39, "reason": "One bag was torn."}
    out_example = EXAMPLE | {"on_hand": 39, "free": 33}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> StockLevel:
        level = load(StockLevel.objects, user, ADJUST, pk=pk)
        return services.adjust_stock(level=level, **data, by=user, at=at)
