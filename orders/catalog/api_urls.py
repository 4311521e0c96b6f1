"""API endpoints of the catalogue."""

from django.urls import path

from orders.catalog import api

urlpatterns = [
    path("variants/", api.Variants.as_view(), name="api-variants"),
    path("product-list/", api.ProductList.as_view(), name="api-product-list"),
    path("product-imports/", api.ImportProducts.as_view(), name="api-product-imports"),
]
