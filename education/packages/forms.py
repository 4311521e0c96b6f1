"""What is brought and chosen of packages."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Option


class PackageForm(KeyedForm):
    """A package for a lesson of the course."""

    lesson = forms.ChoiceField(label=_("Lesson"))
    file = forms.FileField(
        label=_("SCORM package (ZIP)"),
        help_text=_("SCORM 1.2 or 2004, at most 50 MB."),
        widget=forms.FileInput(attrs={"class": "input", "accept": ".zip"}),
    )

    def __init__(self, *args: Any, lessons: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("lesson", lessons)


class PlayForm(KeyedForm):
    """Which package a learner plays."""

    package = forms.ChoiceField(label=_("Content package"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, offered: Sequence[tuple[str, Option]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("package", offered)
        if len(offered) == 1:
            self.initial["package"] = offered[0][0]
