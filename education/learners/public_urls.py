"""What learners open on a screen of their class, and nobody opens anywhere else."""

from django.urls import path

from education.learners.views import screen, work

app_name = "learn"
urlpatterns = [
    path("", screen.names, name="names"),
    path("seats/<uuid:pk>/", screen.pictures, name="pictures"),
    path("mine/", screen.mine, name="mine"),
    path("leave/", screen.leave, name="leave"),
    path("quizzes/<uuid:pk>/", work.take_quiz, name="quiz"),
    path("attempts/<uuid:pk>/", work.attempt, name="attempt"),
    path("packages/<uuid:pk>/", work.play, name="play"),
    path("states/<uuid:pk>/", work.state, name="state"),
    path("states/<uuid:pk>/save/", work.save_state, name="save"),
    path("homework/<uuid:pk>/", work.hand_in, name="homework"),
]
