"""API endpoints of hospitals."""

from django.urls import path

from health.hospitals import api

urlpatterns = [
    path("hospitals/", api.Hospitals.as_view(), name="api-hospitals"),
    path("free-places/", api.FreePlaces.as_view(), name="api-free-places"),
    path("doctors/<uuid:pk>/away/", api.DoctorAway.as_view(), name="api-doctor-away"),
    path("doctors/<uuid:pk>/back/", api.DoctorBack.as_view(), name="api-doctor-back"),
    path("doctors/<uuid:pk>/clinics/", api.OpenClinic.as_view(), name="api-open-clinic"),
    path("doctors/<uuid:pk>/move-clinic/", api.MoveClinic.as_view(), name="api-move-clinic"),
    path("doctors/<uuid:pk>/numbers/", api.ChangeNumbers.as_view(), name="api-change-numbers"),
]
