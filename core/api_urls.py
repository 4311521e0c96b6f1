"""API endpoints of this app: a table of contents."""

from django.urls import URLPattern, URLResolver, path

from core.gateways.api import CallbackView

urlpatterns: list[URLPattern | URLResolver] = [
    path("gateways/<str:provider_code>/callbacks", CallbackView.as_view(), name="gateway_callbacks"),
]
