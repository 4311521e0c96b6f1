"""The verbs of quizzes."""

from education.quizzes.services.forgetting import forget_answers
from education.quizzes.services.taking import (
    Answered,
    AttemptsUsed,
    NotLearning,
    QuestionUnknown,
    QuizClosed,
    QuizTimeOver,
    answer_quiz,
    end_attempts,
    finish_quiz,
    start_quiz,
)
from education.quizzes.services.waiving import AlreadyWaived, waive_quiz
from education.quizzes.services.writing import (
    NotToBeMandatory,
    QuestionDraft,
    QuestionInvalid,
    QuizDraft,
    QuizFull,
    QuizNeeded,
    QuizWithoutQuestions,
    activate_quiz,
    add_question,
    close_quiz,
    draft_quiz,
    remove_question,
)
