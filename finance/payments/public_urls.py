"""Pages that anybody with a slip may open."""

from django.urls import path

from finance.payments.views import slips

app_name = "slips"
urlpatterns = [
    path("<str:code>/", slips.verify, name="verify"),
    path("<str:code>/qr/", slips.verify_qr, name="qr"),
]
