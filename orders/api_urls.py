"""API endpoints of this app: a table of contents."""

from django.urls import include, path

urlpatterns = [
    path("", include("orders.catalog.api_urls")),
    path("", include("orders.groups.api_urls")),
    path("", include("orders.presales.api_urls")),
    path("", include("orders.produce.api_urls")),
    path("", include("orders.promotions.api_urls")),
    path("", include("orders.purchases.api_urls")),
    path("", include("orders.returns.api_urls")),
    path("", include("orders.shipping.api_urls")),
    path("", include("orders.shops.api_urls")),
    path("", include("orders.stock.api_urls")),
    path("", include("orders.subsidies.api_urls")),
]
