"""Pages of what was earned, and of the plans, prices and corrections behind it."""

from django.urls import path

from finance.fees.lists import PLANS, TARIFFS
from finance.fees.views import adjustments, earnings, plans, tariffs

app_name = "fees"
urlpatterns = [
    path("", earnings.earnings, name="earnings"),
    path("adjustments/", adjustments.adjustments, name="adjustments"),
    *adjustments.ADJUSTMENT_PAGE.paths("adjustments/<uuid:pk>/"),
    path("plans/", PLANS.view(), name="plans"),
    path("plans/new/", plans.new_plan, name="new_plan"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/approve/", plans.approve_plan, name="approve_plan"),
    path("plans/<int:pk>/retire/", plans.retire_plan, name="retire_plan"),
    path("plans/<int:pk>/discard/", plans.discard_plan, name="discard_plan"),
    path("plans/<int:pk>/rules/new/", plans.new_rule, name="new_rule"),
    path("plans/<int:pk>/rules/<int:position>/", plans.rule, name="rule"),
    path("plans/<int:pk>/rules/<int:position>/act/", plans.rule_act, name="rule_act"),
    path("tariffs/", TARIFFS.view(), name="tariffs"),
    path("tariffs/new/", tariffs.new_tariff, name="new_tariff"),
    path("tariffs/wall/", tariffs.wall, name="wall"),
    *tariffs.TARIFF.paths("tariffs/<int:pk>/"),
    path("<uuid:pk>/", earnings.why, name="why"),
]
