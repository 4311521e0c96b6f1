"""Pages of this app: a table of contents."""

from django.urls import include, path

urlpatterns = [
    path("products/", include("orders.catalog.urls")),
    path("", include("orders.groups.urls")),
    path("", include("orders.presales.urls")),
    path("produce/", include("orders.produce.urls")),
    path("", include("orders.promotions.urls")),
    path("", include("orders.purchases.urls")),
    path("", include("orders.returns.urls")),
    path("", include("orders.shipping.urls")),
    path("", include("orders.shops.urls")),
    path("stock/", include("orders.stock.urls")),
    path("", include("orders.subsidies.urls")),
]
