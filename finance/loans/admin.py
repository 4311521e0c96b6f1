"""Products and lenders in the administration: versions are read, put in force and ended, never edited."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.administration import ReadAdmin, ReferenceAdmin
from finance.loans.models import (
    Appraisal,
    BorrowerGroup,
    CloseException,
    CloseRun,
    CollectionSheet,
    GroupMember,
    Lender,
    Loan,
    LoanAccrual,
    LoanAdjustment,
    LoanApplication,
    LoanBook,
    LoanContract,
    LoanDisbursement,
    LoanInstallment,
    LoanProduct,
    LoanProductVersion,
    LoanReceipt,
    LoanReversal,
    PortfolioDay,
    ProvisionBand,
    ProvisionTable,
    ReceiptAllocation,
    RecommendationFee,
    SeasonalRow,
    SheetLine,
)
from finance.loans.models.groups import READ_GROUP
from finance.loans.models.portfolio import EDIT_RATES, RATES
from finance.loans.services import (
    activate_loan_product,
    activate_provision_table,
    discard_provision_table,
    retire_loan_product,
)
from stations.requests import signed_in

READ, EDIT, LOAN = "finance.read_loan_product", "finance.edit_loan_product", "finance.read_loan"


@admin.register(Lender)
class LenderAdmin(ReferenceAdmin):
    read_verb, edit_verb = READ, EDIT
    fixed_fields = ("country", "currency")
    list_display = ("name", "company_code", "country", "currency", "provider")
    list_select_related = ("provider",)
    search_fields = ("name", "name_zh", "company_code")
    ordering = ("name",)


@admin.register(LoanProduct)
class LoanProductAdmin(ReferenceAdmin):
    read_verb, edit_verb = READ, EDIT
    fixed_fields = ("lender", "code", "country", "currency")
    list_display = ("code", "name", "lender", "country", "currency")
    list_select_related = ("lender",)
    search_fields = ("code", "name", "name_zh")
    ordering = ("lender", "code")


@admin.register(LoanProductVersion)
class LoanProductVersionAdmin(ReadAdmin):
    read_verb, is_reference, currency_path = READ, True, "product.currency"
    list_display = ("status", "product", "version", "needs_group", "rate_default_ppm", "maker", "checker")
    list_filter = ("status", "needs_group")
    list_select_related = ("product", "maker", "checker")
    ordering = ("product", "-version")
    actions = ("activate", "retire")

    @admin.action(description=_("Offer it: by another person than drew it up"))
    def activate(self, request: HttpRequest, queryset: Any) -> None:
        """The version before it is offered no more."""
        self.each(
            request,
            queryset,
            EDIT,
            lambda version, _reason: activate_loan_product(version=version, by=signed_in(request), at=now()),
        )

    @admin.action(description=_("Offer it no more"))
    def retire(self, request: HttpRequest, queryset: Any) -> None:
        """Who has borrowed on it pays as agreed."""
        self.each(
            request,
            queryset,
            EDIT,
            lambda version, _reason: retire_loan_product(version=version, by=signed_in(request), at=now()),
        )


@admin.register(SeasonalRow)
class SeasonalRowAdmin(ReadAdmin):
    read_verb, is_reference = READ, True
    list_display = ("version", "n", "principal_ppm", "interest_ppm")
    list_select_related = ("version__product",)
    ordering = ("version", "n")


@admin.register(LoanApplication)
class LoanApplicationAdmin(ReadAdmin):
    read_verb = "finance.read_loan_application"
    list_display = ("status", "number", "product", "station", "requested_minor", "submitted_at", "decided_at")
    list_filter = ("status",)
    list_select_related = ("product", "station")
    search_fields = ("=number",)
    ordering = ("-pk",)


@admin.register(Appraisal)
class AppraisalAdmin(ReadAdmin):
    read_verb, belongs_to = "finance.read_loan_application", "application"
    list_display = ("at", "application", "proposed_minor", "proposed_installments", "appraiser")
    list_select_related = ("application", "appraiser")
    ordering = ("-pk",)


@admin.register(LoanBook)
class LoanBookAdmin(ReadAdmin):
    read_verb = LOAN
    list_display = ("lender", "county", "currency", "business_date", "last_closed_date")
    list_select_related = ("lender", "county")
    ordering = ("pk",)


@admin.register(Loan)
class LoanAdmin(ReadAdmin):
    read_verb = LOAN
    list_display = ("status", "number", "product", "station", "principal_minor", "days_past_due", "disbursed_on_date")
    list_filter = ("status",)
    list_select_related = ("product", "station")
    search_fields = ("=number",)
    ordering = ("-pk",)


@admin.register(LoanContract)
class LoanContractAdmin(ReadAdmin):
    read_verb, belongs_to = LOAN, "loan"
    list_display = ("signed_at", "loan", "version", "principal_minor", "apr_effective_bp", "manner")
    list_select_related = ("loan",)
    ordering = ("-pk",)


@admin.register(LoanInstallment)
class LoanInstallmentAdmin(ReadAdmin):
    read_verb, belongs_to, currency_path = LOAN, "loan", "loan.currency"
    list_display = ("status", "loan", "n", "due_date", "principal_minor", "interest_minor", "penalty_minor")
    list_filter = ("status",)
    list_select_related = ("loan",)
    ordering = ("-pk",)


@admin.register(LoanDisbursement)
class LoanDisbursementAdmin(ReadAdmin):
    read_verb, belongs_to = LOAN, "loan"
    list_display = ("status", "loan", "amount_minor", "sent_by", "sent_at", "answered_at", "code")
    list_filter = ("status",)
    list_select_related = ("loan", "sent_by")
    ordering = ("-pk",)


@admin.register(LoanAccrual)
class LoanAccrualAdmin(ReadAdmin):
    read_verb, belongs_to, currency_path = LOAN, "loan", "loan.currency"
    list_display = ("business_date", "loan", "interest_minor", "penalty_minor", "days_past_due", "is_suspended")
    list_select_related = ("loan",)
    ordering = ("-pk",)


@admin.register(LoanAdjustment)
class LoanAdjustmentAdmin(ReadAdmin):
    read_verb, belongs_to, currency_path = LOAN, "loan", "loan.currency"
    list_display = ("asked_at", "loan", "kind", "status", "principal_minor", "asked_by", "decided_by")
    list_filter = ("kind", "status")
    list_select_related = ("loan", "asked_by", "decided_by")
    ordering = ("-pk",)


@admin.register(LoanReceipt)
class LoanReceiptAdmin(ReadAdmin):
    read_verb, belongs_to = LOAN, "loan"
    list_display = ("taken_at", "loan", "kind", "status", "amount_minor", "advance_minor", "value_date", "taken_by")
    list_filter = ("kind", "status")
    list_select_related = ("loan", "taken_by")
    ordering = ("-pk",)


@admin.register(ReceiptAllocation)
class ReceiptAllocationAdmin(ReadAdmin):
    read_verb, belongs_to, currency_path = LOAN, "installment__loan", "installment.loan.currency"
    list_display = ("on_date", "installment", "receipt", "part", "amount_minor")
    list_filter = ("part",)
    list_select_related = ("installment__loan", "receipt")
    ordering = ("-pk",)


@admin.register(LoanReversal)
class LoanReversalAdmin(ReadAdmin):
    read_verb, belongs_to, currency_path = LOAN, "receipt__loan", "receipt.currency"
    list_display = ("asked_at", "receipt", "status", "at_counter", "asked_by", "decided_by", "penalty_minor")
    list_filter = ("status", "at_counter")
    list_select_related = ("receipt__loan", "asked_by", "decided_by")
    ordering = ("-pk",)


@admin.register(CloseException)
class CloseExceptionAdmin(ReadAdmin):
    read_verb, belongs_to = LOAN, "loan"
    list_display = ("business_date", "loan", "error", "found_at", "resolved_at", "resolved_by")
    list_select_related = ("loan", "resolved_by")
    ordering = ("-pk",)


@admin.register(CloseRun)
class CloseRunAdmin(ReadAdmin):
    read_verb = LOAN
    list_display = ("status", "book", "business_date", "loans", "started_at", "ended_at")
    list_filter = ("status",)
    list_select_related = ("book__lender", "book__county")
    ordering = ("-pk",)


@admin.register(ProvisionTable)
class ProvisionTableAdmin(ReadAdmin):
    read_verb, is_reference = RATES, True
    list_display = ("status", "country", "from_date", "maker", "checker")
    list_filter = ("status", "country")
    list_select_related = ("maker", "checker")
    ordering = ("country", "-from_date", "-pk")
    actions = ("activate", "discard")

    @admin.action(description=_("Put the rates in force: by another person than drew them up"))
    def activate(self, request: HttpRequest, queryset: Any) -> None:
        """From their day on they replace those before."""
        self.each(
            request,
            queryset,
            EDIT_RATES,
            lambda table, _reason: activate_provision_table(table=table, by=signed_in(request), at=now()),
        )

    @admin.action(description=_("Discard the draft"))
    def discard(self, request: HttpRequest, queryset: Any) -> None:
        """It stays readable."""
        self.each(
            request,
            queryset,
            EDIT_RATES,
            lambda table, _reason: discard_provision_table(table=table, by=signed_in(request), at=now()),
        )


@admin.register(ProvisionBand)
class ProvisionBandAdmin(ReadAdmin):
    read_verb, is_reference = RATES, True
    list_display = ("table", "from_day", "class_code", "rate_bp")
    list_select_related = ("table",)
    ordering = ("table", "from_day")


@admin.register(PortfolioDay)
class PortfolioDayAdmin(ReadAdmin):
    read_verb = "finance.read_portfolio"
    list_display = ("business_date", "book", "product", "class_code", "loans", "gross_minor", "provision_minor")
    list_filter = ("class_code",)
    list_select_related = ("book__lender", "book__county", "product")
    ordering = ("-business_date", "-pk")


@admin.register(BorrowerGroup)
class BorrowerGroupAdmin(ReadAdmin):
    read_verb = READ_GROUP
    list_display = ("name", "station", "status", "first_meeting_date", "every_weeks", "joint_liability")
    list_filter = ("status", "joint_liability")
    list_select_related = ("station",)
    search_fields = ("name", "station__code")
    ordering = ("-formed_at",)


@admin.register(GroupMember)
class GroupMemberAdmin(ReadAdmin):
    read_verb = READ_GROUP
    list_display = ("group", "is_leader", "joined_at", "left_at")
    list_select_related = ("group",)
    search_fields = ("group__name",)
    ordering = ("-joined_at",)


@admin.register(CollectionSheet)
class CollectionSheetAdmin(ReadAdmin):
    read_verb = READ_GROUP
    list_display = ("meeting_date", "group", "expected_minor", "collected_minor", "taken_at")
    list_select_related = ("group",)
    search_fields = ("group__name",)
    ordering = ("-meeting_date",)


@admin.register(SheetLine)
class SheetLineAdmin(ReadAdmin):
    read_verb = READ_GROUP
    currency_path = "sheet.currency"
    list_display = ("sheet", "loan", "expected_minor", "collected_minor", "reason")
    list_select_related = ("sheet", "loan")
    search_fields = ("loan__number",)
    ordering = ("-pk",)


@admin.register(RecommendationFee)
class RecommendationFeeAdmin(ReadAdmin):
    read_verb, belongs_to, currency_path = LOAN, "loan", "loan.currency"
    list_display = ("business_date", "loan", "stage", "status", "base_minor", "reversed_date")
    list_filter = ("stage", "status")
    list_select_related = ("loan",)
    search_fields = ("loan__number",)
    ordering = ("-pk",)
