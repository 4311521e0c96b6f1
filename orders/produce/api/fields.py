"""What requests and answers about produce share."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from core.language.typed import Line
from core.serializers import ReadSerializer
from orders.produce.models import Crop, Grade, GradeSheet
from orders.stock.forms import MOST
from stations.accounts.models import User
from stations.models import Person

CODE = r"^[0-9]{6}$"
GRADES = 20


class GradeIn(serializers.Serializer):
    """So many grams of one grade of the crop's sheet."""

    grade = Line(max_length=8, help_text="Code of the grade.")
    grams = serializers.IntegerField(min_value=1, max_value=MOST)


class GradingIn(serializers.Serializer):
    """The grades and what is not taken: together the net weight."""

    grades = GradeIn(many=True)
    rejected_g = serializers.IntegerField(min_value=0, max_value=MOST, default=0)


class ProduceReasonIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class IntakeGradeOut(ReadSerializer):
    """So many grams of a grade; `free_g` of them are in no lot yet."""

    id = serializers.UUIDField()
    grade = serializers.CharField(source="grade.code")
    grams = serializers.IntegerField()
    free_g = serializers.IntegerField()


class ProduceStepOut(ReadSerializer):
    """One step of its history."""

    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField(allow_blank=True)


GRADING_EXAMPLE: dict[str, Any] = {
    "grades": [{"grade": "1", "grams": 150000}, {"grade": "2", "grams": 40000}],
    "rejected_g": 10000,
}


def crop_called(code: str) -> Crop:
    """The crop of a code that is typed."""
    crop = Crop.objects.filter(code=code, is_active=True).first()
    if crop is None:
        raise ValidationError({"crop": ["No crop has this code."]})
    return crop


def person_of(user: User, pk: UUID) -> Person:
    """A living resident within reach."""
    person = Person.objects.living().open_to(user, "stations.read_person").filter(pk=pk).first()
    if person is None:
        raise ValidationError({"farmer": ["No resident within reach has this identifier."]})
    return person


def grams_by_grade(sheet: GradeSheet | None, crop: Crop, rows: list[Mapping[str, Any]]) -> dict[Grade, int]:
    """Each grade with its grams; of a lot the grades of any sheet of its crop, the newest first."""
    grades = Grade.objects.filter(sheet__crop=crop).order_by("sheet__from_date", "position")
    known = {grade.code: grade for grade in (grades.filter(sheet=sheet) if sheet else grades)}
    found: dict[Grade, int] = {}
    for number, row in enumerate(rows, start=1):
        grade = known.get(row["grade"])
        if grade is None or grade in found:
            raise ValidationError({"grades": [f"{number}: No grade has this code, or it is named twice."]})
        found[grade] = row["grams"]
    return found


class CodeOrWitness(serializers.Serializer):
    """The code from the farmer's phone, or who saw the signature."""

    code = serializers.RegexField(CODE, required=False)
    witness_card = Line(max_length=40, required=False, help_text="The card of the resident who saw the signature.")

    example: ClassVar[dict[str, Any]] = {"code": "481516"}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two."""
        if ("code" in attrs) == ("witness_card" in attrs):
            raise serializers.ValidationError({"code": ["Send the code, or the card of the witness."]})
        return super().validate(attrs)
