"""Pages of homework."""

from django.urls import path

from education.homework.lists import SUBMISSIONS, TASKS, UNGRADED
from education.homework.views import grading, setting

app_name = "homework"
urlpatterns = [
    path("", TASKS.view(), name="tasks"),
    path("new/", setting.new_task, name="new"),
    *setting.TASK_PAGE.paths("homework-tasks/<uuid:pk>/"),
    path("submissions/", SUBMISSIONS.view(), name="submissions"),
    path("ungraded/", UNGRADED.view(), name="ungraded"),
    *grading.SUBMISSION_PAGE.paths("homework-submissions/<uuid:pk>/"),
]
