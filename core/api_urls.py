"""API endpoints of this app: a table of contents."""

from django.urls import URLPattern, URLResolver, path

from core.files.api import StorePhoto, StoreRecording
from core.gateways.api import CallbackView, MessageView

urlpatterns: list[URLPattern | URLResolver] = [
    path("photos/", StorePhoto.as_view()),
    path("recordings/", StoreRecording.as_view()),
    path("gateways/<str:provider_code>/callbacks", CallbackView.as_view(), name="gateway_callbacks"),
    path("gateways/<str:provider_code>/messages", MessageView.as_view(), name="gateway_messages"),
]
