"""The verbs of tutoring."""

from education.tutoring.services.booking import (
    OWNER_KIND,
    SERVICE,
    Wish,
    book_tutoring,
    book_tutoring_series,
    pattern_of,
    preview_tutoring_series,
)
from education.tutoring.services.deciding import decide_tutoring
from education.tutoring.services.ending import Side, cancel_tutoring, end_all_lessons, end_lessons, end_lessons_at
from education.tutoring.services.forgetting import forget_notes, forget_notes_about
from education.tutoring.services.giving_up import given_up_by
from education.tutoring.services.paying import fund_stipends, programme_account, stipend_of
from education.tutoring.services.refusals import (
    LearnersWrong,
    NoLearnerPresent,
    SubjectNotTaught,
    TutorDayFull,
    TutorElsewhere,
    TutoringNotNow,
    TutorNotActive,
    TutorWeekFull,
)
from education.tutoring.services.reminding import remind_families
from education.tutoring.services.teaching import (
    BEFORE,
    WAITED,
    confirm_tutoring,
    contest_tutoring,
    finish_tutoring,
    miss_tutoring,
    start_tutoring,
)
from education.tutoring.services.tutors import (
    TutorHours,
    TutorKnown,
    TutorWithoutLogin,
    activate_tutor,
    change_tutor,
    end_tutor,
    follow_vettings,
    pause_tutor,
    register_tutor,
    set_tutor_hours,
    warn_of_uncovered,
)
