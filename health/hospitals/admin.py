"""Hospitals, departments, fees and staff are reference data; doctors and rules are made by services."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import now

from core.administration import DatedAdmin, ReadAdmin, ReferenceAdmin
from core.gateways.models import Provider
from health.hospitals.models import Department, Doctor, Fee, Hospital, HospitalStaff, RegistrationPolicy
from health.hospitals.services import NumbersStillHeld, refuse_system

READ, EDIT = "health.read_hospital", "health.edit_hospital"


class HospitalsAdmin(ReferenceAdmin):
    """Read by all who register, edited for the whole network."""

    read_verb = READ
    edit_verb = EDIT


class HospitalForm(forms.ModelForm):
    """A system is connected when it knows every number that people hold."""

    def clean_system(self) -> Provider | None:
        """Asked as the row is saved."""
        system: Provider | None = self.cleaned_data["system"]
        try:
            refuse_system(hospital=self.instance, system=system, at=now())
        except NumbersStillHeld as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from refusal
        return system


@admin.register(Hospital)
class HospitalAdmin(HospitalsAdmin):
    form = HospitalForm
    list_display = ("code", "name", "name_zh", "level", "division", "takes_fee", "is_restricted", "is_active")
    list_filter = ("level", "is_active")
    list_select_related = ("division",)
    search_fields = ("=code", "name_zh", "name")
    ordering = ("code",)
    raw_id_fields = ("division", "system")
    fixed_fields = ("code", "currency", "zone")


@admin.register(Department)
class DepartmentAdmin(HospitalsAdmin):
    list_display = ("hospital", "code", "name", "name_zh", "sensitivity", "is_active")
    list_filter = ("sensitivity",)
    list_select_related = ("hospital",)
    search_fields = ("=code", "name_zh", "name")
    ordering = ("hospital", "code")
    raw_id_fields = ("hospital",)
    fixed_fields = ("hospital", "code")


@admin.register(Fee)
class FeeAdmin(DatedAdmin):
    read_verb = READ
    edit_verb = EDIT
    list_display = ("hospital", "grade", "amount_minor", "currency", "from_date", "to_date")
    list_select_related = ("hospital",)
    ordering = ("hospital", "grade", "-from_date")
    raw_id_fields = ("hospital",)


@admin.register(HospitalStaff)
class HospitalStaffAdmin(HospitalsAdmin):
    list_display = ("hospital", "user", "from_at", "to_at")
    list_select_related = ("hospital", "user")
    search_fields = ("=user__username",)
    ordering = ("hospital", "-from_at")
    raw_id_fields = ("hospital", "user")
    fixed_fields = ("hospital", "user", "from_at")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """They work there from now on."""
        return {"from_at": now()}


@admin.register(Doctor)
class DoctorAdmin(ReadAdmin):
    read_verb = READ
    is_reference = True
    list_display = ("name", "department", "grade", "licensed_until_date", "is_active")
    list_filter = ("grade", "is_active")
    list_select_related = ("department__hospital",)
    search_fields = ("name",)
    ordering = ("name", "pk")


@admin.register(RegistrationPolicy)
class RegistrationPolicyAdmin(ReadAdmin):
    read_verb = READ
    is_reference = True
    list_display = (
        *("hospital", "revision", "booking", "late_refund_bp", "noshow_refund_bp", "most_open", "min_age"),
        *("most_absences", "absence_window_days", "absence_ban_days"),
    )
    list_select_related = ("hospital", "booking")
    ordering = ("hospital", "-revision")
