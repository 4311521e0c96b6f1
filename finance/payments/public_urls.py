"""Pages that anybody with a slip may open."""

from django.urls import path

from finance.payments import views

app_name = "slips"
urlpatterns = [
    path("<str:code>/", views.verify, name="verify"),
    path("<str:code>/qr/", views.verify_qr, name="qr"),
]
