"""The verbs of courses."""

from education.courses.services.certificates import expire_certificates, issue_certificates, revoke_course_certificate
from education.courses.services.classes import (
    CourseNotApproved,
    LessonsMissing,
    StartsInThePast,
    cancel_class,
    complete_class,
    open_class,
)
from education.courses.services.courses import (
    CodeTaken,
    CourseDraft,
    CourseMayChange,
    CourseWithoutLessons,
    LessonPlan,
    approve_course,
    draft_course,
    edit_course,
    retire_course,
    return_course,
    revise_course,
    submit_course,
)
from education.courses.services.enrolling import (
    AgeOutsideRange,
    AlreadyEnrolled,
    TeacherLearns,
    end_enrolments,
    enrol_learner,
    leave_all_classes,
    leave_second_seats,
    return_second_seats,
    withdraw_enrolment,
)
from education.courses.services.forgetting import forget_roll_words
from education.courses.services.rolls import Mark, NotInClass, call_roll
from education.courses.services.rooms import (
    AlreadyJoined,
    NotABroadcast,
    OtherCounty,
    close_rooms,
    join_broadcast,
    lose_link,
    see_link,
)
from education.courses.services.sessions import (
    NotOnThisDay,
    close_class_session,
    end_sessions,
    open_class_session,
)
from education.courses.services.watching import Watched, record_learning
