"""Pages without words: who is let in is decided before anything is drawn."""

from typing import Any

from django.template.backends.base import BaseEngine
from django.utils.safestring import SafeString

BLANK = [{"BACKEND": "tests.access.blank.BlankPages", "DIRS": [], "APP_DIRS": True, "OPTIONS": {}}]


class BlankPages(BaseEngine):
    """Every template, as nothing."""

    app_dirname = "templates"

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__({name: value for name, value in params.items() if name != "OPTIONS"})

    def get_template(self, template_name: str) -> "BlankPage":
        """The same for every name."""
        return BlankPage()


class BlankPage:
    """A template that draws nothing and asks the database nothing."""

    def render(self, context: Any = None, request: Any = None) -> SafeString:
        """Nothing."""
        return SafeString("")
