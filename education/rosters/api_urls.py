"""API endpoints of rosters."""

from django.urls import path

from education.rosters import api

urlpatterns = [
    path("rosters/", api.CheckRoster.as_view(), name="api-rosters"),
    path("rosters/<uuid:pk>/", api.RosterView.as_view(), name="api-roster"),
    path("rosters/<uuid:pk>/apply/", api.ApplyRoster.as_view(), name="api-roster-apply"),
    path("rosters/<uuid:pk>/discard/", api.DiscardRoster.as_view(), name="api-roster-discard"),
    path("roster-entries/", api.RosterEntries.as_view(), name="api-roster-entries"),
    path("roster-entries/<uuid:pk>/match/", api.MatchPupil.as_view(), name="api-roster-entry-match"),
    path("roster-entries/<uuid:pk>/link/", api.LinkClass.as_view(), name="api-roster-entry-link"),
]
