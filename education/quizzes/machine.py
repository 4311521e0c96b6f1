"""The states of a quiz and of an attempt, and the verbs that move them."""

from core.state_machines import Machine
from education.quizzes.models import Quiz, QuizAttempt

_Q, _A = Quiz.Status, QuizAttempt.Status

QUIZ = Machine(
    name="quiz",
    states=_Q,
    arrows={
        "edit_quiz": frozenset({_Q.DRAFT}),
        "activate_quiz": frozenset({_Q.DRAFT}),
        "close_quiz": frozenset({_Q.ACTIVE}),
    },
)
ATTEMPT = Machine(
    name="attempt at a quiz",
    states=_A,
    arrows={"answer_quiz": frozenset({_A.INITIALIZED}), "finish_quiz": frozenset({_A.INITIALIZED})},
)
