"""API endpoints of safeguarding."""

from django.urls import path

from education.safeguarding.api import children, concerns, vettings

urlpatterns = [
    path("concerns/", concerns.RaiseConcern.as_view(), name="api-concerns-raise"),
    path("concern-reports/", concerns.Concerns.as_view(), name="api-concerns"),
    path("concern-reports/<uuid:pk>/", concerns.ConcernDetail.as_view(), name="api-concern"),
    path("concern-reports/<uuid:pk>/acknowledge/", concerns.AcknowledgeConcern.as_view(), name="api-concern-take-on"),
    path("concern-reports/<uuid:pk>/refer/", concerns.ReferConcern.as_view(), name="api-concern-refer"),
    path("concern-reports/<uuid:pk>/close/", concerns.CloseConcern.as_view(), name="api-concern-close"),
    path("concern-reports/<uuid:pk>/notes/", concerns.NoteConcern.as_view(), name="api-concern-notes"),
    path("children/<uuid:pk>/file/", children.ChildFiles.as_view(), name="api-child-file"),
    path("children/<uuid:pk>/consents/withdraw/", children.WithdrawChildConsent.as_view(), name="api-child-withdraw"),
    path("vettings/", vettings.Vettings.as_view(), name="api-vettings"),
    path("people/<uuid:person_id>/vettings/", vettings.RecordVetting.as_view(), name="api-person-vettings"),
    path("vettings/<uuid:pk>/confirm/", vettings.ConfirmVetting.as_view(), name="api-vetting-confirm"),
    path("vettings/<uuid:pk>/revoke/", vettings.RevokeVetting.as_view(), name="api-vetting-revoke"),
]
