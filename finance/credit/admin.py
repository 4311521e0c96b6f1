"""Visits, ties, scores and caps in the administration: read; caps are added, scorecards put in force, none edited."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.administration import ReadAdmin, ReferenceAdmin
from finance.credit.models import (
    Assessment,
    ConflictCheck,
    CreditFact,
    ExposureCounter,
    ExposureEntry,
    ExposureLimit,
    PartnerVintage,
    RecommendationStanding,
    Reinstatement,
    Scorecard,
    ScorecardAttribute,
    ScorecardBin,
    ScoreLine,
    ScoreRun,
)
from finance.credit.services import activate_scorecard
from stations.requests import signed_in

READ, CAP = "finance.read_loan_application", "finance.read_cap"


@admin.register(Assessment)
class AssessmentAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("signed_at", "role", "relationship", "station", "assessor", "recommended_minor")
    list_filter = ("role", "relationship")
    list_select_related = ("station", "assessor")
    search_fields = ("=application_ref",)
    ordering = ("-pk",)


@admin.register(ConflictCheck)
class ConflictCheckAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("at", "application_ref", "code", "hit", "is_hidden")
    list_filter = ("code", "hit", "is_hidden")
    search_fields = ("=application_ref",)
    ordering = ("-pk",)


@admin.register(ExposureLimit)
class ExposureLimitAdmin(ReferenceAdmin):
    read_verb, edit_verb = CAP, "finance.edit_cap"
    list_display = ("scope", "country", "currency", "limit_minor", "from_date")
    list_filter = ("scope", "country")
    ordering = ("scope", "-from_date")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ExposureCounter)
class ExposureCounterAdmin(ReadAdmin):
    read_verb = CAP
    list_display = ("scope", "scope_ref", "currency", "used_minor", "limit_minor")
    list_filter = ("scope",)
    search_fields = ("=scope_ref",)
    ordering = ("scope", "scope_ref")


@admin.register(ExposureEntry)
class ExposureEntryAdmin(ReadAdmin):
    read_verb, currency_path = CAP, "counter.currency"
    list_display = ("created_at", "counter", "loan_ref", "kind", "amount_minor", "event_ref")
    list_select_related = ("counter",)
    search_fields = ("=loan_ref",)
    ordering = ("-pk",)


class _OfAScorecard(ReadAdmin):
    read_verb, is_reference = "finance.read_scorecard", True


@admin.register(Scorecard)
class ScorecardAdmin(_OfAScorecard):
    list_display = ("status", "code", "version", "country", "approve_from", "refer_from", "maker", "checker")
    list_filter = ("status", "country")
    list_select_related = ("maker", "checker")
    ordering = ("code", "-version")
    actions = ("activate",)

    @admin.action(description=_("Score with it: by another person than drew it up"))
    def activate(self, request: HttpRequest, queryset: Any) -> None:
        """The one before scores no more."""
        self.each(
            request,
            queryset,
            "finance.edit_scorecard",
            lambda scorecard, _reason: activate_scorecard(scorecard=scorecard, by=signed_in(request), at=now()),
        )


@admin.register(ScorecardAttribute)
class ScorecardAttributeAdmin(_OfAScorecard):
    list_display = ("scorecard", "position", "code", "block", "max_points", "no_fact_points", "reason_code")
    list_select_related = ("scorecard",)
    ordering = ("scorecard", "position")


@admin.register(ScorecardBin)
class ScorecardBinAdmin(_OfAScorecard):
    list_display = ("attribute", "lower", "upper", "points")
    list_select_related = ("attribute",)
    ordering = ("attribute", "lower")


@admin.register(PartnerVintage)
class PartnerVintageAdmin(ReadAdmin):
    read_verb = "finance.read_recommender"
    list_display = ("as_of_date", "quarter_date", "county", "currency", "loans", "disbursed_minor", "par30_bp")
    list_select_related = ("county",)
    search_fields = ("=partner_ref",)
    ordering = ("-pk",)


@admin.register(RecommendationStanding)
class RecommendationStandingAdmin(ReadAdmin):
    read_verb = "finance.read_recommender"
    list_display = ("status", "partner", "county", "quarter_date", "par30_bp", "since_date")
    list_filter = ("status",)
    list_select_related = ("partner", "county")
    ordering = ("-pk",)


@admin.register(Reinstatement)
class ReinstatementAdmin(ReadAdmin):
    read_verb, belongs_to = "finance.read_recommender", "standing"
    list_display = ("asked_at", "standing", "status", "asked_by", "decided_by", "seen_date")
    list_filter = ("status",)
    list_select_related = ("standing__partner", "asked_by", "decided_by")
    ordering = ("-pk",)


@admin.register(CreditFact)
class CreditFactAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("on_date", "kind", "value", "currency")
    list_filter = ("kind",)
    search_fields = ("=person__id",)
    ordering = ("-pk",)


@admin.register(ScoreRun)
class ScoreRunAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("as_of_date", "application_ref", "scorecard", "total", "band", "thin_file")
    list_filter = ("band", "thin_file")
    list_select_related = ("scorecard",)
    search_fields = ("=application_ref",)
    ordering = ("-pk",)


@admin.register(ScoreLine)
class ScoreLineAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("run", "attribute", "input_value", "points", "lost_points")
    list_select_related = ("run", "attribute")
    ordering = ("-pk",)
