"""Insurance in the administration: insurers and funds are edited, terms put in force and ended, all else is read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.administration import ReadAdmin, ReferenceAdmin
from finance.insurance.models import (
    Appeal,
    Benefit,
    CeilingRule,
    Claim,
    ClaimPayment,
    Contribution,
    CounterEntry,
    CoverageCounter,
    EnrolmentBatch,
    EvidenceRule,
    FinancingShare,
    Fund,
    GradeRow,
    IndexFile,
    IndexPayment,
    IndexPayout,
    IndexReading,
    IndexSource,
    IndexWindow,
    InsuranceProduct,
    InsuranceProductVersion,
    Insurer,
    Policy,
    PolicyFunding,
    PremiumLine,
    PremiumPayment,
    PremiumStatement,
    RegisterMonth,
    RegisterRow,
)
from finance.insurance.services import activate_insurance_product, retire_insurance_product
from stations.requests import signed_in

READ, EDIT = "finance.read_insurance_product", "finance.edit_insurance_product"
READ_PREMIUM, READ_INDEX = "finance.read_premium", "finance.read_index"
READ_FUND, EDIT_FUND = "finance.read_fund", "finance.edit_fund"


@admin.register(Insurer)
class InsurerAdmin(ReferenceAdmin):
    read_verb, edit_verb = READ_FUND, EDIT_FUND
    fixed_fields = ("company_code", "country", "currency")
    list_display = ("name", "company_code", "country", "currency")
    search_fields = ("name", "name_zh", "company_code")
    ordering = ("name",)


@admin.register(Fund)
class FundAdmin(ReferenceAdmin):
    read_verb, edit_verb = READ_FUND, EDIT_FUND
    fixed_fields = ("kind", "code", "country", "currency")
    list_display = ("code", "kind", "name", "country", "currency")
    list_filter = ("kind",)
    search_fields = ("code", "name", "name_zh")
    autocomplete_fields = ("region",)
    ordering = ("code",)


@admin.register(Contribution)
class ContributionAdmin(ReadAdmin):
    read_verb, is_reference = READ_FUND, True
    list_display = ("received_date", "fund", "insurer", "amount_minor", "receipt_ref", "recorded_by")
    list_select_related = ("fund", "insurer", "recorded_by")
    search_fields = ("=receipt_ref",)
    ordering = ("-pk",)


@admin.register(InsuranceProduct)
class InsuranceProductAdmin(ReferenceAdmin):
    read_verb, edit_verb = READ, EDIT
    fixed_fields = ("insurer", "code", "country", "currency")
    list_display = ("code", "name", "insurer", "country", "currency")
    list_select_related = ("insurer",)
    search_fields = ("code", "name", "name_zh")
    ordering = ("insurer", "code")


@admin.register(InsuranceProductVersion)
class InsuranceProductVersionAdmin(ReadAdmin):
    read_verb, is_reference, currency_path = READ, True, "product.currency"
    list_display = ("status", "product", "version", "premium_minor", "maker", "checker")
    list_filter = ("status",)
    list_select_related = ("product", "maker", "checker")
    ordering = ("product", "-version")
    actions = ("activate", "retire")

    @admin.action(description=_("Put it in force: by another person than made it"))
    def activate(self, request: HttpRequest, queryset: Any) -> None:
        """People are enrolled in it from now on."""
        self.each(
            request,
            queryset,
            EDIT,
            lambda version, _reason: activate_insurance_product(version=version, by=signed_in(request), at=now()),
        )

    @admin.action(description=_("Enrol no more people in it"))
    def retire(self, request: HttpRequest, queryset: Any) -> None:
        """Who is insured stays insured as agreed."""
        self.each(
            request,
            queryset,
            EDIT,
            lambda version, _reason: retire_insurance_product(version=version, by=signed_in(request), at=now()),
        )


class _OfTerms(ReadAdmin):
    read_verb, is_reference = READ, True


@admin.register(FinancingShare)
class FinancingShareAdmin(_OfTerms):
    list_display = ("version", "source", "share_bp", "takes_remainder")
    list_select_related = ("version__product",)
    ordering = ("version", "source")


@admin.register(Benefit)
class BenefitAdmin(_OfTerms):
    currency_path = "version.product.currency"
    list_display = ("version", "peril", "formula", "sum_insured_minor", "share_bp", "cap_minor", "waiting_days")
    list_select_related = ("version__product",)
    ordering = ("version", "pk")


@admin.register(GradeRow)
class GradeRowAdmin(_OfTerms):
    list_display = ("benefit", "grade", "share_bp")
    list_select_related = ("benefit",)
    ordering = ("benefit", "pk")


@admin.register(EvidenceRule)
class EvidenceRuleAdmin(_OfTerms):
    list_display = ("benefit", "kind", "min_count")
    list_select_related = ("benefit",)
    ordering = ("benefit", "pk")


@admin.register(CeilingRule)
class CeilingRuleAdmin(_OfTerms):
    currency_path = "version.product.currency"
    list_display = ("version", "scope", "peril", "limit_minor")
    list_select_related = ("version__product",)
    ordering = ("version", "pk")


@admin.register(EnrolmentBatch)
class EnrolmentBatchAdmin(ReadAdmin):
    read_verb = "finance.read_enrolment"
    list_display = ("status", "number", "county", "version", "accepted", "refused", "premium_minor", "made_at")
    list_filter = ("status", "source")
    list_select_related = ("county", "version__product")
    search_fields = ("=number",)
    ordering = ("-pk",)


@admin.register(Policy)
class PolicyAdmin(ReadAdmin):
    read_verb = "finance.read_policy"
    list_display = ("status", "number", "product", "station", "start_date", "end_date")
    list_filter = ("status",)
    list_select_related = ("product", "station")
    search_fields = ("=number",)
    ordering = ("-pk",)


@admin.register(PolicyFunding)
class PolicyFundingAdmin(ReadAdmin):
    read_verb, belongs_to = "finance.read_policy", "policy"
    list_display = ("policy", "source", "fund", "amount_minor")
    list_select_related = ("policy", "fund")
    ordering = ("-pk",)


@admin.register(Claim)
class ClaimAdmin(ReadAdmin):
    """What happened to whom stands on the page of the claim, where every look is recorded."""

    read_verb = "finance.read_claim"
    fields = (
        *("number", "status", "outcome", "review", "policy", "station", "claimed_minor", "approved_minor"),
        *("paid_minor", "currency", "filer", "assessor", "decider", "sender", "decide_by_date", "decided_at"),
    )
    list_display = ("status", "number", "station", "claimed_minor", "approved_minor", "decide_by_date")
    list_filter = ("status", "review")
    list_select_related = ("station",)
    search_fields = ("=number",)
    ordering = ("-pk",)


@admin.register(ClaimPayment)
class ClaimPaymentAdmin(ReadAdmin):
    read_verb = "finance.read_claim"
    list_display = ("sent_at", "status", "claim", "amount_minor", "return_code", "sent_by")
    list_filter = ("status",)
    list_select_related = ("claim", "sent_by")
    search_fields = ("=our_ref",)
    ordering = ("-pk",)


@admin.register(Appeal)
class AppealAdmin(ReadAdmin):
    read_verb = "finance.read_claim"
    fields = ("claim", "status", "filed_by", "filed_at", "judge", "decide_by_date", "decided_at")
    list_display = ("filed_at", "status", "claim", "judge", "decide_by_date")
    list_filter = ("status",)
    list_select_related = ("claim", "judge")
    ordering = ("-pk",)


@admin.register(PremiumStatement)
class PremiumStatementAdmin(ReadAdmin):
    read_verb = READ_PREMIUM
    list_display = ("status", "number", "insurer", "month_date", "policies", "amount_minor", "made_at")
    list_filter = ("status",)
    list_select_related = ("insurer",)
    search_fields = ("=number",)
    ordering = ("-pk",)


@admin.register(PremiumLine)
class PremiumLineAdmin(ReadAdmin):
    read_verb = READ_PREMIUM
    list_display = ("statement", "batch", "policies", "amount_minor")
    list_select_related = ("statement", "batch")
    ordering = ("-pk",)


@admin.register(PremiumPayment)
class PremiumPaymentAdmin(ReadAdmin):
    read_verb = READ_PREMIUM
    list_display = ("sent_at", "status", "statement", "amount_minor", "return_code", "sent_by")
    list_filter = ("status",)
    list_select_related = ("statement", "sent_by")
    search_fields = ("=our_ref",)
    ordering = ("-pk",)


@admin.register(IndexSource)
class IndexSourceAdmin(ReferenceAdmin):
    read_verb, edit_verb = READ_INDEX, "finance.edit_index_source"
    fixed_fields = ("code", "kind", "region")
    list_display = ("code", "kind", "name", "region", "backup")
    list_filter = ("kind",)
    list_select_related = ("region", "backup")
    search_fields = ("code", "name", "name_zh")
    autocomplete_fields = ("region",)
    ordering = ("code",)

    def read_only(self, request: Any, obj: Any = None) -> list[Any]:
        """What stands in is agreed when a window is opened: later somebody may know what either measures."""
        fixed = super().read_only(request, obj)
        is_agreed = obj is not None and obj.windows.filter(status__in=IndexWindow.UNSETTLED).exists()
        return [*fixed, "backup"] if is_agreed else fixed


@admin.register(IndexFile)
class IndexFileAdmin(ReadAdmin):
    read_verb = READ_INDEX
    list_display = ("made_at", "status", "number", "rows", "maker", "checker")
    list_filter = ("status",)
    list_select_related = ("maker", "checker")
    search_fields = ("=number",)
    ordering = ("-pk",)


@admin.register(IndexReading)
class IndexReadingAdmin(ReadAdmin):
    read_verb = READ_INDEX
    list_display = ("date", "source", "value", "released_at")
    list_select_related = ("source",)
    ordering = ("-pk",)


@admin.register(IndexWindow)
class IndexWindowAdmin(ReadAdmin):
    read_verb = READ_INDEX
    list_display = ("end_date", "status", "source", "benefit", "reading")
    list_filter = ("status",)
    list_select_related = ("source", "benefit", "reading")
    ordering = ("-pk",)


@admin.register(IndexPayout)
class IndexPayoutAdmin(ReadAdmin):
    read_verb = "finance.read_policy"
    list_display = ("made_at", "status", "policy", "window", "amount_minor", "paid_at")
    list_filter = ("status",)
    list_select_related = ("policy", "window")
    ordering = ("-pk",)


@admin.register(IndexPayment)
class IndexPaymentAdmin(ReadAdmin):
    read_verb = "finance.read_policy"
    list_display = ("sent_at", "status", "payout", "amount_minor", "return_code")
    list_filter = ("status",)
    list_select_related = ("payout",)
    search_fields = ("=our_ref",)
    ordering = ("-pk",)


@admin.register(CoverageCounter)
class CoverageCounterAdmin(ReadAdmin):
    read_verb = READ_FUND
    list_display = ("kind", "scope", "product", "year_start_date", "used_minor", "limit_minor")
    list_filter = ("kind", "scope")
    list_select_related = ("product",)
    ordering = ("-pk",)


@admin.register(CounterEntry)
class CounterEntryAdmin(ReadAdmin):
    read_verb, currency_path = READ_FUND, "counter.currency"
    list_display = ("created_at", "counter", "claim", "kind", "amount_minor")
    list_select_related = ("counter", "claim")
    ordering = ("-pk",)


@admin.register(RegisterMonth)
class RegisterMonthAdmin(ReadAdmin):
    read_verb, is_reference = READ_FUND, True
    list_display = ("month_date", "fund", "insurer", "received_minor", "premiums_minor", "claims_minor", "left_minor")
    list_select_related = ("fund", "insurer")
    ordering = ("-pk",)


@admin.register(RegisterRow)
class RegisterRowAdmin(ReadAdmin):
    read_verb, is_reference = READ_FUND, True
    fields = ("month_date", "fund", "insurer", "place", "group", "amount_minor", "currency", "is_correction")
    list_display = ("month_date", "place", "group", "amount_minor", "is_correction")
    list_select_related = ("place",)
    ordering = ("-pk",)
