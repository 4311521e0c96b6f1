"""Pages of quizzes."""

from django.urls import path

from education.quizzes.lists import LEARNERS, QUIZZES
from education.quizzes.views import taking, writing

app_name = "quizzes"
urlpatterns = [
    path("", QUIZZES.view(), name="quizzes"),
    path("new/", writing.new_quiz, name="new"),
    *writing.QUIZ_PAGE.paths("<uuid:pk>/"),
    path("learners/", LEARNERS.view(), name="learners"),
    *taking.RESULTS_PAGE.paths("quiz-results/<uuid:pk>/"),
    *taking.ATTEMPT_PAGE.paths("quiz-attempts/<uuid:pk>/"),
]
