"""Plans and tariffs: drafts are edited, what is approved is not. Lines: to be read."""

from typing import Any

from django.contrib import admin
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.administration import ReadAdmin, ReferenceAdmin
from finance.fees.models import Adjustment, CommissionLine, CommissionPlan, CommissionRule, CommissionShare, Tariff
from finance.fees.services import approve_commission_plan, retire_commission_plan

READ, EDIT, APPROVE = "finance.read_commission_plan", "finance.edit_commission_plan", "finance.approve_commission_plan"


def is_draft(plan: CommissionPlan | None) -> bool:
    """Whether a plan may still be edited."""
    return plan is None or plan.status == CommissionPlan.Status.DRAFT


class DraftAdmin(ReferenceAdmin):
    """A part of a plan: edited while its plan is a draft."""

    read_verb, edit_verb = READ, EDIT

    def plan_of(self, obj: Any) -> CommissionPlan | None:
        """The plan that this row belongs to."""
        return obj

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and is_draft(self.plan_of(obj) if obj else None)


@admin.register(CommissionPlan)
class CommissionPlanAdmin(DraftAdmin):
    list_display = ("status", "code", "version", "country", "from_date", "to_date", "approved_by")
    list_filter = ("status",)
    list_select_related = ("approved_by",)
    readonly_fields = ("status", "created_by", "approved_by", "approved_at")
    ordering = ("code", "-version")
    actions = ("approve", "retire")

    def save_model(self, request: Any, obj: CommissionPlan, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Approve: in force from its date"))
    def approve(self, request: Any, queryset: Any) -> None:
        """By another person than drew the plan up."""
        self.each(
            request,
            queryset,
            APPROVE,
            lambda plan, _reason: approve_commission_plan(plan=plan, by=request.user, at=now()),
        )

    @admin.action(description=_("Put away: its time has passed"))
    def retire(self, request: Any, queryset: Any) -> None:
        """Only what no sale of today needs."""
        self.each(
            request,
            queryset,
            APPROVE,
            lambda plan, _reason: retire_commission_plan(plan=plan, by=request.user, at=now()),
        )


class CommissionShareInline(admin.TabularInline):
    """Who gets which part of a rule's total."""

    model = CommissionShare
    extra = 0

    def _allowed(self, request: Any, obj: CommissionRule | None = None) -> bool:
        return self.admin_site._registry[CommissionRule].has_change_permission(request, obj)

    has_add_permission = has_change_permission = has_delete_permission = _allowed

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return self.admin_site._registry[CommissionRule].has_view_permission(request, obj)


@admin.register(CommissionRule)
class CommissionRuleAdmin(DraftAdmin):
    list_display = ("plan", "position", "service", "party", "total_kind", "total_value", "once_per_target_minutes")
    list_select_related = ("plan",)
    ordering = ("plan", "position")
    inlines = (CommissionShareInline,)

    def plan_of(self, obj: CommissionRule) -> CommissionPlan | None:
        return obj.plan

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "plan":
            kwargs["queryset"] = CommissionPlan.objects.filter(status=CommissionPlan.Status.DRAFT)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


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
    list_display = ("made_at", "status", "account", "amount_minor", "reason", "made_by", "checked_by")
    list_select_related = ("account", "made_by", "checked_by")
    search_fields = ("=event_id",)
    ordering = ("-id",)


@admin.register(Tariff)
class TariffAdmin(ReferenceAdmin):
    read_verb, edit_verb = "finance.read_tariff", "finance.edit_tariff"
    list_display = ("service", "division", "kind", "value", "cap_minor", "from_date", "to_date")
    list_select_related = ("division",)
    raw_id_fields = ("division",)
    ordering = ("service", "-from_date")
