"""What is brought and chosen of packages."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line, Option
from education.packages.models import LONGEST_REASON


class PackageForm(KeyedForm):
    """A package for a lesson of the course."""

    lesson = forms.ChoiceField(label=_("Lesson"))
    file = forms.FileField(
        label=_("SCORM or H5P package"),
        help_text=_("SCORM 1.2 or 2004 (.zip), or H5P (.h5p), at most 50 MB."),
        widget=forms.FileInput(attrs={"class": "input", "accept": ".zip,.h5p"}),
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


class ReasonForm(KeyedForm):
    """Why."""

    reason = Line(label=_("Reason"), max_length=LONGEST_REASON)
