"""Pages of promotions."""

from django.urls import path

from orders.promotions import views
from orders.promotions.lists import PROMOTIONS

app_name = "promotions"
urlpatterns = [
    path("promotions/", PROMOTIONS.view(), name="promotions"),
    path("promotions/new/", views.new, name="new"),
    *views.PROMOTION_PAGE.paths("promotions/<uuid:pk>/"),
]
