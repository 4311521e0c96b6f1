"""Pages of insurance."""

from django.urls import path

from finance.insurance.claim_lists import APPEALS, CLAIMS
from finance.insurance.lists import ENROLMENTS, FUNDS, POLICIES
from finance.insurance.views import appeals, claims, cover

app_name = "insurance"
urlpatterns = [
    path("", CLAIMS.view(), name="claims"),
    path("claims/new/", claims.new, name="new_claim"),
    *claims.CLAIM_PAGE.paths("claims/<uuid:pk>/"),
    path("appeals/", APPEALS.view(), name="appeals"),
    *appeals.APPEAL_PAGE.paths("appeals/<uuid:pk>/"),
    path("policies/", POLICIES.view(), name="policies"),
    *cover.POLICY_PAGE.paths("policies/<uuid:pk>/"),
    path("enrolments/", ENROLMENTS.view(), name="enrolments"),
    path("enrolments/new/", cover.enrol, name="enrol"),
    path("enrolments/person/", cover.enrol_person, name="enrol_person"),
    *cover.ENROLMENT_PAGE.paths("enrolments/<uuid:pk>/"),
    path("funds/", FUNDS.view(), name="funds"),
    path("funds/<int:pk>/", cover.fund, name="fund"),
]
