"""Pages of this app: a table of contents."""

from django.urls import path

from core import views
from core.files.views import file
from core.observability import probes
from core.web.search import search

app_name = "core"

urlpatterns = [
    path("livez", probes.livez, name="livez"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", probes.metrics, name="metrics"),
    path("files/<uuid:pk>/", file, name="file"),
    path("language/", views.language, name="language"),
    path("scan/", views.scan, name="scan"),
    path("search/", search, name="search"),
    path("help/", views.help_index, name="help"),
    path("help/<slug:name>/", views.help_topic, name="help-topic"),
    path("problems/", views.problem_index, name="problems"),
    path("problems/<slug:code>", views.problem_page, name="problem"),
    path("csp/", views.csp_report, name="csp-report"),
    path("sw.js", views.service_worker, name="service-worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("components/", views.components, name="components"),
]
