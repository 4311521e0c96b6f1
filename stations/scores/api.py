"""Scores and warnings over the API."""

from typing import Any

from rest_framework import generics, serializers

from stations.scores.models import EarlyWarning, KpiScore


class ScoreOut(serializers.Serializer):
    station = serializers.CharField(source="station.code")
    month = serializers.DateField(help_text="Its first day.")
    score = serializers.IntegerField()
    grade = serializers.ChoiceField(KpiScore.Grade.choices)
    parts = serializers.DictField(help_text="A, V, O, F, C, R: counted, of, value (0 to 1) and weight.")
    formula_version = serializers.IntegerField()


class Scores(generics.ListAPIView):
    """List monthly scores of the stations within reach, newest first; each with the numbers that it was made of."""

    requires = "stations.read_score"
    serializer_class = ScoreOut
    out_example = {
        "station": "321324-0007",
        "month": "2026-10-01",
        "score": 85,
        "grade": "good",
        "parts": {"A": {"counted": "22", "of": "26", "value": "0.846154", "weight": 25}},
        "formula_version": 1,
    }

    def get_queryset(self) -> Any:
        return KpiScore.objects.open_to(self.request.user, self.requires).select_related("station")


class WarningOut(serializers.Serializer):
    id = serializers.IntegerField()
    station = serializers.CharField(source="station.code")
    kind = serializers.ChoiceField(EarlyWarning.Kind.choices)
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    figures = serializers.DictField(help_text="What was counted, against what.")
    visit = serializers.IntegerField(source="visit_id")


class Warnings(generics.ListAPIView):
    """List early warnings of the stations within reach, newest first."""

    requires = "stations.read_score"
    serializer_class = WarningOut
    out_example = {
        "id": 3,
        "station": "321324-0007",
        "kind": "float_out",
        "opened_at": "2026-11-25T18:30:00.000Z",
        "closed_at": None,
        "figures": {"days": 3, "of": 7},
        "visit": 9,
    }

    def get_queryset(self) -> Any:
        return EarlyWarning.objects.open_to(self.request.user, self.requires).select_related("station")
