"""Pages of the float."""

from django.urls import path

from finance.floats import views

app_name = "floats"
urlpatterns = [
    path("", views.float_page, name="float"),
    path("topups/", views.topups, name="topups"),
    path("topups/<uuid:pk>/", views.topup, name="topup"),
    path("topups/<uuid:pk>/match/", views.match, name="match"),
    path("topups/<uuid:pk>/credit/", views.credit, name="credit"),
    path("topups/<uuid:pk>/reject/", views.reject, name="reject"),
]
