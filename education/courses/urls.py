"""Pages of courses."""

from django.urls import path

from education.courses.lists import CERTIFICATES, CLASSES, COURSES, LESSONS, ROOMS, TEACHING
from education.courses.views import certificates, classes, courses, lessons, rooms

app_name = "courses"
urlpatterns = [
    path("", COURSES.view(), name="courses"),
    path("new/", courses.new_course, name="new"),
    *courses.COURSE_PAGE.paths("<uuid:pk>/"),
    path("classes/", CLASSES.view(), name="classes"),
    path("classes/open/", classes.open_class, name="open-class"),
    path("classes/join/", rooms.join_broadcast, name="join-broadcast"),
    path("rooms/", ROOMS.view(), name="rooms"),
    path("classes/enrol/", classes.enrol, name="enrol"),
    *classes.CLASS_PAGE.paths("classes/<uuid:pk>/"),
    path("classes/<uuid:pk>/list/", classes.print_class_list, name="print-class-list"),
    *classes.ENROLMENT_PAGE.paths("class-enrolments/<uuid:pk>/"),
    path("teaching/", TEACHING.view(), name="teaching"),
    path("lessons/", LESSONS.view(), name="lessons"),
    *lessons.LESSON_PAGE.paths("lessons/<uuid:pk>/"),
    path("certificates/", CERTIFICATES.view(), name="certificates"),
    *certificates.CERTIFICATE_PAGE.paths("course-certificates/<uuid:pk>/"),
    path("course-certificates/<uuid:pk>/print/", certificates.print_certificate, name="print-certificate"),
]
