"""Produce in the administration: what happened is read; crops, grades, buyers and deductions are reference data."""

from django.contrib import admin

from core.administration import DatedAdmin, ReadAdmin, ReferenceAdmin
from orders.produce.models import (
    BuyerClaim,
    Crop,
    DeductionPlan,
    DeductionRow,
    FarmerStatement,
    Grade,
    GradeSheet,
    HarvestNotice,
    Intake,
    Lot,
    LotSale,
    ProduceBuyer,
    SettlementException,
)

READ, READ_LOT = "orders.read_intake", "orders.read_lot"


@admin.register(Crop)
class CropAdmin(ReferenceAdmin):
    read_verb, edit_verb = "orders.read_product", "orders.edit_product"
    fixed_fields = ("code",)
    list_display = ("code", "name", "name_zh", "keeps_days", "is_active")
    ordering = ("code",)


@admin.register(GradeSheet)
class GradeSheetAdmin(DatedAdmin):
    read_verb, edit_verb = "orders.read_product", "orders.edit_product"
    list_display = ("crop", "from_date", "to_date")
    list_select_related = ("crop",)
    ordering = ("crop", "-from_date")


@admin.register(Grade)
class GradeAdmin(ReferenceAdmin):
    read_verb, edit_verb = "orders.read_product", "orders.edit_product"
    fixed_fields = ("sheet", "code")
    list_display = ("sheet", "position", "code", "name", "name_zh")
    list_select_related = ("sheet__crop",)
    ordering = ("sheet", "position")


@admin.register(ProduceBuyer)
class ProduceBuyerAdmin(ReferenceAdmin):
    read_verb, edit_verb = "orders.read_product", "orders.edit_product"
    fixed_fields = ("code", "country", "currency")
    list_display = ("code", "name", "country", "currency", "claim_days", "is_active")
    ordering = ("code",)


@admin.register(DeductionPlan)
class DeductionPlanAdmin(DatedAdmin):
    read_verb, edit_verb = "orders.read_product", "orders.edit_product"
    list_display = ("currency", "division", "from_date", "to_date")
    list_select_related = ("division",)
    raw_id_fields = ("division",)
    ordering = ("currency", "-from_date")


@admin.register(DeductionRow)
class DeductionRowAdmin(ReferenceAdmin):
    read_verb, edit_verb = "orders.read_product", "orders.edit_product"
    fixed_fields = ("plan", "code")
    list_display = ("plan", "code", "basis", "value", "carrier")
    list_select_related = ("plan",)
    ordering = ("plan", "pk")


@admin.register(HarvestNotice)
class HarvestNoticeAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("status", "station", "crop", "from_date", "expected_g", "confirmed_g", "taken_in_g")
    list_filter = ("status",)
    list_select_related = ("station", "crop")
    ordering = ("-id",)


@admin.register(Intake)
class IntakeAdmin(ReadAdmin):
    """What may be done with an intake stands on its page of the console."""

    read_verb = READ
    exclude = ("code_hash", "code_phone")
    list_display = ("status", "slip_number", "station", "crop", "net_g", "rejected_g", "weighed_at")
    list_filter = ("status",)
    list_select_related = ("station", "crop")
    search_fields = ("=slip_number",)
    ordering = ("-id",)


@admin.register(Lot)
class LotAdmin(ReadAdmin):
    read_verb = READ_LOT
    list_display = ("status", "code", "crop", "station", "best_before_date", "opened_at")
    list_filter = ("status",)
    list_select_related = ("station", "crop")
    search_fields = ("=code",)
    ordering = ("-id",)


@admin.register(LotSale)
class LotSaleAdmin(ReadAdmin):
    read_verb = READ_LOT
    list_display = ("lot", "grade", "buyer", "grams", "amount_minor", "sold_at", "delivered_at")
    list_select_related = ("lot", "grade", "buyer")
    ordering = ("-id",)


@admin.register(FarmerStatement)
class FarmerStatementAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("lot", "station", "grams", "gross_minor", "net_minor", "released_minor", "made_at", "settled_at")
    list_select_related = ("lot", "station")
    ordering = ("-id",)


@admin.register(SettlementException)
class SettlementExceptionAdmin(ReadAdmin):
    read_verb = READ_LOT
    list_display = ("lot", "error", "found_at", "resolved_at")
    list_select_related = ("lot",)
    ordering = ("-id",)


@admin.register(BuyerClaim)
class BuyerClaimAdmin(ReadAdmin):
    read_verb = READ_LOT
    list_display = ("status", "sale", "amount_minor", "reason", "raised_at", "decided_at")
    list_filter = ("status",)
    list_select_related = ("sale",)
    ordering = ("-id",)
