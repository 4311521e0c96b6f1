"""What teachers may do: put courses and quizzes together, and tutor.

Of learners they read those of own classes and of own tutoring lessons alone.
"""

TEACHER: set[str] = {
    "education.read_course",
    "education.edit_course",
    "education.submit_course",
    "education.revise_course",
    "education.read_package",
    "education.edit_package",
    "education.read_package_result",
    "education.read_quiz",
    "education.edit_quiz",
    "education.activate_quiz",
    "education.close_quiz",
    "education.read_quiz_result",
    "education.waive_quiz",
    "education.read_rooms",
    "education.read_homework",
    "education.set_homework",
    "education.withdraw_homework",
    "education.excuse_from_homework",
    "education.return_homework",
    "education.grade_homework",
    "education.read_tutoring",
    "education.start_tutoring",
    "education.finish_tutoring",
    "education.cancel_tutoring",
    "stations.read_station",
}
