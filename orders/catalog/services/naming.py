"""How a product is found: the keys of its names."""

from collections.abc import Sequence

from django.db import transaction

from core.errors import refuses
from orders.catalog.models import Product, ProductKey
from orders.catalog.search_keys import search_keys


@refuses()
@transaction.atomic
def write_search_keys(*, products: Sequence[Product]) -> None:
    """Write the keys of these products anew; called whenever names were written."""
    ProductKey.objects.filter(product__in=products).delete()
    ProductKey.objects.bulk_create(
        ProductKey(product=product, key=key)
        for product in products
        for key in search_keys(product.name, product.name_zh)
    )
