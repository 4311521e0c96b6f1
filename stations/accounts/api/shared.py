"""What several verbs of accounts read."""

from rest_framework import serializers

from core.language.typed import Line


class ReasonIn(serializers.Serializer):
    reason = Line(max_length=200)
