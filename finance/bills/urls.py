"""Pages of bills."""

from django.urls import path

from finance.bills import views

app_name = "bills"
urlpatterns = [
    path("", views.choose, name="choose"),
    path("<uuid:pk>/", views.check, name="check"),
    path("new/<str:code>/", views.ask, name="ask"),
    path("<uuid:pk>/remind/", views.remind, name="remind"),
    path("<uuid:pk>/stop-reminding/", views.stop_reminding, name="stop_reminding"),
    path("<uuid:pk>/spend/<uuid:refund>/", views.spend, name="spend"),
]
