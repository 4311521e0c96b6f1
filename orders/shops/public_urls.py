"""Pages that anybody may open: farmers' shops, the basket, and a buyer's order."""

from django.urls import path

from orders.shops.views import city, city_orders

app_name = "cityshops"
urlpatterns = [
    path("basket/", city.basket, name="basket"),
    path("order/<str:token>/claim/<uuid:pk>/", city_orders.claim, name="claim"),
    path("order/<str:token>/", city_orders.order, name="order"),
    path("photo/<str:ref>/<uuid:pk>/", city.photo, name="photo"),
    path("<str:ref>/", city.shop, name="shop"),
    path("<str:ref>/qr/", city.qr, name="qr"),
]
