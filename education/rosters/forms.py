"""What is brought and decided of rosters."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line, Option


class RosterForm(KeyedForm):
    """A file of a school."""

    source_system = Line(
        label=_("School’s system"),
        max_length=40,
        help_text=_("The same name each time: ids of one system mean the same from file to file."),
    )
    file = forms.FileField(
        label=_("OneRoster file (ZIP)"), widget=forms.FileInput(attrs={"class": "input", "accept": ".zip"})
    )


class ChoiceOfOne(KeyedForm):
    """One of those that may be meant; nothing is chosen beforehand."""

    chosen = forms.ChoiceField(label=_("Which one"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, offered: Sequence[tuple[str, Option]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("chosen", offered)
