"""The catalogue over the API."""

import base64
import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.pagination import Cursor
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import demand_everywhere, load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from orders.catalog import services
from orders.catalog.downloads import CSV, MEDIA_TYPES, WORKBOOK, product_list_file
from orders.catalog.models import PriceItem, ProductImport, Variant
from orders.catalog.product_list import COLUMNS
from orders.catalog.queries import first_matching, free_at, shelf_prices
from stations.accounts.models import User
from stations.models import Station

READ, IMPORT = "orders.read_product", "orders.make_product_import"


class VariantPages(CursorPages):
    """In the order of article numbers."""

    ordering = ("sku", "pk")  # type: ignore[assignment]

    def found_for(self, typed: str, request: Request) -> list[int]:
        """The variants on sale (by id) of the page that is asked for, and one more, of all that these words find.

        Looked for from where the page begins: of words that find half of the catalogue no more is read than is shown.
        """
        cursor = self.decode_cursor(request) or Cursor(offset=0, reverse=False, position=None)
        variants = Variant.objects.on_sale().only("sku")
        if cursor.position is not None:
            beyond = {"sku__lt" if cursor.reverse else "sku__gt": cursor.position}
            variants = variants.filter(**beyond)
        most = cursor.offset + (self.get_page_size(request) or self.max_page_size) + 1
        found = first_matching(variants, typed, most=most, order="-sku" if cursor.reverse else "sku")
        return [variant.pk for variant in found]


class VariantOut(serializers.Serializer):
    """What can be ordered; with a station, what a villager pays there and how much is available, else null."""

    sku = serializers.CharField()
    barcode = serializers.CharField(allow_null=True)
    product = serializers.CharField()
    name = serializers.DictField(child=serializers.CharField())
    label = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]
    category = serializers.CharField()
    unit = serializers.ChoiceField(Variant.Unit.choices)
    quantity_step = serializers.IntegerField()
    supply = serializers.ChoiceField(
        Variant.Supply.choices, help_text="`on_demand`: its supplier keeps it and confirms each line."
    )
    price = serializers.CharField(allow_null=True, help_text="For a piece, or for 1,000 grams.")
    currency = serializers.CharField(allow_null=True)
    available = serializers.IntegerField(
        allow_null=True, help_text="In pieces, or grams; null of what its supplier keeps."
    )


class VariantQuery(serializers.Serializer):
    """What is looked for, seen from which station."""

    q = Line(max_length=60, required=False, allow_blank=True)
    station = serializers.CharField(max_length=11, required=False, allow_blank=True)


@extend_schema(
    parameters=[
        OpenApiParameter("q", str, description="Words of a name, pinyin, initials, an article number or a barcode."),
        OpenApiParameter("station", str, description="Code of the station whose prices and stock are shown."),
    ]
)
class Variants(generics.ListAPIView):
    """List what can be ordered, in the order of article numbers; with a station its prices and stock."""

    requires = READ
    serializer_class = VariantOut
    pagination_class = VariantPages
    out_example = {
        "sku": "RICE-25",
        "barcode": "6901234567892",
        "product": "RICE",
        "name": {"en": "Northeast rice", "zh-hans": "东北大米"},
        "label": {"en": "25 kg", "zh-hans": "25公斤"},
        "category": "grain",
        "unit": "piece",
        "quantity_step": 1,
        "supply": "stocked",
        "price": "128.00",
        "currency": "CNY",
        "available": 12,
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        query = VariantQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        station = load(Station.objects, request.user, READ, code=asked["station"]) if asked.get("station") else None
        variants = Variant.objects.on_sale().select_related("product__category")
        if typed := asked.get("q", ""):
            variants = variants.filter(pk__in=VariantPages().found_for(typed, request))
        rows = self.paginate_queryset(variants) or []
        return self.get_paginated_response(_shown(rows, station, at=now()))


class ProductList(APIView):
    """Get the list of products as a file.

    Each variant with the prices that apply or will, as the import reads it: CSV, and with `as=xlsx` a workbook.
    """

    requires = READ

    @extend_schema(
        parameters=[OpenApiParameter("as", str, enum=[WORKBOOK])],
        responses={
            (200, MEDIA_TYPES[CSV]): OpenApiTypes.STR,
            (200, MEDIA_TYPES[WORKBOOK]): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request) -> HttpResponse:
        return product_list_file(request.query_params.get("as", ""), at=now())


class ImportProductsIn(serializers.Serializer):
    """A list of products with the columns of the exported list: as CSV, or as a workbook (XLSX) in base64."""

    content = serializers.CharField(max_length=1_000_000, trim_whitespace=False, required=False, help_text="CSV.")
    workbook = serializers.CharField(max_length=1_000_000, required=False, help_text="XLSX, in base64.")

    def validate_workbook(self, value: str) -> bytes:
        """The bytes of the workbook."""
        try:
            return base64.b64decode(value, validate=True)
        except ValueError as error:
            raise serializers.ValidationError(_("This is not base64.")) from error

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of the two."""
        if len(attrs) != 1:
            raise serializers.ValidationError({"content": _("Send content or workbook.")})
        return attrs


class ImportedLineOut(serializers.Serializer):
    """What became of a line."""

    line = serializers.IntegerField()
    sku = serializers.CharField()
    outcome = serializers.ChoiceField(["added", "changed", "unchanged"])


class ProductImportOut(ReadSerializer):
    """A list that was read in, line by line."""

    id = serializers.UUIDField()
    made_at = serializers.DateTimeField()
    lines = ImportedLineOut(many=True)

    @staticmethod
    def get_lines(found: ProductImport) -> Any:
        return found.lines


class ImportProducts(VerbView):
    """Import a list of products; either all of it, or nothing with a sentence for each faulty line.

    What the list does not name stays as it is. Refused: `product_list_unreadable`, `product_list_faulty`.
    """

    requires = IMPORT
    In = ImportProductsIn
    Out = ProductImportOut
    success_status = 201
    refusals = refused_by(services.import_products)
    in_example = {
        "content": f"{','.join(COLUMNS)}\r\n"
        "RICE,grain,DEMO-MILL,Northeast rice,东北大米,25000,0,active,"
        "RICE-25,6901234567892,25 kg,25公斤,piece,1,stocked,CN-2026,1,128.00\r\n"
    }
    out_example = {
        "id": "019ab3c2-7d11-7a3e-9f50-0c1f2a3b4c5d",
        "made_at": "2026-03-02T00:15:00.000Z",
        "lines": [{"line": 2, "sku": "RICE-25", "outcome": "added"}],
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> ProductImport:
        demand_everywhere(user, IMPORT)
        return services.import_products(content=data.get("content") or data["workbook"], by=user, at=at)


def _shown(variants: list[Variant], station: Station | None, *, at: dt.datetime) -> list[dict[str, Any]]:
    prices = shelf_prices(station, variants, at=at) if station else {}
    free = free_at(station, [variant.pk for variant in variants]) if station else {}
    return [
        _variant(
            variant,
            prices.get(variant.pk),
            free.get(variant.pk, 0) if station and not variant.is_on_demand else None,
        )
        for variant in variants
    ]


def _variant(variant: Variant, item: PriceItem | None, available: int | None) -> dict[str, Any]:
    product = variant.product
    return {
        "sku": variant.sku,
        "barcode": variant.barcode or None,
        "product": product.code,
        "name": {"en": product.name, "zh-hans": product.name_zh},
        "label": {"en": variant.label, "zh-hans": variant.label_zh},
        "category": product.category.code,
        "unit": variant.unit,
        "quantity_step": variant.quantity_step,
        "supply": variant.supply,
        "price": str(item.price) if item else None,
        "currency": item.price.currency if item else None,
        "available": available,
    }
