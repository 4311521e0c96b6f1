"""Pages of what was earned."""

from django.urls import path

from finance.fees import views

app_name = "fees"
urlpatterns = [
    path("", views.earnings, name="earnings"),
    path("adjustments/", views.adjustments, name="adjustments"),
    path("adjustments/<uuid:pk>/", views.adjustment, name="adjustment"),
    path("adjustments/<uuid:pk>/approve/", views.approve, name="approve"),
    path("adjustments/<uuid:pk>/reject/", views.reject, name="reject"),
    path("<uuid:pk>/", views.why, name="why"),
]
