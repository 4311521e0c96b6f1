"""Pages of loans."""

from django.urls import path

from finance.loans.group_list import GROUPS
from finance.loans.lists import APPLICATIONS, BORROWERS
from finance.loans.portfolio_list import PORTFOLIO
from finance.loans.provision_list import PROVISIONS
from finance.loans.recommender_list import RECOMMENDERS
from finance.loans.views import applications, groups, loans, prepayments, provisions, quotes, recommenders

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
    path("groups/", GROUPS.view(), name="groups"),
    path("groups/new/", groups.new, name="group_new"),
    path("groups/join/", groups.join, name="group_join"),
    path("groups/<uuid:pk>/sheet/", groups.sheet, name="group_sheet"),
    path("groups/<uuid:pk>/collect/", groups.collect, name="group_collect"),
    path("groups/<uuid:pk>/lines/", groups.lines, name="group_lines"),
    path("groups/<uuid:pk>/lines/<uuid:loan>/", groups.line, name="group_line"),
    path("sheets/<uuid:pk>/", groups.collected, name="collected"),
    *groups.GROUP_PAGE.paths("groups/<uuid:pk>/"),
    path("running/", BORROWERS.view(), name="loans"),
    path("running/<uuid:pk>/contract/", loans.contract, name="contract"),
    path("running/<uuid:pk>/rate-notice/", loans.rate_notice, name="rate_notice"),
    path("running/<uuid:pk>/prepay/", prepayments.prepay, name="prepay"),
    *loans.LOAN_PAGE.paths("running/<uuid:pk>/"),
]
