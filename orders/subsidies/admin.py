"""Subsidy programmes are reference data; what they gave is read."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _

from core.administration import ReadAdmin, ReferenceAdmin
from orders.subsidies.models import ParcelSubsidy, SubsidyProgramme


class ProgrammeForm(forms.ModelForm):
    """Partners keep what they were given."""

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        budget = self.cleaned_data.get("budget_minor")
        if budget is not None and budget < self.instance.used_minor:
            used = {"used": self.instance.used.display()}
            self.add_error("budget_minor", _("At least %(used)s: so much was given already.") % used)
        return data


@admin.register(SubsidyProgramme)
class SubsidyProgrammeAdmin(ReferenceAdmin):
    form = ProgrammeForm
    read_verb, edit_verb = "orders.read_product", "orders.edit_product"
    fixed_fields = ("code", "division", "currency")
    list_display = ("code", "division", "inbound_minor", "outbound_minor", "budget_minor", "used_minor", "from_date")
    list_select_related = ("division",)
    search_fields = ("code", "name")
    ordering = ("code",)
    raw_id_fields = ("division",)


@admin.register(ParcelSubsidy)
class ParcelSubsidyAdmin(ReadAdmin):
    read_verb = "orders.read_subsidy"
    list_display = ("accrued_at", "programme", "station", "partner", "direction", "amount_minor")
    list_filter = ("direction",)
    list_select_related = ("programme", "station", "partner")
    search_fields = ("=parcel__number",)
    ordering = ("-pk",)
