"""Pages of learning in numbers."""

from django.urls import path

from education.figures import views

app_name = "learning"
urlpatterns = [path("", views.figures, name="figures")]
