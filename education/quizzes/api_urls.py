"""API endpoints of quizzes."""

from django.urls import path

from education.quizzes.api import taking, writing

urlpatterns = [
    path("quizzes/", writing.Quizzes.as_view(), name="api-quizzes"),
    path("quiz-drafts/", writing.DraftQuiz.as_view(), name="api-quiz-drafts"),
    path("quizzes/<uuid:pk>/questions/", writing.AddQuestion.as_view(), name="api-quiz-questions"),
    path("quizzes/<uuid:pk>/remove-question/", writing.RemoveQuestion.as_view(), name="api-quiz-remove-question"),
    path("quizzes/<uuid:pk>/activate/", writing.ActivateQuiz.as_view(), name="api-quiz-activate"),
    path("quizzes/<uuid:pk>/close/", writing.CloseQuiz.as_view(), name="api-quiz-close"),
    path("quiz-results/<uuid:pk>/", taking.QuizResults.as_view(), name="api-quiz-results"),
    path("quiz-results/<uuid:pk>/attempts/", taking.StartQuiz.as_view(), name="api-quiz-result-attempts"),
    path("quiz-results/<uuid:pk>/waivers/", taking.WaiveQuiz.as_view(), name="api-quiz-result-waivers"),
    path("quiz-attempts/<uuid:pk>/", taking.QuizAttemptView.as_view(), name="api-quiz-attempt"),
    path("quiz-attempts/<uuid:pk>/answers/", taking.AnswerQuiz.as_view(), name="api-quiz-attempt-answers"),
    path("quiz-attempts/<uuid:pk>/finish/", taking.FinishQuiz.as_view(), name="api-quiz-attempt-finish"),
]
