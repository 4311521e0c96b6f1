"""What requests and answers about applications hold."""

from typing import Any, ClassVar

from rest_framework import serializers

from core.api import AmountField, NonNegativeAmountField
from core.history import changes_of
from core.language.typed import Line, Words
from core.serializers import ReadSerializer
from finance.credit.models import Assessment, Reason
from finance.credit.queries import reasons_of
from finance.loans.models import LoanApplication

ASSESSED = ("income", "outgo", "other_debt", "recommended")


class LoanApplicationOut(ReadSerializer):
    """One application; amounts in its currency."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    person = serializers.UUIDField(source="person_id")
    product = serializers.CharField(source="product.code")
    version = serializers.IntegerField(source="version_id")
    station = serializers.CharField(source="station.code")
    second_station = serializers.CharField(source="second_station.code", allow_null=True)
    group = serializers.UUIDField(source="group_id", allow_null=True)
    purpose = serializers.CharField()
    requested = serializers.CharField()
    installments = serializers.IntegerField()
    approved = serializers.CharField(allow_null=True)
    approved_installments = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()
    status = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    needs_second_assessment = serializers.BooleanField()
    started_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    offer_valid_until = serializers.DateField(source="offer_valid_until_date", allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c21",
        "number": "321324-0007-L261125-K7P2",
        "person": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "product": "farm_equal",
        "version": 2,
        "station": "321324-0007",
        "second_station": None,
        "group": None,
        "purpose": "animals",
        "requested": "30000.00",
        "installments": 12,
        "approved": None,
        "approved_installments": None,
        "currency": "CNY",
        "status": "draft",
        "reasons": [],
        "needs_second_assessment": False,
        "started_at": "2026-11-25T02:41:00.000Z",
        "submitted_at": None,
        "decided_at": None,
        "offer_valid_until": None,
    }


SENT = LoanApplicationOut.example | {
    "status": "submitted_and_pending_approval",
    "submitted_at": "2026-11-25T03:00:00.000Z",
}
APPROVED = SENT | {
    "status": "approved",
    "approved": "30000.00",
    "approved_installments": 12,
    "decided_at": "2026-11-27T03:00:00.000Z",
    "offer_valid_until": "2026-12-27",
}


class LoanStepOut(ReadSerializer):
    """One step of its history."""

    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField(allow_blank=True)


class LoanScoreLineOut(ReadSerializer):
    """What one attribute earned; `input_value` is empty where there was no record, shares are in ppm."""

    code = serializers.CharField(source="attribute.code")
    input_value = serializers.IntegerField(allow_null=True)
    points = serializers.IntegerField()
    max_points = serializers.IntegerField(source="attribute.max_points")
    reason = serializers.CharField(source="attribute.reason_code")


class LoanScoreOut(ReadSerializer):
    """The newest score; the band only advises."""

    scorecard = serializers.CharField()
    total = serializers.IntegerField()
    band = serializers.CharField()
    thin_file = serializers.BooleanField()
    reasons = serializers.ListField(child=serializers.CharField())
    get_reasons = staticmethod(reasons_of)
    lines = LoanScoreLineOut(many=True)
    get_lines = staticmethod(lambda run: run.lines.all())


class LoanApplicationDetailOut(LoanApplicationOut):
    """An application with its history."""

    history = LoanStepOut(many=True)
    get_history = staticmethod(changes_of)


class LoanApplicationIn(serializers.Serializer):
    """Who wants how much of which loan, and for what."""

    person = serializers.UUIDField()
    version = serializers.IntegerField(help_text="Of `loan-products/`.")
    amount = AmountField()
    installments = serializers.IntegerField(min_value=1, max_value=600)
    purpose = serializers.ChoiceField(LoanApplication.Purpose.choices)
    purpose_words = Line(max_length=120, required=False, allow_blank=True, default="")


class AssessmentIn(serializers.Serializer):
    """What was seen on a visit; photos that the same person has stored."""

    relationship = serializers.ChoiceField(Assessment.Relationship.choices)
    income = NonNegativeAmountField()
    outgo = NonNegativeAmountField()
    other_debt = NonNegativeAmountField()
    recommended = NonNegativeAmountField()
    proofs_seen = serializers.IntegerField(min_value=0, max_value=20)
    years_in_village = serializers.IntegerField(min_value=0, max_value=120)
    activity = serializers.ChoiceField(Assessment.Activity.choices)
    references_called = serializers.IntegerField(min_value=0, max_value=20)
    opinion = Words(max_length=500)
    photos = serializers.ListField(child=serializers.UUIDField(), max_length=8)


class AssessmentOut(ReadSerializer):
    """A visit as it was signed."""

    id = serializers.UUIDField()
    application = serializers.UUIDField(source="application_ref")
    role = serializers.CharField()
    relationship = serializers.CharField()
    station = serializers.CharField(source="station.code")
    recommended = serializers.CharField()
    signed_at = serializers.DateTimeField()


class AppraisalIn(serializers.Serializer):
    """What to lend; less than asked for needs one to four reasons."""

    amount = AmountField()
    installments = serializers.IntegerField(min_value=1, max_value=600)
    reasons = serializers.ListField(child=serializers.ChoiceField(Reason.choices), max_length=8, default=list)
    opinion = Words(max_length=500)


class RejectionIn(serializers.Serializer):
    """Why: one to four reasons."""

    reasons = serializers.ListField(child=serializers.ChoiceField(Reason.choices), max_length=8)
