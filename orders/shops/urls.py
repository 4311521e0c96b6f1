"""Pages of shops in the console."""

from django.urls import path

from orders.shops.lists import SHOP_ORDERS, SHOPS
from orders.shops.views import orders, shops

app_name = "shops"
urlpatterns = [
    path("shops/", SHOPS.view(), name="shops"),
    path("shops/new/", shops.new, name="new"),
    *shops.SHOP_PAGE.paths("shops/<uuid:pk>/"),
    path("shops/<uuid:pk>/articles/new/", shops.new_article, name="new_article"),
    path("shops/<uuid:pk>/pack-list/", orders.pack_list, name="pack_list"),
    path("shop-articles/<uuid:pk>/", shops.article, name="article"),
    path("shop-orders/", SHOP_ORDERS.view(), name="orders"),
    *orders.ORDER_PAGE.paths("shop-orders/<uuid:pk>/"),
]
