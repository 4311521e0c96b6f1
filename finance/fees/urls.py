"""Pages of what was earned."""

from django.urls import path

from finance.fees import views

app_name = "fees"
urlpatterns = [
    path("", views.earnings, name="earnings"),
    path("<uuid:pk>/", views.why, name="why"),
]
