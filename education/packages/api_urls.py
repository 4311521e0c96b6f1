"""API endpoints of packages."""

from django.urls import path

from education.packages.api import learners, packages, packs

urlpatterns = [
    path("content-packages/", packages.ContentPackages.as_view(), name="api-content-packages"),
    path("content-package-drafts/", packages.AddPackage.as_view(), name="api-content-package-drafts"),
    path("content-packages/<uuid:pk>/offer/", packages.OfferPackage.as_view(), name="api-content-package-offer"),
    path("content-packages/<uuid:pk>/approve/", packages.ApprovePackage.as_view(), name="api-content-package-approve"),
    path("content-packages/<uuid:pk>/return/", packages.ReturnPackage.as_view(), name="api-content-package-return"),
    path("content-packages/<uuid:pk>/block/", packages.BlockPackage.as_view(), name="api-content-package-block"),
    path("content-packages/<uuid:pk>/unblock/", packages.UnblockPackage.as_view(), name="api-content-package-unblock"),
    path("content-packages/<uuid:pk>/close/", packages.ClosePackage.as_view(), name="api-content-package-close"),
    path(
        "class-enrolments/<uuid:pk>/scorm-states/",
        learners.StartPackage.as_view(),
        name="api-class-enrolment-scorm-states",
    ),
    path(
        "class-sessions/<uuid:pk>/content-pack/", packs.ContentPackView.as_view(), name="api-class-session-content-pack"
    ),
    path("content-package-results/", learners.ContentPackageResults.as_view(), name="api-content-package-results"),
    path("content-package-results/<uuid:pk>/", learners.LearnerPackages.as_view(), name="api-content-package-result"),
    path("scorm-states/<uuid:pk>/", learners.ScormStateView.as_view(), name="api-scorm-state"),
    path("scorm-states/<uuid:pk>/save/", learners.SaveScormState.as_view(), name="api-scorm-state-save"),
]
