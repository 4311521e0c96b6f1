"""Pages of the drawer."""

from django.urls import path

from finance.tills import views

app_name = "tills"
urlpatterns = [
    path("", views.till, name="till"),
    path("open/", views.open_as_left, name="open-as-left"),
    path("open/counted/", views.open_counted, name="open"),
    path("<int:pk>/", views.day, name="day"),
    path("<int:pk>/count/", views.count, name="count"),
    path("<int:pk>/close/", views.close, name="close"),
    path("<int:pk>/resume/", views.resume, name="resume"),
]
