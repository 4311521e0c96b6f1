"""Pages of runs and bags."""

from django.urls import path

from logistics.routes import views
from logistics.routes.lists import RUNS

app_name = "routes"
urlpatterns = [
    path("runs/", RUNS.view(), name="runs"),
    path("runs/new/", views.plan, name="plan"),
    *views.RUN_PAGE.paths("runs/<uuid:pk>/"),
    path("bags/new/", views.pack, name="pack"),
    path("bags/<uuid:pk>/label/", views.bag_label, name="bag_label"),
]
