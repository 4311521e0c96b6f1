"""Quizzes in each state: of the class of children that goes on, and the tests before and after a training."""

import datetime as dt
from collections.abc import Sequence

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
    close_quiz,
    draft_quiz,
    end_attempts,
    finish_quiz,
    start_quiz,
    waive_quiz,
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
SELLING = (
    QuestionDraft(kind="single", text="商品照片在哪里拍最清楚？", options=("亮处", "暗处"), right_answers=("1",)),
    QuestionDraft(
        kind="multiple", text="装梨要用什么？", options=("网套", "纸箱", "塑料袋"), right_answers=("1", "2"), points=2
    ),
    QuestionDraft(kind="numeric", text="顾客下单后，几小时内要发货？", right_answers=("48",)),
    QuestionDraft(kind="text", text="买家付的寄送费用叫什么？", right_answers=("邮费", "运费", "快递费")),
)
#: How many of these questions each farmer leaves out before the training, and after it.
WRONG_BEFORE, WRONG_AFTER = (3, 2, 3, 2, 4, 3), (1, 0, 0, 1, 2, 1)


def load_quizzes(cast: Cast, *, at: dt.datetime) -> None:
    """A mandatory quiz offered before the class began, which two children have taken and a fourth need not take.

    A third takes a practice now; one is a draft, and one is closed, which somebody had given up.
    """
    run = ClassRun.objects.get(station__code=STORY, status=ClassRun.Status.RUNNING, course__code="ENG2")
    helper = cast.helpers[run.station_id]
    quiz = _quiz(cast, run, "动物词汇", at=at - 7 * DAY, is_mandatory=True, time_limit_s=20 * 60)
    activate_quiz(quiz=quiz, by=cast.teachers[0], at=at - 7 * DAY)
    open_one = _quiz(cast, run, "动物练习", at=at - 6 * DAY, purpose="practice")
    activate_quiz(quiz=open_one, by=cast.teachers[0], at=at - 6 * DAY)
    _quiz(cast, run, "动物复习", at=at - DAY, purpose="practice")
    first, second, third, fourth = _learners(run)[:4]
    _take(quiz, [first, second], (0, 3), cast=cast, at=at - 4 * DAY)
    start_quiz(quiz=open_one, enrolment=third, by=helper, at=at - 5 * MINUTE)
    waive_quiz(enrolment=fourth, quiz=quiz, reason="请假回老家", by=cast.teachers[0], at=at - 3 * DAY)
    closed = _quiz(cast, run, "动物摸底", at=at - 7 * DAY, purpose="practice")
    activate_quiz(quiz=closed, by=cast.teachers[0], at=at - 7 * DAY)
    start_quiz(quiz=closed, enrolment=second, by=helper, at=at - 6 * DAY)
    end_attempts(at=at - 5 * DAY)
    close_quiz(quiz=closed, by=cast.teachers[0], at=at - 4 * DAY)


def load_tests(cast: Cast, run: ClassRun, *, before: dt.datetime, after: dt.datetime) -> None:
    """What the farmers of a training knew before it, and after it."""
    tests = (("pre", "开店前测验", WRONG_BEFORE, before), ("post", "开店后测验", WRONG_AFTER, after))
    for purpose, title, wrong, at in tests:
        quiz = _quiz(cast, run, title, at=before, purpose=purpose, questions=SELLING)
        activate_quiz(quiz=quiz, by=cast.teachers[0], at=before)
        _take(quiz, _learners(run), wrong, cast=cast, at=at)


def _learners(run: ClassRun) -> list[Enrolment]:
    return list(Enrolment.objects.filter(run=run, status=Enrolment.Status.ENROLLED).order_by("requested_at", "pk"))


def _take(quiz: Quiz, learners: Sequence[Enrolment], wrong: Sequence[int], *, cast: Cast, at: dt.datetime) -> None:
    """These learners take it, and each leaves out so many questions."""
    for enrolment, left_out in zip(learners, wrong, strict=False):
        helper = cast.helpers[enrolment.run.station_id]
        begun = start_quiz(quiz=quiz, enrolment=enrolment, by=helper, at=at)
        _answer(begun, wrong=left_out, cast=cast, at=at + 5 * MINUTE)


def _quiz(
    cast: Cast,
    run: ClassRun,
    title: str,
    *,
    at: dt.datetime,
    purpose: str = "graded",
    is_mandatory: bool = False,
    time_limit_s: int | None = None,
    questions: Sequence[QuestionDraft] = ANIMALS,
) -> Quiz:
    draft = QuizDraft(title=title, purpose=purpose, is_mandatory=is_mandatory, time_limit_s=time_limit_s)
    quiz = draft_quiz(lesson=run.course.lessons.all()[0], draft=draft, by=cast.teachers[0], at=at)
    for question in questions:
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
