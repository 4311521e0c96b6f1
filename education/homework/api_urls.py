"""API endpoints of homework."""

from django.urls import path

from education.homework.api import homework

TASK, SUBMISSION = "homework-tasks/<uuid:pk>/", "homework-submissions/<uuid:pk>/"
urlpatterns = [
    path("homework-tasks/", homework.HomeworkTasks.as_view(), name="api-homework-tasks"),
    path("homework-assignments/", homework.SetHomework.as_view(), name="api-homework-assignments"),
    path(f"{TASK}withdraw/", homework.WithdrawHomework.as_view(), name="api-homework-task-withdraw"),
    path(f"{TASK}submissions/", homework.SubmitHomework.as_view(), name="api-homework-task-submissions"),
    path(f"{TASK}excuses/", homework.ExcuseFromHomework.as_view(), name="api-homework-task-excuses"),
    path(SUBMISSION, homework.HomeworkSubmissionView.as_view(), name="api-homework-submission"),
    path(f"{SUBMISSION}return/", homework.ReturnHomework.as_view(), name="api-homework-submission-return"),
    path(f"{SUBMISSION}grade/", homework.GradeHomework.as_view(), name="api-homework-submission-grade"),
]
