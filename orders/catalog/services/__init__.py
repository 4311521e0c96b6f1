"""What is done with the catalogue."""

from orders.catalog.services.importing import (
    ProductListFaulty,
    ProductListUnreadable,
    check_product_list,
    import_products,
)
from orders.catalog.services.naming import write_search_keys
