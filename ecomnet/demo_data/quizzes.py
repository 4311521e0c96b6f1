"""Quizzes of the class that goes on: one that children have taken, one that is taken now, a draft."""

import datetime as dt

from core.fields import uuid7
from ecomnet.demo_data.education import STORY
from ecomnet.demo_data.stations import Cast
from education.courses.models import ClassRun, Enrolment
from education.quizzes.models import Question, Quiz, QuizAttempt
from education.quizzes.services import (
    Answered,
    QuestionDraft,
    QuizDraft,
    activate_quiz,
    add_question,
    answer_quiz,
    draft_quiz,
    finish_quiz,
    start_quiz,
)

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
ANIMALS = (
    QuestionDraft(
        kind="single", text="“狗”用英语怎么说？", options=("dog", "cat", "cow"), right_answers=("1",), points=2
    ),
    QuestionDraft(
        kind="multiple", text="哪些是动物？", options=("horse", "apple", "bird"), right_answers=("1", "3"), points=2
    ),
    QuestionDraft(kind="text", text="“猫”用英语怎么写？", right_answers=("cat", "a cat"), points=3),
    QuestionDraft(kind="numeric", text="蜘蛛有几条腿？", right_answers=("8",), points=1),
)


def load_quizzes(cast: Cast, *, at: dt.datetime) -> None:
    """A mandatory quiz offered before the class began; two children have taken it, a third takes it now."""
    run = ClassRun.objects.get(station__code=STORY, status=ClassRun.Status.RUNNING, course__code="ENG2")
    helper = cast.helpers[run.station_id]
    quiz = _quiz(cast, run, "动物词汇", at=at - 7 * DAY, is_mandatory=True, time_limit_s=20 * 60)
    activate_quiz(quiz=quiz, by=cast.teachers[0], at=at - 7 * DAY)
    open_one = _quiz(cast, run, "动物练习", at=at - 6 * DAY, purpose="practice")
    activate_quiz(quiz=open_one, by=cast.teachers[0], at=at - 6 * DAY)
    _quiz(cast, run, "动物复习", at=at - DAY, purpose="practice")
    learners = list(Enrolment.objects.filter(run=run, status=Enrolment.Status.ENROLLED).order_by("requested_at")[:3])
    for enrolment, wrong in zip(learners[:2], (0, 3), strict=False):
        begun = start_quiz(quiz=quiz, enrolment=enrolment, by=helper, at=at - 4 * DAY)
        _answer(begun, wrong=wrong, cast=cast, at=at - 4 * DAY + 5 * MINUTE)
    start_quiz(quiz=open_one, enrolment=learners[-1], by=helper, at=at - 5 * MINUTE)


def _quiz(
    cast: Cast,
    run: ClassRun,
    title: str,
    *,
    at: dt.datetime,
    purpose: str = "graded",
    is_mandatory: bool = False,
    time_limit_s: int | None = None,
) -> Quiz:
    draft = QuizDraft(title=title, purpose=purpose, is_mandatory=is_mandatory, time_limit_s=time_limit_s)
    quiz = draft_quiz(lesson=run.course.lessons.all()[0], draft=draft, by=cast.teachers[0], at=at)
    for question in ANIMALS:
        add_question(quiz=quiz, question=question, by=cast.teachers[0], at=at)
    return quiz


def _answer(attempt: QuizAttempt, *, wrong: int, cast: Cast, at: dt.datetime) -> None:
    """Right answers, but for so many of the questions."""
    helper = cast.helpers[attempt.enrolment.run.station_id]
    questions: list[Question] = list(attempt.quiz.questions.all())
    answers = [Answered(uuid7(), each.pk, _value(each), at) for each in questions[wrong:]]
    answer_quiz(attempt=attempt, answers=answers, by=helper, at=at)
    finish_quiz(attempt=attempt, by=helper, at=at)


def _value(question: Question) -> list[str]:
    return question.key if question.kind in Question.CHOICES else question.key[:1]
