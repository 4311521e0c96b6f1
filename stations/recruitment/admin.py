"""Contracts and certificates in the administration: to read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.administration import ReadAdmin
from stations.recruitment.models import Certificate, Contract, RegisterReport
from stations.recruitment.services import answer_report
from stations.requests import signed_in


class Standing(ReadAdmin):
    """Rows of a station, for the one who may read this noun there."""

    belongs_to = "station"
    search_fields = ("station__code__startswith", "user__username")


@admin.register(Contract)
class ContractTable(Standing):
    """Who is bound to which station, and how they stand."""

    read_verb = "stations.read_contract"
    list_display = ("status", "kind", "user", "station", "from_date", "to_date", "commission_plan_code")
    list_filter = ("status", "kind")
    list_select_related = ("user", "station")


@admin.register(Certificate)
class CertificateTable(Standing):
    """What people are certified for."""

    read_verb = "stations.read_certificate"
    list_display = ("number", "subject", "holder", "station", "issued_date", "expires_date", "revoked_at")
    list_filter = ("subject",)
    list_select_related = ("holder", "station")
    search_fields = ("number__startswith", "holder__username")


@admin.register(RegisterReport)
class RegisterReportTable(ReadAdmin):
    """What people told through the report button; answered on the county's page, or here."""

    read_verb = "stations.read_register_report"
    list_display = ("status", "kind", "number", "county", "at", "answered_by")
    list_filter = ("status", "kind")
    list_select_related = ("county", "answered_by")
    ordering = ("-at",)
    actions = ("answer",)

    @admin.action(description=_("Record the finding"))
    def answer(self, request: HttpRequest, rows: Any) -> None:
        verb = "stations.answer_register_report"
        self.each(
            request,
            rows.open_to(request.user, verb),
            verb,
            lambda report, reason: answer_report(report=report, actor=signed_in(request), at=now(), finding=reason),
        )
