"""The page of subsidies."""

from django.urls import path

from orders.subsidies.lists import SUBSIDIES

app_name = "subsidies"
urlpatterns = [path("subsidies/", SUBSIDIES.view(), name="subsidies")]
