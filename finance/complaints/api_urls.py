"""API endpoints of complaints and disputes."""

from django.urls import path

from finance.complaints import api

urlpatterns = [
    path("complaints/", api.ComplaintList.as_view(), name="api-complaints"),
    path("complaints/<uuid:pk>/", api.ComplaintDetail.as_view(), name="api-complaint"),
    path("complaints/<uuid:pk>/assign/", api.AssignComplaint.as_view(), name="api-complaint-assign"),
    path("complaints/<uuid:pk>/ask-provider/", api.AskProvider.as_view(), name="api-complaint-ask-provider"),
    path("complaints/<uuid:pk>/resolve/", api.ResolveComplaint.as_view(), name="api-complaint-resolve"),
    path("complaints/<uuid:pk>/reopen/", api.ReopenComplaint.as_view(), name="api-complaint-reopen"),
    path("complaints/<uuid:pk>/decide/", api.DecideDispute.as_view(), name="api-complaint-decide"),
    path("payments/<uuid:pk>/complaints/", api.LogComplaint.as_view(), name="api-payment-complaints"),
    path("accounts/<str:code>/entries/<int:version>/dispute/", api.DisputeEntry.as_view(), name="api-dispute-entry"),
]
