"""Pages of warehouses."""

from django.urls import path

from orders.stock import views
from orders.stock.lists import STOCK

app_name = "stock"
urlpatterns = [
    path("", STOCK.view(), name="stock"),
    *views.WAREHOUSE_PAGE.paths("warehouses/<int:pk>/"),
    *views.LEVEL_PAGE.paths("levels/<int:pk>/"),
]
