"""The verbs of homework."""

from education.homework.services.forgetting import forget_homework, forget_photos
from education.homework.services.grading import excuse_from_homework, grade_homework, return_homework
from education.homework.services.handing_in import NotTheirHomework, PhotoTaken, submit_homework
from education.homework.services.setting import (
    DueInThePast,
    DueTooLate,
    HomeworkDraft,
    LessonNotHeld,
    set_homework,
    withdraw_homework,
)
