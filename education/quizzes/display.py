"""How quizzes and attempts read on pages."""

from decimal import Decimal

from django.utils.translation import gettext as _

from education.quizzes.marks import Marks
from education.quizzes.models import Question, Quiz, QuizAttempt
from education.quizzes.queries import QuizResult

BASIS_POINTS_OF_A_PERCENT = 100


def status_of_quiz(quiz: Quiz) -> str:
    """The colour of a quiz."""
    return {"draft": "wait", "active": "ok"}.get(quiz.status, "info")


def status_of_attempt(attempt: QuizAttempt) -> str:
    """The colour of an attempt."""
    return {"initialized": "wait", "passed": "ok", "failed": "bad"}.get(attempt.status, "info")


def percent(basis_points: int) -> str:
    """A share in percent, with as many decimals as it has."""
    return f"{(Decimal(basis_points) / BASIS_POINTS_OF_A_PERCENT).normalize():f} %"


def points_words(marks: Marks) -> str:
    """“7 of 10 points, 70 %”."""
    about = {"earned": marks.earned, "possible": marks.possible, "share": percent(marks.score_bp)}
    return _("%(earned)s of %(possible)s points, %(share)s") % about


def status_of_result(result: QuizResult) -> str:
    """The colour of a quiz for one learner."""
    if result.is_satisfied:
        return "ok"
    if result.going_on or not result.attempts:
        return "wait" if result.is_required else "info"
    return "bad" if result.is_required and not result.can_be_taken else "wait"


def result_words(result: QuizResult) -> str:
    """What a learner has made of a quiz, in a few words."""
    if result.waiver:
        return _("excused")
    if result.going_on:
        return _("goes on now")
    if result.best is None:
        return _("not taken yet")
    return percent(result.best.score_bp)


def key_words(question: Question) -> list[str]:
    """The answers as they were typed, for those who write quizzes: a star is before each right option."""
    if question.kind in Question.CHOICES:
        right = {int(position) for position in question.key}
        return [f"*{each}" if number in right else each for number, each in enumerate(question.options, start=1)]
    if question.tolerance:
        return [f"{each} ± {question.tolerance.normalize():f}" for each in question.key]
    return list(question.key)


def answer_words(question: Question, value: list[str]) -> str:
    """What was answered."""
    if question.kind in Question.CHOICES:
        return " · ".join(question.options[int(position) - 1] for position in value)
    return " ".join(value)
