"""What anybody may open: the page on which a certificate is verified."""

from django.urls import path

from education.courses.views import certificates

urlpatterns = [
    path("<str:token>/", certificates.verify, name="verify"),
    path("<str:token>/picture/", certificates.verify_picture, name="verify-picture"),
]
