"""Pages of group orders."""

from django.urls import path

from orders.groups import views
from orders.groups.lists import GROUP_ORDERS

app_name = "groups"
urlpatterns = [
    path("group-orders/", GROUP_ORDERS.view(), name="groups"),
    path("group-orders/new/", views.new, name="new"),
    path("group-orders/join/", views.join, name="join"),
    *views.GROUP_PAGE.paths("group-orders/<uuid:pk>/"),
    path("group-orders/<uuid:pk>/sheet/", views.sheet, name="sheet"),
    path("group-orders/<uuid:pk>/qr/", views.sheet_qr, name="qr"),
]
