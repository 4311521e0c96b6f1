"""Pages of duplicates, at the root."""

from django.urls import path

from stations.duplicates import views
from stations.duplicates.lists import MERGES

app_name = "duplicates"
urlpatterns = [
    path("county/people/duplicates/", MERGES.view(), name="duplicates"),
    path("county/people/duplicates/<uuid:one>/<uuid:other>/", views.propose, name="propose"),
    path("county/people/merges/<int:merge_id>/", views.merge, name="merge"),
    path("county/people/merges/<int:merge_id>/approve/", views.approve, name="approve"),
    path("county/people/merges/<int:merge_id>/refuse/", views.refuse, name="refuse"),
    path("county/people/merges/<int:merge_id>/undo/", views.undo, name="undo"),
]
