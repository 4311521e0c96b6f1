"""Pages of the catalogue."""

from django.urls import path

from orders.catalog import views
from orders.catalog.lists import PRODUCTS

app_name = "catalog"
urlpatterns = [
    path("", PRODUCTS.view(), name="products"),
    path("<int:pk>/", views.product, name="product"),
    path("file/", views.file, name="file"),
    path("import/", views.import_list, name="import_list"),
    path("imports/<uuid:pk>/", views.imported, name="import"),
]
