"""Plans, prices, lines, corrections: to be read. Plans and prices are written on the pages of the console.

There a percentage is asked back, and everybody who writes in a draft is known, so that none of them approves it.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.administration import ReadAdmin
from finance.fees.display import asks, earns
from finance.fees.models import Adjustment, CommissionLine, CommissionPlan, CommissionRule, CommissionShare, Tariff
from finance.fees.services import approve_commission_plan, retire_commission_plan
from stations.requests import signed_in

READ, APPROVE = "finance.read_commission_plan", "finance.approve_commission_plan"


@admin.register(CommissionPlan)
class CommissionPlanAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("status", "code", "version", "country", "from_date", "to_date", "approved_by")
    list_filter = ("status",)
    list_select_related = ("approved_by",)
    ordering = ("code", "-version")
    actions = ("approve", "retire")

    @admin.action(description=_("Approve: in force from its start date"))
    def approve(self, request: HttpRequest, queryset: Any) -> None:
        """By another person than drew the plan up."""
        self.each(
            request,
            queryset,
            APPROVE,
            lambda plan, _reason: approve_commission_plan(plan=plan, by=signed_in(request), at=now()),
        )

    @admin.action(description=_("Retired: out of date"))
    def retire(self, request: HttpRequest, queryset: Any) -> None:
        """Only what no sale of today needs."""
        self.each(
            request,
            queryset,
            APPROVE,
            lambda plan, _reason: retire_commission_plan(plan=plan, by=signed_in(request), at=now()),
        )


class CommissionShareInline(admin.TabularInline):
    """Who gets which part of a rule's total."""

    model = CommissionShare
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site._registry[CommissionRule].has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(CommissionRule)
class CommissionRuleAdmin(ReadAdmin):
    currency_path = "plan.currency"
    read_verb = READ
    list_display = ("plan", "position", "service", "party", "earned", "once_per_target_minutes")
    list_select_related = ("plan",)
    ordering = ("plan", "position")
    inlines = (CommissionShareInline,)

    @admin.display(description=_("Total commission"))
    def earned(self, rule: CommissionRule) -> str:
        """In words: the number alone may be basis points or minor units."""
        return earns(rule)


@admin.register(CommissionLine)
class CommissionLineAdmin(ReadAdmin):
    read_verb = "finance.read_account"
    list_display = ("accrued_at", "beneficiary", "service", "station", "amount_minor", "eligible_at", "event_id")
    list_select_related = ("station",)
    search_fields = ("=event_id",)
    ordering = ("-id",)


@admin.register(Adjustment)
class AdjustmentAdmin(ReadAdmin):
    read_verb = "finance.read_adjustment"
    list_display = ("made_at", "status", "account", "amount_minor", "reason", "made_by", "checked_by", "eligible_at")
    list_select_related = ("account", "made_by", "checked_by")
    search_fields = ("=event_id",)
    ordering = ("-id",)


@admin.register(Tariff)
class TariffAdmin(ReadAdmin):
    read_verb = "finance.read_tariff"
    list_display = ("service", "division", "asked", "from_date", "to_date")
    list_select_related = ("division",)
    ordering = ("service", "-from_date")

    @admin.display(description=_("How much"))
    def asked(self, tariff: Tariff) -> str:
        """In words: the number alone may be basis points or minor units."""
        return asks(tariff)
