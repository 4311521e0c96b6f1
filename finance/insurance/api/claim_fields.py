"""What requests and answers about claims and appeals hold."""

from typing import Any, ClassVar

from rest_framework import serializers

from core.api import AmountField, NonNegativeAmountField
from core.history import changes_of
from core.language.typed import Line, Words
from core.money import Money
from core.serializers import ReadSerializer
from finance.insurance.models import ClaimEvidence, ClaimReason, EvidenceKind, Grade
from finance.insurance.services import latest_checks

REASONS = ["papers_unclear"]


class ClaimOut(ReadSerializer):
    """One claim; it says nothing of what happened to the person. Amounts in its currency."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    policy = serializers.CharField(source="policy.number")
    station = serializers.CharField(source="station.code")
    status = serializers.CharField()
    outcome = serializers.CharField()
    review = serializers.CharField()
    claimed = serializers.CharField()
    approved = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField(), source="reason_codes")
    restores = serializers.UUIDField(source="restores_id", allow_null=True)
    started_at = serializers.DateTimeField()
    entered_at = serializers.DateTimeField(allow_null=True)
    decide_by = serializers.DateField(source="decide_by_date", allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    paid_at = serializers.DateTimeField(allow_null=True)


CLAIM: dict[str, Any] = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e01",
    "number": "321324-0007-K261125-K7P2QX",
    "policy": "321324-P260509-K7P2QXA",
    "station": "321324-0007",
    "status": "draft",
    "outcome": "queued",
    "review": "idle",
    "claimed": "18600.00",
    "approved": None,
    "currency": "CNY",
    "reasons": [],
    "restores": None,
    "started_at": "2026-11-25T02:41:00.000Z",
    "entered_at": None,
    "decide_by": None,
    "decided_at": None,
    "paid_at": None,
}
ENTERED = CLAIM | {"status": "entered", "entered_at": "2026-11-25T02:50:00.000Z", "decide_by": "2026-12-02"}
CHECKED = ENTERED | {"status": "checked", "review": "not_selected"}
PROCESSED = CHECKED | {"status": "processed"}
APPROVED = CHECKED | {
    "status": "valuated",
    "outcome": "complete",
    "approved": "2544.00",
    "decided_at": "2026-11-27T03:00:00.000Z",
}
REJECTED = CHECKED | {
    "status": "rejected",
    "outcome": "error",
    "reasons": REASONS,
    "decided_at": "2026-11-27T03:00:00.000Z",
}


class ClaimEvidenceOut(ReadSerializer):
    """A photo of a paper or of damage; the file is fetched at `files/<id>/`."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    file = serializers.UUIDField(source="file_id", allow_null=True)
    bill_number = serializers.CharField(allow_blank=True)
    issuer = serializers.CharField(allow_blank=True)
    total = serializers.CharField(allow_null=True)

    @staticmethod
    def get_total(row: ClaimEvidence) -> str | None:
        return None if row.total_minor is None else str(Money(row.total_minor, row.currency))


class ClaimCheckOut(ReadSerializer):
    """What the last run of a check found."""

    code = serializers.CharField()
    result = serializers.CharField()


class ClaimStepOut(ReadSerializer):
    """One step of its history."""

    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField(allow_blank=True)


class ClaimDetailOut(ClaimOut):
    """A claim with what happened, its papers, checks and history; that it was read is recorded."""

    person = serializers.UUIDField(source="person_id")
    peril = serializers.CharField()
    event_date = serializers.DateField()
    payee = serializers.UUIDField(source="payee_id")
    public_cover = serializers.CharField()
    other_cover = serializers.CharField()
    assessed = serializers.CharField(allow_null=True)
    evidence = ClaimEvidenceOut(many=True)
    get_evidence = staticmethod(lambda claim: claim.evidence.order_by("pk"))
    checks = ClaimCheckOut(many=True)
    get_checks = staticmethod(latest_checks)
    history = ClaimStepOut(many=True)
    get_history = staticmethod(changes_of)


class ClaimAccountIn(serializers.Serializer):
    """Where the money shall go."""

    payee = serializers.UUIDField()
    bank_code = serializers.RegexField(r"^[0-9A-Za-z]{3,14}$")
    account_no = serializers.RegexField(r"^[0-9]{6,30}$")
    holder_name = Line(max_length=80)


class ClaimIn(ClaimAccountIn):
    """What happened to whom, what it cost, and where the money shall go."""

    policy = serializers.UUIDField()
    peril = serializers.CharField(max_length=16)
    event_date = serializers.DateField()
    amount = AmountField(required=False, allow_null=True, default=None)
    public_cover = NonNegativeAmountField(required=False, allow_null=True, default=None)
    grade = serializers.ChoiceField(Grade.choices, required=False, allow_blank=True, default="")


class ClaimEvidenceIn(serializers.Serializer):
    """A photo that the same person has stored, and what a bill on it says."""

    kind = serializers.ChoiceField(EvidenceKind.choices)
    file = serializers.UUIDField()
    bill_number = Line(max_length=40, required=False, allow_blank=True, default="")
    issuer = Line(max_length=80, required=False, allow_blank=True, default="")
    issued_date = serializers.DateField(required=False, allow_null=True, default=None)
    total = AmountField(required=False, allow_null=True, default=None)
    public_cover = NonNegativeAmountField(required=False, allow_null=True, default=None)
    self_paid = NonNegativeAmountField(required=False, allow_null=True, default=None)


class ClaimWordsIn(serializers.Serializer):
    """In words."""

    words = Words(max_length=500)


class ClaimReviewIn(ClaimWordsIn):
    """What a visit found, with photos that the visitor has stored."""

    photos = serializers.ListField(child=serializers.UUIDField(), max_length=8, default=list)


class ProcessClaimIn(serializers.Serializer):
    """A proposal: reasons to decline, or what of the cost is accepted (all, where it is left out)."""

    accepted = AmountField(required=False, allow_null=True, default=None)
    other_cover = NonNegativeAmountField(required=False, allow_null=True, default=None)
    grade = serializers.ChoiceField(Grade.choices, required=False, allow_blank=True, default="")
    reasons = serializers.ListField(child=serializers.ChoiceField(ClaimReason.choices), max_length=8, default=list)
    words = Words(max_length=500, required=False, allow_blank=True, default="")
    override = Line(max_length=200, required=False, allow_blank=True, default="")


class ApproveClaimIn(serializers.Serializer):
    """The amount that the decider saw."""

    amount = AmountField()


class RejectClaimIn(serializers.Serializer):
    """One to four reasons, and what would help."""

    reasons = serializers.ListField(child=serializers.ChoiceField(ClaimReason.choices), max_length=8)
    words = Words(max_length=500)


class ClaimReturnIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class AppealOut(ReadSerializer):
    """One appeal."""

    id = serializers.UUIDField()
    claim = serializers.UUIDField(source="claim_id")
    number = serializers.CharField(source="claim.number")
    status = serializers.CharField()
    filed_at = serializers.DateTimeField()
    decide_by = serializers.DateField(source="decide_by_date")
    judge = serializers.CharField(source="judge.username", allow_null=True)
    answer = serializers.CharField(source="outcome_words", allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e11",
        "claim": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e01",
        "number": "321324-0007-K261125-K7P2QX",
        "status": "filed",
        "filed_at": "2026-12-03T02:41:00.000Z",
        "decide_by": "2026-12-24",
        "judge": None,
        "answer": "",
        "decided_at": None,
    }


class AppealIn(ClaimWordsIn):
    """Why it was wrong, in the family's words, with photos that the same person has stored."""

    photos = serializers.ListField(child=serializers.UUIDField(), max_length=8, default=list)


class AssignAppealIn(serializers.Serializer):
    """Who judges: a user name."""

    judge = serializers.CharField(max_length=150)
