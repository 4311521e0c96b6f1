"""Pages of loans."""

from django.urls import path

from finance.loans.lists import APPLICATIONS, BORROWERS
from finance.loans.portfolio_list import PORTFOLIO
from finance.loans.provision_list import PROVISIONS
from finance.loans.recommender_list import RECOMMENDERS
from finance.loans.views import applications, loans, prepayments, provisions, quotes, recommenders

app_name = "loans"
urlpatterns = [
    path("", APPLICATIONS.view(), name="applications"),
    path("recommenders/", RECOMMENDERS.view(), name="recommenders"),
    *recommenders.RECOMMENDER_PAGE.paths("recommenders/<uuid:pk>/"),
    path("provisions/", PROVISIONS.view(), name="provisions"),
    *provisions.PROVISION_PAGE.paths("provisions/<int:pk>/"),
    path("portfolio/", PORTFOLIO.view(), name="portfolio"),
    path("quote/", quotes.quote, name="quote"),
    path("apply/", applications.apply, name="apply"),
    path("applications/<uuid:pk>/plan/", applications.plan, name="plan"),
    path("applications/<uuid:pk>/assess/", applications.assess, name="assess"),
    *applications.APPLICATION_PAGE.paths("applications/<uuid:pk>/"),
    path("running/", BORROWERS.view(), name="loans"),
    path("running/<uuid:pk>/contract/", loans.contract, name="contract"),
    path("running/<uuid:pk>/prepay/", prepayments.prepay, name="prepay"),
    *loans.LOAN_PAGE.paths("running/<uuid:pk>/"),
]
