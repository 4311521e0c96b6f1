"""Pages of presales."""

from django.urls import path

from orders.presales import views
from orders.presales.lists import PRESALE_ORDERS, PRESALES

app_name = "presales"
urlpatterns = [
    path("presales/", PRESALES.view(), name="presales"),
    path("presales/new/", views.new, name="new"),
    *views.PRESALE_PAGE.paths("presales/<uuid:pk>/"),
    path("presale-orders/", PRESALE_ORDERS.view(), name="orders"),
    path("presale-orders/new/", views.order, name="new_order"),
    *views.ORDER_PAGE.paths("presale-orders/<uuid:pk>/"),
]
