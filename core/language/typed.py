"""Text in the API as people type it."""

from typing import Any

from rest_framework import serializers

from core.language.text import refuse_controls, refuse_edges, refuse_lines


class Line(serializers.CharField):
    """One line of text without control characters."""

    default_refusal = staticmethod(refuse_lines)

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"validators": [self.default_refusal], **options})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        refuse_edges(data)
        return super().run_validation(data)


class Words(Line):
    """Several lines of text without control characters."""

    default_refusal = staticmethod(refuse_controls)
