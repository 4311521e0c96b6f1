"""Pages of calls home."""

from django.urls import path

from education.hotlines import views
from education.hotlines.lists import BOOTHS, CALLS

app_name = "hotlines"
urlpatterns = [
    path("calls/", CALLS.view(), name="calls"),
    *views.CALL_PAGE.paths("calls/<uuid:pk>/"),
    path("children/", views.children, name="children"),
    *views.CHILD_PAGE.paths("children/<uuid:pk>/"),
    path("booths/", BOOTHS.view(), name="booths"),
    path("booths/open/", views.open_booth, name="open-booth"),
]
