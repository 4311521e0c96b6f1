"""Pages that anybody with a payment link may open."""

from django.urls import path

from orders.purchases.views import links

app_name = "paylinks"
urlpatterns = [
    path("<str:token>/", links.pay, name="pay"),
    path("<str:token>/qr/", links.pay_qr, name="qr"),
]
