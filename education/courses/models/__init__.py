"""Every noun of courses."""

from education.courses.models.certificates import CertificateCounter, CourseCertificate
from education.courses.models.classes import ClassRun, ClassSession, Enrolment
from education.courses.models.courses import Course, Lesson
from education.courses.models.records import AttendanceRecord, LearningEvent
from education.courses.models.rooms import BroadcastLink
