"""What is typed and photographed of homework."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import DayField, KeyedForm, Line, PhotoField, RecordingInput, Words
from education.homework.models import HomeworkSubmission

GRADES = [each for each in HomeworkSubmission.Grade.choices if each[0] != HomeworkSubmission.Grade.NOT_APPLICABLE]


class SetHomeworkForm(KeyedForm):
    """What is to be done until when."""

    title = Line(label=_("Title"), max_length=80)
    instructions = Words(label=_("What is to be done"), max_length=1000, required=False)
    due_date = DayField(label=_("Due on"), help_text=_("Until the end of this day."))


class SetClassHomeworkForm(SetHomeworkForm):
    """Of a class it may be needed for the certificate."""

    is_mandatory = forms.BooleanField(label=_("Needed for the certificate"), required=False)


class WithdrawForm(KeyedForm):
    """Why it is taken back."""

    reason = Line(label=_("Reason"), max_length=200)


class LearnerForm(KeyedForm):
    """Which learner."""

    learner = forms.ChoiceField(label=_("Learner"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, learners: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("learner", learners)
        if len(learners) == 1:
            self.initial["learner"] = learners[0][0]


class HandInForm(KeyedForm):
    """The photo of a page, and what is read aloud."""

    photo = PhotoField(label=_("Photo of the page"))
    voice = forms.FileField(
        label=_("Voice note"),
        help_text=_("If something is to be read aloud: at most a minute, and 2 MB from a recorder of the phone."),
        required=False,
        widget=RecordingInput,
    )


class SubmitForm(HandInForm, LearnerForm):
    """Whose page it is, and its photo."""

    field_order = ("learner", "photo", "voice")


class ExcuseForm(LearnerForm):
    """Who need not do it, and why."""

    comment = Line(label=_("Reason"), max_length=200)


class ReturnForm(KeyedForm):
    """What is missing."""

    comment = Words(label=_("Comment for the learner"), max_length=500)


class GradeForm(KeyedForm):
    """The grade, and a word about it."""

    grade = forms.ChoiceField(label=pgettext_lazy("homework", "Grade"), choices=GRADES, widget=forms.RadioSelect)
    comment = Words(label=_("Comment for the learner"), max_length=500, required=False)
