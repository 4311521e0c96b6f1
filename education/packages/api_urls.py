"""API endpoints of packages."""

from django.urls import path

from education.packages import api

urlpatterns = [
    path("content-packages/", api.ContentPackages.as_view(), name="api-content-packages"),
    path("content-package-drafts/", api.AddPackage.as_view(), name="api-content-package-drafts"),
    path("content-packages/<uuid:pk>/offer/", api.OfferPackage.as_view(), name="api-content-package-offer"),
    path("content-packages/<uuid:pk>/approve/", api.ApprovePackage.as_view(), name="api-content-package-approve"),
    path("content-packages/<uuid:pk>/return/", api.ReturnPackage.as_view(), name="api-content-package-return"),
    path("content-packages/<uuid:pk>/block/", api.BlockPackage.as_view(), name="api-content-package-block"),
    path("content-packages/<uuid:pk>/unblock/", api.UnblockPackage.as_view(), name="api-content-package-unblock"),
    path("content-packages/<uuid:pk>/close/", api.ClosePackage.as_view(), name="api-content-package-close"),
    path(
        "class-enrolments/<uuid:pk>/scorm-states/", api.StartPackage.as_view(), name="api-class-enrolment-scorm-states"
    ),
    path(
        "class-sessions/<uuid:pk>/content-pack/", api.ContentPackView.as_view(), name="api-class-session-content-pack"
    ),
    path("content-package-results/", api.ContentPackageResults.as_view(), name="api-content-package-results"),
    path("content-package-results/<uuid:pk>/", api.LearnerPackages.as_view(), name="api-content-package-result"),
    path("scorm-states/<uuid:pk>/", api.ScormStateView.as_view(), name="api-scorm-state"),
    path("scorm-states/<uuid:pk>/save/", api.SaveScormState.as_view(), name="api-scorm-state-save"),
]
