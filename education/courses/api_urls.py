"""API endpoints of courses."""

from django.urls import path

from education.courses.api import classes, courses, lessons

urlpatterns = [
    path("courses/", courses.Courses.as_view(), name="api-courses"),
    path("course-drafts/", courses.DraftCourse.as_view(), name="api-course-drafts"),
    path("courses/<uuid:pk>/submit/", courses.SubmitCourse.as_view(), name="api-course-submit"),
    path("courses/<uuid:pk>/approve/", courses.ApproveCourse.as_view(), name="api-course-approve"),
    path("courses/<uuid:pk>/return/", courses.ReturnCourse.as_view(), name="api-course-return"),
    path("courses/<uuid:pk>/retire/", courses.RetireCourse.as_view(), name="api-course-retire"),
    path("courses/<uuid:pk>/revise/", courses.ReviseCourse.as_view(), name="api-course-revise"),
    path("class-runs/", classes.ClassRuns.as_view(), name="api-class-runs"),
    path("stations/<str:code>/class-runs/", classes.OpenClass.as_view(), name="api-station-class-runs"),
    path("stations/<str:code>/broadcast-rooms/", classes.JoinBroadcast.as_view(), name="api-station-broadcast-rooms"),
    path("class-runs/<uuid:pk>/cancel/", classes.CancelClass.as_view(), name="api-class-run-cancel"),
    path("class-runs/<uuid:pk>/enrolments/", classes.EnrolLearner.as_view(), name="api-class-run-enrolments"),
    path(
        "class-enrolments/<uuid:pk>/withdraw/", classes.WithdrawEnrolment.as_view(), name="api-class-enrolment-withdraw"
    ),
    path("class-sessions/<uuid:pk>/", lessons.ClassSessionView.as_view(), name="api-class-session"),
    path("class-sessions/<uuid:pk>/open/", lessons.OpenClassSession.as_view(), name="api-class-session-open"),
    path("class-sessions/<uuid:pk>/close/", lessons.CloseClassSession.as_view(), name="api-class-session-close"),
    path("class-sessions/<uuid:pk>/attendance/", lessons.CallRoll.as_view(), name="api-class-session-attendance"),
    path("class-sessions/<uuid:pk>/beat/", lessons.SeeLink.as_view(), name="api-class-session-beat"),
    path("class-sessions/<uuid:pk>/link-lost/", lessons.LoseLink.as_view(), name="api-class-session-link-lost"),
    path("learning-events/", lessons.RecordLearning.as_view(), name="api-learning-events"),
    path("course-certificates/", classes.CourseCertificates.as_view(), name="api-course-certificates"),
    path(
        "course-certificates/<uuid:pk>/revoke/",
        classes.RevokeCertificate.as_view(),
        name="api-course-certificate-revoke",
    ),
]
