"""API endpoints of calls home."""

from django.urls import path

from education.hotlines.api import calls

urlpatterns = [
    path("calls/", calls.Calls.as_view(), name="api-calls"),
    path("calls/unreached/", calls.UnreachedChildren.as_view(), name="api-calls-unreached"),
    path("calls/<uuid:pk>/dial/", calls.DialCall.as_view(), name="api-call-dial"),
    path("calls/<uuid:pk>/end/", calls.EndCall.as_view(), name="api-call-end"),
    path("calls/<uuid:pk>/cancel/", calls.CancelCall.as_view(), name="api-call-cancel"),
    path("children/<uuid:pk>/calls/", calls.BookCall.as_view(), name="api-child-calls"),
    path("children/<uuid:pk>/call-contacts/", calls.AddContact.as_view(), name="api-child-call-contacts"),
    path("call-contacts/<uuid:pk>/remove/", calls.RemoveContact.as_view(), name="api-call-contact-remove"),
    path("call-booths/", calls.Booths.as_view(), name="api-call-booths"),
    path("stations/<str:code>/call-booths/", calls.OpenBooth.as_view(), name="api-station-call-booths"),
]
