"""API endpoints of warehouses."""

from django.urls import path

from orders.stock import api

urlpatterns = [
    path("stock-levels/", api.StockLevels.as_view(), name="api-stock-levels"),
    path("stock-levels/<int:pk>/adjust/", api.AdjustStock.as_view(), name="api-stock-level-adjust"),
    path("warehouses/<int:pk>/receive/", api.ReceiveStock.as_view(), name="api-warehouse-receive"),
]
