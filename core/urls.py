"""Pages of this app: a table of contents."""

from django.urls import URLPattern, URLResolver, path

from core import probes

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", probes.livez, name="livez"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", probes.metrics, name="metrics"),
]
