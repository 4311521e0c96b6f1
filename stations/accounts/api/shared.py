"""What several verbs of accounts read."""

from typing import Any

from rest_framework import serializers

from core.text import refuse_lines


class Line(serializers.CharField):
    """One line of text that people type."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 200, "validators": [refuse_lines], **kwargs})


class ReasonIn(serializers.Serializer):
    reason = Line()
