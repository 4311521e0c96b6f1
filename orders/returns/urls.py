"""Pages of returns."""

from django.urls import path

from orders.returns import views
from orders.returns.lists import RETURNS

app_name = "returns"
urlpatterns = [
    path("goods-returns/", RETURNS.view(), name="returns"),
    path("purchases/<uuid:pk>/return/", views.new, name="new"),
    path("goods-returns/<uuid:pk>/slip/", views.slip, name="slip"),
    *views.RETURN_PAGE.paths("goods-returns/<uuid:pk>/"),
]
