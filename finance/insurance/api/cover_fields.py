"""What answers about products, funds, enrolments and policies hold."""

from typing import Any, ClassVar

from rest_framework import serializers

from core.money import Money
from core.serializers import ReadSerializer
from finance.insurance.models import Benefit, CeilingRule, EnrolmentBatch, InsuranceProductVersion


def _amount(minor: int | None, currency: str) -> str | None:
    return None if minor is None else str(Money(minor, currency))


class BenefitOut(serializers.Serializer):
    """What is paid when a peril strikes; amounts are null where the formula has none."""

    peril = serializers.CharField()
    formula = serializers.CharField()
    sum_insured = serializers.CharField(allow_null=True)
    deductible = serializers.CharField()
    share_bp = serializers.IntegerField()
    cap = serializers.CharField(allow_null=True)
    waiting_days = serializers.IntegerField()
    per = serializers.CharField()
    grades = serializers.DictField(child=serializers.IntegerField(), help_text="Grade to share (0.01 %).")
    papers = serializers.DictField(child=serializers.IntegerField(), help_text="Kind of paper to least number.")


class CeilingOut(serializers.Serializer):
    """The most that is paid; null: what was put up."""

    scope = serializers.CharField()
    peril = serializers.CharField(allow_blank=True)
    limit = serializers.CharField(allow_null=True)


class InsuranceProductOut(ReadSerializer):
    """Terms in force; `id` is that of the version."""

    id = serializers.IntegerField()
    product = serializers.CharField(source="product.code")
    name = serializers.DictField(child=serializers.CharField())
    insurer = serializers.CharField(source="product.insurer.company_code")
    version = serializers.IntegerField()
    currency = serializers.CharField()
    premium = serializers.CharField()
    term_months = serializers.IntegerField()
    age_min = serializers.IntegerField()
    age_max = serializers.IntegerField()
    benefits = BenefitOut(many=True)
    ceilings = CeilingOut(many=True)

    @staticmethod
    def get_name(version: InsuranceProductVersion) -> dict[str, str]:
        return {"en": version.product.name, "zh-hans": version.product.name_zh}

    @staticmethod
    def get_benefits(version: InsuranceProductVersion) -> list[dict[str, Any]]:
        return [_benefit(each, version.currency) for each in version.benefits.all()]

    @staticmethod
    def get_ceilings(version: InsuranceProductVersion) -> list[dict[str, Any]]:
        return [_ceiling(each, version.currency) for each in version.ceilings.all()]


def _benefit(benefit: Benefit, currency: str) -> dict[str, Any]:
    return {
        "peril": benefit.peril,
        "formula": benefit.formula,
        "sum_insured": _amount(benefit.sum_insured_minor, currency),
        "deductible": _amount(benefit.deductible_minor, currency),
        "share_bp": benefit.share_bp,
        "cap": _amount(benefit.cap_minor, currency),
        "waiting_days": benefit.waiting_days,
        "per": benefit.per,
        "grades": {row.grade: row.share_bp for row in benefit.grades.all()},
        "papers": {row.kind: row.min_count for row in benefit.evidence_rules.all()},
    }


def _ceiling(ceiling: CeilingRule, currency: str) -> dict[str, Any]:
    return {"scope": ceiling.scope, "peril": ceiling.peril, "limit": _amount(ceiling.limit_minor, currency)}


class FundOut(serializers.Serializer):
    """A fund with its money."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    kind = serializers.CharField()
    name = serializers.DictField(child=serializers.CharField())
    currency = serializers.CharField()
    received = serializers.CharField()
    premiums = serializers.CharField()
    left = serializers.CharField()


class ContributionOut(ReadSerializer):
    """What arrived; the giver is null where the name may not be shown."""

    id = serializers.UUIDField()
    giver = serializers.CharField(allow_null=True)
    amount = serializers.CharField()
    currency = serializers.CharField()
    received_date = serializers.DateField()

    @staticmethod
    def get_giver(made: Any) -> str | None:
        return made.giver_name if made.giver_public else None

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01",
        "giver": "宿迁市慈善总会",
        "amount": "500000.00",
        "currency": "CNY",
        "received_date": "2026-11-25",
    }


class EnrolmentBatchOut(ReadSerializer):
    """People who were enrolled together."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    product = serializers.CharField(source="version.product.code")
    version = serializers.IntegerField(source="version_id")
    county = serializers.CharField(source="county.code")
    source = serializers.CharField()  # type: ignore[assignment]
    status = serializers.CharField()
    start_date = serializers.DateField()
    rows = serializers.IntegerField()
    accepted = serializers.IntegerField()
    refused = serializers.IntegerField()
    premium = serializers.CharField()
    currency = serializers.CharField()
    made_at = serializers.DateTimeField()
    checked_at = serializers.DateTimeField(allow_null=True)


BATCH = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d11",
    "number": "321324-E261125-K7P2",
    "product": "poverty-reduction-100",
    "version": 1,
    "county": "321324000000",
    "source": "poverty_file",
    "status": "idle",
    "start_date": "2026-12-01",
    "rows": 1,
    "accepted": 1,
    "refused": 0,
    "premium": "100.00",
    "currency": "CNY",
    "made_at": "2026-11-25T02:41:00.000Z",
    "checked_at": None,
}


class EnrolmentLineOut(serializers.Serializer):
    """What became of a line."""

    line = serializers.IntegerField()
    outcome = serializers.CharField()


class EnrolmentReportOut(EnrolmentBatchOut):
    """An enrolment, line by line; `outcome` is `accepted` or the code of what stands against it."""

    lines = EnrolmentLineOut(many=True)

    @staticmethod
    def get_lines(batch: EnrolmentBatch) -> list[dict[str, Any]]:
        return batch.report

    example: ClassVar[dict[str, Any]] = BATCH | {"lines": [{"line": 2, "outcome": "accepted"}]}


class PolicyOut(ReadSerializer):
    """One person's cover; both days are included."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    person = serializers.UUIDField(source="person_id")
    station = serializers.CharField(source="station.code")
    product = serializers.CharField(source="product.code")
    version = serializers.IntegerField(source="version_id")
    start_date = serializers.DateField()
    end_date = serializers.DateField()
    status = serializers.CharField()


POLICY = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d21",
    "number": "321324-P261125-K7P2QXA",
    "person": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
    "station": "321324-0007",
    "product": "poverty-reduction-100",
    "version": 1,
    "start_date": "2026-12-01",
    "end_date": "2027-11-30",
    "status": "active",
}
