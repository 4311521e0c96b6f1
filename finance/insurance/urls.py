"""Pages of insurance."""

from django.urls import path

from finance.insurance.claim_lists import APPEALS, CLAIMS
from finance.insurance.lists import ENROLMENTS, FUNDS, POLICIES
from finance.insurance.payout_lists import FILES, PAYOUTS, PREMIUMS, SOURCES, WINDOWS
from finance.insurance.views import appeals, claims, cover, indexes, payouts, premiums

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
    path("premiums/", PREMIUMS.view(), name="premium_statements"),
    path("premiums/new/", premiums.draw, name="draw_premiums"),
    *premiums.STATEMENT_PAGE.paths("premiums/<uuid:pk>/"),
    path("weather/", WINDOWS.view(), name="index_windows"),
    path("weather/new/", indexes.propose_window, name="propose_window"),
    *indexes.WINDOW_PAGE.paths("weather/windows/<uuid:pk>/"),
    path("weather/index-payouts/", PAYOUTS.view(), name="index_payouts"),
    *payouts.PAYOUT_PAGE.paths("weather/index-payouts/<uuid:pk>/"),
    path("weather/sources/", SOURCES.view(), name="index_sources"),
    path("weather/sources/<int:pk>/", indexes.source, name="index_source"),
    path("weather/readings/", FILES.view(), name="index_files"),
    path("weather/readings/new/", indexes.load_file, name="load_file"),
    *indexes.FILE_PAGE.paths("weather/readings/<uuid:pk>/"),
    path("funds/", FUNDS.view(), name="funds"),
    path("funds/<int:pk>/", cover.fund, name="fund"),
]
