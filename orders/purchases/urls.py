"""Pages of orders and of what is sent for them."""

from django.urls import path

from orders.purchases import views
from orders.purchases.lists import PURCHASES, TO_SEND

app_name = "purchases"
urlpatterns = [
    path("purchases/", PURCHASES.view(), name="purchases"),
    path("purchases/new/", views.new, name="new"),
    *views.PURCHASE_PAGE.paths("purchases/<uuid:pk>/"),
    path("purchases/<uuid:pk>/slip/", views.slip, name="slip"),
    path("warehouse/", TO_SEND.view(), name="warehouse"),
    *views.PART_PAGE.paths("warehouse/<uuid:pk>/"),
]
