"""What is typed of quizzes: a quiz, its questions, the answers of a learner."""

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.forms import KeyedForm, Line, Words
from education.quizzes.models import LONGEST_TEXT, MOST_ATTEMPTS, MOST_POINTS, Question, Quiz
from education.quizzes.services import Answered

MOST_MINUTES, LAST_POSITION = 180, 32_000
RIGHT = ("*", "＊")


class QuizForm(KeyedForm):
    """A quiz about a lesson of a course."""

    lesson = forms.ChoiceField(label=_("Lesson"))
    title = Line(label=_("Title"), max_length=80)
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=Quiz.Purpose.choices, initial=Quiz.Purpose.GRADED, widget=forms.RadioSelect
    )
    pass_percent = forms.IntegerField(
        label=_("Passed from, in percent of the points"), initial=60, min_value=1, max_value=100
    )
    max_attempts = forms.IntegerField(label=_("Attempts"), initial=3, min_value=1, max_value=MOST_ATTEMPTS)
    minutes = forms.IntegerField(
        label=_("Time limit in minutes"),
        min_value=1,
        max_value=MOST_MINUTES,
        required=False,
        help_text=_("Empty: no limit."),
    )
    is_mandatory = forms.BooleanField(
        label=_("Needed for the certificate"),
        required=False,
        help_text=_("In classes whose first lesson is still to come. Only graded, or after a training."),
    )

    def __init__(self, *args: Any, lessons: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("lesson", lessons)


class QuestionForm(KeyedForm):
    """One question with its answers, one a line."""

    kind = forms.ChoiceField(
        label=_("Kind of answer"), choices=Question.Kind.choices, initial=Question.Kind.SINGLE, widget=forms.RadioSelect
    )
    text = Line(label=_("Question"), max_length=300)
    right_answers = Words(
        label=_("Answers"),
        max_length=2_000,
        help_text=_(
            "One a line. Of options, put a star before each right one: “*rain”. Of a word, each spelling that counts."
        ),
    )
    tolerance = forms.DecimalField(
        label=_("Tolerance"),
        min_value=0,
        max_digits=12,
        decimal_places=4,
        required=False,
        help_text=_("Of a number: how far from it still counts."),
    )
    points = forms.IntegerField(label=_("Points"), initial=1, min_value=1, max_value=MOST_POINTS)

    @property
    def typed(self) -> dict[str, Any]:
        """The question as the service takes it."""
        lines = [line.strip() for line in self.cleaned_data["right_answers"].splitlines() if line.strip()]
        kind, tolerance = self.cleaned_data["kind"], self.cleaned_data["tolerance"]
        options: list[str] = []
        if kind in Question.CHOICES:
            options = [line.lstrip("".join(RIGHT)).strip() for line in lines]
            lines = [str(number) for number, line in enumerate(lines, start=1) if line.startswith(RIGHT)]
        about = {"kind": kind, "text": self.cleaned_data["text"], "points": self.cleaned_data["points"]}
        return {**about, "options": options, "right_answers": lines, "tolerance": self._tolerance(kind, tolerance)}

    @staticmethod
    def _tolerance(kind: str, typed: Decimal | None) -> Decimal | None:
        return typed if kind == Question.Kind.NUMERIC else None

    def clean_right_answers(self) -> str:
        """Lines that fit into the table."""
        if any(len(line.strip()) > LONGEST_TEXT for line in self.cleaned_data["right_answers"].splitlines()):
            raise forms.ValidationError(_("A line has at most %(most)s characters."), params={"most": LONGEST_TEXT})
        return self.cleaned_data["right_answers"]


class PositionForm(KeyedForm):
    """Which question, by the number before it."""

    position = forms.IntegerField(label=_("Number of the question"), min_value=1, max_value=LAST_POSITION)


class StartQuizForm(KeyedForm):
    """Which quiz a learner takes."""

    quiz = forms.ChoiceField(label=_("Quiz"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, quizzes: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("quiz", quizzes)
        if len(quizzes) == 1:
            self.initial["quiz"] = quizzes[0][0]


class WaiveForm(StartQuizForm):
    """From which quiz a learner is excused, and why."""

    reason = Line(label=_("Reason"), max_length=200)


class AnswersForm(KeyedForm):
    """The questions in the order of the learner; nothing has to be answered."""

    def __init__(
        self, *args: Any, questions: Sequence[Question], answers: dict[UUID, list[str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        for number, question in enumerate(self.questions, start=1):
            self.fields[field_of(question)] = _field_of(number, question, answers.get(question.pk, []))

    @property
    def typed(self) -> dict[str, Any]:
        """What was answered to which question."""
        answered = {each.pk: self._value(each) for each in self.questions}
        return {"answered": answered, "key": self.cleaned_data["key"]}

    def _value(self, question: Question) -> list[str]:
        typed = self.cleaned_data[field_of(question)]
        return list(typed) if isinstance(typed, list) else [typed] if typed else []


def field_of(question: Question) -> str:
    """The name of a question's field."""
    return f"q{question.pk.hex}"


def answers_of(answered: dict[UUID, list[str]], *, key: str, at: dt.datetime) -> list[Answered]:
    """The answers of a page; the same press gives the same ids."""
    return [Answered(uuid.uuid5(question, key), question, value, at) for question, value in answered.items()]


def _field_of(number: int, question: Question, before: list[str]) -> forms.Field:
    label = _("%(number)s. %(question)s") % {"number": number, "question": question.text}
    help_text = ngettext("%(count)s point", "%(count)s points", question.points) % {"count": question.points}
    options = [(str(position), option) for position, option in enumerate(question.options, start=1)]
    if question.kind == Question.Kind.SINGLE:
        return forms.ChoiceField(
            label=label,
            help_text=help_text,
            choices=options,
            widget=forms.RadioSelect,
            required=False,
            initial=before[0] if before else None,
        )
    if question.kind == Question.Kind.MULTIPLE:
        return forms.MultipleChoiceField(
            label=label,
            help_text=help_text,
            choices=options,
            widget=forms.CheckboxSelectMultiple,
            required=False,
            initial=before,
        )
    return Line(
        label=label, help_text=help_text, max_length=LONGEST_TEXT, required=False, initial=before[0] if before else ""
    )
