"""What is typed and marked in courses."""

import re
import uuid
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line, Option, Words
from education.courses.models import AttendanceRecord, ClassRun, ClassSession, Course
from education.courses.models.classes import MOST_SEATS
from education.courses.models.courses import LONGEST_LESSON, SHORTEST_LESSON
from education.courses.queries import RollLine, roll_of
from education.courses.services import CourseDraft, LessonPlan
from education.subjects import Subject

PRESENCES = AttendanceRecord.Presence.choices
PRESENT = AttendanceRecord.Presence.PRESENT
MOST_LESSONS = 40
#: The field of a learner, and at most so many fields are read.
FIELD = re.compile(r"m([0-9a-f]{32})")
MOST_FIELDS = 200


class CourseForm(KeyedForm):
    """A course and its lessons, a line for each."""

    code = forms.RegexField(
        label=_("Code"),
        regex=r"^[A-Za-z0-9]{2,12}$",
        help_text=_("2 to 12 letters and digits, such as ENG1."),
        widget=forms.TextInput(attrs={"class": "input short"}),
    )
    title = Line(label=_("Title"), max_length=80)
    subject = forms.ChoiceField(label=_("Subject"), choices=Subject.choices)
    audience = forms.ChoiceField(label=_("For whom"), choices=Course.Audience.choices, widget=forms.RadioSelect)
    age_from = forms.IntegerField(label=_("From age"), min_value=3, max_value=99, required=False)
    age_to = forms.IntegerField(label=_("To age"), min_value=3, max_value=99, required=False)
    lessons = Words(
        label=_("Lessons"),
        max_length=4_000,
        help_text=_("One a line: title, a comma, minutes. “The weather, 40”"),
    )

    def clean_code(self) -> str:
        """In capital letters."""
        return self.cleaned_data["code"].upper()

    def clean_lessons(self) -> list[LessonPlan]:
        """Each line as a lesson."""
        lines = [line for line in self.cleaned_data["lessons"].splitlines() if line.strip()]
        if len(lines) > MOST_LESSONS:
            raise forms.ValidationError(_("At most %(most)s lessons."), params={"most": MOST_LESSONS})
        return [_lesson(line) for line in lines]

    def clean(self) -> dict[str, Any]:
        """Ages in their order."""
        typed = super().clean()
        first, last = typed.get("age_from"), typed.get("age_to")
        if first is not None and last is not None and last < first:
            self.add_error("age_to", _("This is less than the age before it."))
        return typed

    @property
    def draft(self) -> CourseDraft:
        """What was typed."""
        return CourseDraft(**self.typed)


def _lesson(line: str) -> LessonPlan:
    title, comma, minutes = line.replace("，", ",").rpartition(",")
    text = minutes.strip()
    if not comma or not title.strip() or not text.isascii() or not text.isdigit() or len(title.strip()) > 80:
        raise forms.ValidationError(_("“%(line)s” has no title and minutes."), params={"line": line[:60]})
    if not SHORTEST_LESSON <= int(text) <= LONGEST_LESSON:
        raise forms.ValidationError(_("A lesson takes 5 to 180 minutes: “%(line)s”."), params={"line": line[:60]})
    return LessonPlan(title.strip(), int(text))


class OpenClassForm(KeyedForm):
    """When, by whom and for how many a course is given here: a lesson every so many days, at the same time."""

    teacher = forms.ChoiceField(label=_("Teacher"), help_text=_("Those whose checks are valid today."))
    mode = forms.ChoiceField(
        label=_("How it is taught"), choices=ClassRun.Mode.choices, initial="online", widget=forms.RadioSelect
    )
    seats = forms.IntegerField(label=_("Seats"), initial=30, min_value=1, max_value=MOST_SEATS)
    starts_date = forms.DateField(label=_("First lesson on"), widget=forms.DateInput(attrs={"type": "date"}))
    starts_clock = forms.TimeField(label=_("At"), widget=forms.TimeInput(attrs={"type": "time"}))
    every_days = forms.IntegerField(
        label=_("Days from lesson to lesson"), initial=7, min_value=1, max_value=31, help_text=_("7: once a week.")
    )

    def __init__(self, *args: Any, teachers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("teacher", teachers)


class JoinForm(KeyedForm):
    """Which broadcast the station joins, and for how many."""

    broadcast = forms.ChoiceField(label=_("Broadcast"), widget=forms.RadioSelect)
    seats = forms.IntegerField(label=_("Seats"), initial=30, min_value=1, max_value=MOST_SEATS)

    def __init__(self, *args: Any, broadcasts: Sequence[tuple[str, Option]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("broadcast", broadcasts)
        if len(broadcasts) == 1:
            self.initial["broadcast"] = broadcasts[0][0]


class EnrolForm(KeyedForm):
    """Which class."""

    run = forms.ChoiceField(label=_("School class"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, runs: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("run", runs)
        if len(runs) == 1:
            self.initial["run"] = runs[0][0]


class OpenSessionForm(KeyedForm):
    """Who is in the room."""

    adult = forms.ChoiceField(label=_("Adult in the room"))

    def __init__(self, *args: Any, adults: Sequence[tuple[str, str]], first: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("adult", adults)
        self.initial["adult"] = first


class RollForm(KeyedForm):
    """A roll call: everyone counts as present until another mark is pressed. Later ones are corrections, with a reason.

    What is sent names its learners itself: the service knows who is in the class.
    """

    is_correction = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, session: ClassSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        self.initial["is_correction"] = session.roll_called_at is not None
        marked = self._sent() if self.is_bound else self._standing()
        for learner, presence in marked.items():
            self.fields[field_of(learner)] = forms.ChoiceField(choices=PRESENCES, initial=presence)
        self.learners = list(marked)
        if self.is_bound or session.roll_called_at is not None:
            self.fields["reason"] = Line(label=_("Why it is corrected"), max_length=200, required=False)

    @cached_property
    def lines(self) -> list[RollLine]:
        """Who is called, by name."""
        return roll_of(self.session)

    @property
    def rows(self) -> list[tuple[RollLine, forms.BoundField]]:
        """Each learner with the marks to press."""
        return [(line, self[field_of(line.learner.pk)]) for line in self.lines if line.learner.pk in self.learners]

    @property
    def typed(self) -> dict[str, Any]:
        """What was pressed for whom."""
        pressed = {learner: self.cleaned_data[field_of(learner)] for learner in self.learners}
        corrects, reason = self.cleaned_data["is_correction"], self.cleaned_data["reason"]
        return {"pressed": pressed, "corrects": corrects, "reason": reason, "key": self.cleaned_data["key"]}

    def _sent(self) -> dict[UUID, str]:
        found = (FIELD.fullmatch(name) for name in list(self.data)[:MOST_FIELDS])
        return {UUID(hex=match[1]): PRESENT for match in found if match}

    def _standing(self) -> dict[UUID, str]:
        first = _not_signed_in if self.session.run.course.is_training else _first
        return {line.learner.pk: line.mark.presence if line.mark else first(line) for line in self.lines}


def _not_signed_in(_line: RollLine) -> str:
    """Whoever came to a training has signed in."""
    return AttendanceRecord.Presence.ABSENT


def _first(line: RollLine) -> str:
    """Whoever has no consent is not there, unless somebody says so."""
    return PRESENT if line.has_consent else AttendanceRecord.Presence.EXCUSED


def field_of(learner: UUID) -> str:
    """The name of a learner's field."""
    return f"m{learner.hex}"


def op_id_of(key: str, learner: UUID) -> UUID:
    """The id of a learner's mark: the same press gives the same one."""
    return uuid.uuid5(learner, key)


class ReasonForm(KeyedForm):
    """Why."""

    reason = Line(label=_("Reason"), max_length=200)
